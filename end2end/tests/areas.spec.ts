// The app is split by area: a customer's phone loads the shop and never the desk, and a visit costs what the budget says.
import { expect, test, type Page } from "@playwright/test";
import { hire } from "../support/people.ts";
import { isLoaded } from "../support/quality.ts";

/** The bytes on the wire of everything that the page asks for from now on, by file name. */
async function traffic(page: Page): Promise<Map<string, number>> {
  const loaded = new Map<string, number>();
  const names = new Map<string, string>();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  cdp.on("Network.requestWillBeSent", (event) => {
    names.set(event.requestId, new URL(event.request.url).pathname);
  });
  cdp.on("Network.loadingFinished", (event) => {
    const name = names.get(event.requestId) ?? "";
    loaded.set(name, (loaded.get(name) ?? 0) + event.encodedDataLength);
  });
  return loaded;
}

/** Without the pictures of the products, which come as they are looked at. */
function withoutFiles(loaded: Map<string, number>): Map<string, number> {
  return new Map([...loaded].filter(([name]) => !name.startsWith("/api/files/")));
}

function total(loaded: Map<string, number>): number {
  return [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
}

test("the shop's start page loads no part of the desk and stays inside its budget", async ({ page }) => {
  const loaded = await traffic(page);
  await page.goto("/");
  await isLoaded(page);
  expect([...loaded.keys()].filter((name) => name.includes("/desk.bin"))).toEqual([]);
  expect([...loaded.keys()].some((name) => name.includes("/shop.bin"))).toBe(true);
  // 215 kB of files, and their headers and the answers of the API: lower this with every byte that is won.
  const files = withoutFiles(loaded);
  expect(total(files), JSON.stringify([...files])).toBeLessThanOrEqual(230_000);
});

test("the builder before its pictures stays inside its budget", async ({ page }) => {
  const drawings = new Set<string>();
  page.on("response", (answer) => {
    if (answer.headers()["content-type"] === "image/svg+xml") drawings.add(new URL(answer.url()).pathname);
  });
  const loaded = await traffic(page);
  await page.goto("/build/vega");
  await isLoaded(page);
  await expect.poll(() => [...loaded.keys()].filter((name) => name.startsWith("/api/files/") && !drawings.has(name)).length).toBeGreaterThanOrEqual(2);
  const before = new Map([...loaded].filter(([name]) => !drawings.has(name)));
  expect([...before.keys()].filter((name) => name.includes("/desk.bin") || name.includes("/shop.bin"))).toEqual([]);
  // The app, the offer, the diagram. The goal is 250 kB of everything: lower this with every byte that is won.
  expect(total(before), JSON.stringify([...before])).toBeLessThanOrEqual(330_000);
});

test("the desk's first page stays inside its budget", async ({ browser }) => {
  const { page: own, context } = await hire(browser, "Sales representative");
  const page = await context.newPage();
  await own.close();
  const loaded = await traffic(page);
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  await page.goto("/desk/board");
  await isLoaded(page);
  const files = new Map([...loaded].filter(([name]) => !name.startsWith("/api/")));
  expect([...files.keys()].some((name) => name.includes("/desk.bin"))).toBe(true);
  // 350 kB of files, and their headers.
  expect(total(files), JSON.stringify([...files])).toBeLessThanOrEqual(355_000);
  await context.close();
});

test("a second visit loads next to nothing", async ({ context }) => {
  const first = await context.newPage();
  await first.goto("/");
  await isLoaded(first);
  // Its pictures as well.
  await first.waitForLoadState("networkidle");
  const second = await context.newPage();
  const loaded = await traffic(second);
  await second.goto("/");
  await isLoaded(second);
  expect(total(loaded), JSON.stringify([...loaded])).toBeLessThanOrEqual(10_000);
});

test("a part that does not arrive offers a reload instead of a dead page", async ({ page }) => {
  await page.route(/shop\.bin/, (route) => route.abort());
  await page.goto("/");
  const reload = page.getByRole("button", { name: /reload/i }).or(page.getByRole("link", { name: /reload/i }));
  await expect(reload.first()).toBeVisible();
  await page.unroute(/shop\.bin/);
  await reload.first().click();
  await expect(reload).toHaveCount(0);
  await isLoaded(page);
});
