// The first load and a repeated one: bytes on the wire, first paint, and when the page can be used.
import { test, type Browser } from "@playwright/test";
import { writeFileSync } from "node:fs";
import { signIn } from "./support/people.ts";

interface Load {
  page: string;
  visit: "first" | "repeat";
  bytes: number;
  firstPaint: number;
  usable: number;
}

interface Line {
  page: string;
  role: string;
  usable: string;
  slowdown: number;
  megabits: number;
}

// A plain laptop for the desk, a mid-range phone for the shop.
const lines: Line[] = [
  { page: "/", role: "nobody", usable: "h1", slowdown: 4, megabits: 10 },
  { page: "/desk/board", role: "manager", usable: "[data-card], .card", slowdown: 2, megabits: 20 },
];

test("loads", async ({ browser, baseURL }) => {
  const loads: Load[] = [];
  for (const line of lines) {
    loads.push(...(await measure(browser, baseURL!, line)));
  }
  console.log("");
  for (const load of loads) {
    console.log(
      `  ${load.page.padEnd(14)} ${load.visit.padEnd(7)} ${String(Math.round(load.bytes / 1000)).padStart(5)} kB` +
        `  first paint ${Math.round(load.firstPaint)} ms  usable ${Math.round(load.usable)} ms`,
    );
  }
  if (process.env.MUSTER_PAINT) {
    writeFileSync(process.env.MUSTER_PAINT, JSON.stringify(loads, null, 2));
  }
});

async function measure(browser: Browser, baseURL: string, line: Line): Promise<Load[]> {
  const context = await browser.newContext({ baseURL });
  if (line.role !== "nobody") {
    await signIn(context, line.role);
  }
  const loads: Load[] = [];
  for (const visit of ["first", "repeat"] as const) {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send("Network.enable");
    await cdp.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 20,
      downloadThroughput: (line.megabits * 1e6) / 8,
      uploadThroughput: (line.megabits * 1e6) / 8,
    });
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: line.slowdown });
    let bytes = 0;
    cdp.on("Network.dataReceived", (event) => (bytes += event.encodedDataLength));
    await page.goto(line.page);
    await page.locator(line.usable).first().waitFor();
    const times = await page.evaluate(() => ({
      usable: performance.now(),
      firstPaint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    }));
    loads.push({ page: line.page, visit, bytes, ...times });
    await page.close();
  }
  await context.close();
  return loads;
}
