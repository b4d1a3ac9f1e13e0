// What holds on every page: no complaint of the browser, and nothing that axe finds.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Collects what the page complains about from now on; the answer is empty on a good page. */
export function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on("pageerror", (error) => heard.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") {
      heard.push(`${message.text()} (${message.location().url})`);
    }
  });
  return heard;
}

/** Waits until the page shows its content and not the skeleton of it. */
export async function isLoaded(page: Page, isAlwaysBusy = false): Promise<void> {
  await page.locator("h1").first().waitFor();
  if (!isAlwaysBusy) {
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0, { timeout: 15_000 });
  }
}

/** Fails with a readable list where axe finds a breach of WCAG 2.2 AA. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 3).map((node) => `    ${node.target.join(" ")}: ${node.any[0]?.message ?? node.html}`);
    return [`${id}: ${help} (${nodes.length})`, ...places].join("\n");
  });
  expect(found.join("\n"), "axe").toBe("");
}
