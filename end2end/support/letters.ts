// A mail server that keeps what it is given.
import { createServer, type Server } from "node:net";

export class Letterbox {
  readonly letters: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(): Promise<Letterbox> {
    return new Promise((resolve) => {
      const server = createServer();
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        const box = new Letterbox(server, address && typeof address === "object" ? address.port : 0);
        server.on("connection", (socket) => {
          let [text, isLetter] = ["", false];
          const say = (line: string) => socket.write(`${line}\r\n`);
          say("220 letterbox");
          socket.on("error", () => socket.destroy());
          socket.on("data", (data) => {
            text += data.toString("utf8");
            for (;;) {
              const end = text.indexOf(isLetter ? "\r\n.\r\n" : "\r\n");
              if (end < 0) return;
              const piece = text.slice(0, end);
              text = text.slice(end + (isLetter ? 5 : 2));
              if (isLetter) {
                isLetter = false;
                box.letters.push(piece);
                say("250 kept");
              } else if (/^DATA/i.test(piece)) {
                isLetter = true;
                say("354 go on");
              } else if (/^QUIT/i.test(piece)) {
                say("221 bye");
                socket.end();
              } else {
                say("250 good");
              }
            }
          });
        });
        resolve(box);
      });
    });
  }

  /** The letters as they were written: lines that were wrapped on the way are whole again. */
  texts(): string[] {
    return this.letters.map((letter) => {
      if (/Content-Transfer-Encoding: base64/i.test(letter)) {
        const [, body] = letter.split("\r\n\r\n");
        return Buffer.from(body, "base64").toString("utf8");
      }
      return letter.replace(/=\r\n/g, "").replace(/=3D/g, "=");
    });
  }

  close(): void {
    this.server.close();
  }
}
