// How quickly the configurator's engine answers in WebAssembly, with the processor as it is and slowed down like a phone's.
import { expect, test } from "@playwright/test";
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

interface Engine {
  click(count: number): number;
  explain(count: number): number;
  repair(count: number): number;
  code(): string;
  read(code: string): number | undefined;
}

interface Glue {
  (input: { module_or_path: ArrayBuffer }): Promise<unknown>;
  Engine: { open(diagram: Uint8Array): Engine | undefined };
}

interface Figures {
  diagram: string;
  slowdown: number;
  deadEnds: number;
  /** Milliseconds for one, by batch, sorted. */
  click: number[];
  explain: number[];
  repair: number[];
}

const need = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: this is run by the developer's task`);
  return value;
};

const at = (sorted: number[], share: number): string => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)].toFixed(3);

test("engine", async ({ page }) => {
  const wasm = readFileSync(need("MUSTER_ENGINE_WASM")).toString("base64");
  const all: Figures[] = [];
  const cdp = await page.context().newCDPSession(page);
  // The script wants an address of its own.
  await page.route("http://engine.test/", (route) => route.fulfill({ contentType: "text/html", body: '<script src="/engine.js"></script>' }));
  await page.route("http://engine.test/engine.js", (route) => route.fulfill({ path: need("MUSTER_ENGINE_SCRIPT"), contentType: "text/javascript" }));
  for (const file of need("MUSTER_ENGINE_DIAGRAMS").split(":")) {
    const diagram = readFileSync(file).toString("base64");
    for (const slowdown of [1, 4]) {
      await page.goto("http://engine.test/");
      await cdp.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
      const figures = await page.evaluate(
        async ([wasm, diagram]) => {
          const bytes = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          // What a script declares at its top is no property of the global object.
          const glue: Glue = (0, eval)("wasm_bindgen");
          await glue({ module_or_path: bytes(wasm).buffer as ArrayBuffer });
          const engine = glue.Engine.open(bytes(diagram));
          if (!engine) throw new Error("these bytes are no diagram");
          let deadEnds = engine.click(300);
          // The clock is coarse: many at once are timed.
          const timed = (batches: number, size: number, work: (count: number) => void) => {
            const times: number[] = [];
            for (let batch = 0; batch < batches; batch++) {
              const start = performance.now();
              work(size);
              times.push((performance.now() - start) / size);
            }
            return times.sort((a, b) => a - b);
          };
          const click = timed(100, 20, (count) => (deadEnds += engine.click(count)));
          engine.click(17);
          const explain = timed(50, 10, (count) => engine.explain(count));
          const repair = timed(50, 10, (count) => engine.repair(count));
          const code = engine.code();
          if (engine.read(code) === undefined) throw new Error(`the code ${code} does not read`);
          return { deadEnds, click, explain, repair };
        },
        [wasm, diagram] as const,
      );
      await cdp.send("Emulation.setCPUThrottlingRate", { rate: 1 });
      expect(figures.deadEnds).toBe(0);
      all.push({ diagram: basename(file), slowdown, ...figures });
    }
  }
  console.log("");
  for (const { diagram, slowdown, click, explain, repair } of all) {
    const line = (name: string, times: number[]) => `${name} p50 ${at(times, 0.5)} p99 ${at(times, 0.99)} ms`;
    console.log(`  ${diagram.padEnd(16)} ${slowdown} ×  ${line("click", click)}  ${line("explain", explain)}  ${line("repair", repair)}`);
  }
  writeFileSync(need("MUSTER_ENGINE_REPORT"), JSON.stringify(all));
});
