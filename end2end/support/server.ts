// A server of a journey's own: started, killed as a power cut would, started again on the same data.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

function needed(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: it names what this journey starts a server from`);
  }
  return value;
}

/** A port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      listener.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

export class OwnServer {
  private running: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly data: string,
  ) {}

  /** A demo company on data of its own. */
  static async start(): Promise<OwnServer> {
    const server = new OwnServer(await freePort(), mkdtempSync(join(tmpdir(), "muster-journey-")));
    await server.run();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the program and waits until it is ready. */
  async run(): Promise<void> {
    const env: NodeJS.ProcessEnv = { ...process.env, MUSTER_ASSETS: needed("MUSTER_ASSETS") };
    delete env.DATABASE_URL;
    const options = ["serve", "--listen", `127.0.0.1:${this.port}`, "--data", this.data, "--demo"];
    const program = spawn(needed("MUSTER_PROGRAM"), options, { env, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    program.stderr.on("data", (text) => (said += text));
    this.running = program;
    // A journey that fails does not come to the end of itself; its worker does.
    process.once("exit", () => {
      program.kill("SIGKILL");
      rmSync(this.data, { recursive: true, force: true });
    });
    const until = Date.now() + 60_000;
    while (!(await this.isReady())) {
      if (program.exitCode !== null || Date.now() > until) {
        throw new Error(`the server of this journey did not become ready: ${said.slice(-2_000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private async isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  /** Ends it without a warning, in the middle of whatever it does. */
  async kill(): Promise<void> {
    const program = this.running;
    if (!program || program.exitCode !== null || program.signalCode !== null) {
      throw new Error("the server ended by itself");
    }
    const ended = new Promise((resolve) => program.once("exit", resolve));
    program.kill("SIGKILL");
    await ended;
  }

  /** Ends it and forgets its data. */
  async remove(): Promise<void> {
    if (this.running && this.running.exitCode === null && this.running.signalCode === null) {
      await this.kill();
    }
    rmSync(this.data, { recursive: true, force: true });
  }
}
