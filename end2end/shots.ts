// Takes every page by role, width, theme and language, then lays all pictures on one sheet.
import { test, type Browser } from "@playwright/test";
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { signIn } from "./support/people.ts";

const folder = process.env.MUSTER_SHOTS ?? "test-results/shots";
const pages = (process.env.MUSTER_SHOT_PAGES ?? "/").split(" ").filter(Boolean);
const roles = (process.env.MUSTER_SHOT_ROLES ?? "nobody").split(",").filter(Boolean);
const sizes = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];
const themes = ["light", "dark"] as const;
const languages = ["en", "vi"];

interface Shot {
  file: string;
  label: string;
}

test("pictures and their sheet", async ({ browser, baseURL }) => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const shots: Shot[] = [];
  for (const role of roles) {
    for (const theme of themes) {
      for (const language of languages) {
        shots.push(...(await take(browser, baseURL!, role, theme, language)));
      }
    }
  }
  await sheet(browser, shots);
  console.log(`\n${readdirSync(folder).length - 1} pictures`);
});

async function take(browser: Browser, baseURL: string, role: string, theme: "light" | "dark", language: string): Promise<Shot[]> {
  const context = await browser.newContext({ baseURL, colorScheme: theme, locale: language, reducedMotion: "reduce" });
  await context.addCookies([
    { name: "theme", value: theme, url: baseURL },
    { name: "lang", value: language, url: baseURL },
  ]);
  if (role !== "nobody") {
    await signIn(context, role);
  }
  const page = await context.newPage();
  const taken: Shot[] = [];
  for (const path of pages) {
    await page.goto(path);
    await page.locator("h1, main, [role=main]").first().waitFor();
    for (const size of sizes) {
      await page.setViewportSize(size);
      // Live pages keep a stream open, so the network never becomes idle; quiet is when the skeletons are gone.
      await page.locator("[aria-busy=true]").first().waitFor({ state: "detached", timeout: 10_000 }).catch(() => {});
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      await page.waitForTimeout(250);
      const name = path === "/" ? "start" : path.replace(/^\//, "").replace(/[^a-z0-9]+/gi, "-");
      const file = `${name}-${role}-${size.width}-${theme}-${language}.png`;
      await page.screenshot({ path: join(folder, file) });
      taken.push({ file, label: `${path} · ${role} · ${size.width} · ${theme} · ${language}` });
    }
  }
  await context.close();
  return taken;
}

async function sheet(browser: Browser, shots: Shot[]): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 2000, height: 1200 } });
  const cells = shots.map(({ file, label }) => {
    const data = readFileSync(join(folder, file)).toString("base64");
    return `<figure><img src="data:image/png;base64,${data}"><figcaption>${label}</figcaption></figure>`;
  });
  await page.setContent(`<style>
    body { margin: 16px; display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; font: 12px system-ui; background: #888; color: #fff }
    figure { margin: 0 } img { display: block; height: 420px }
  </style>${cells.join("")}`);
  await page.screenshot({ path: join(folder, "sheet.png"), fullPage: true });
  await page.close();
}
