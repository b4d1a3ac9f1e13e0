// What holds on every page: no complaint of the browser, and nothing that axe finds.
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";

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

/** How wide the devices are that every page is looked at on. */
export const WIDTHS = { phone: 390, desk: 1440 };
const THEMES = ["light", "dark"] as const;

/** What holds on every page in both themes, at the width it has now. The theme is switched as the menu does it. */
export async function expectGood(page: Page, isAlwaysBusy = false): Promise<void> {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await isLoaded(page, isAlwaysBusy);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, "the page scrolls sideways").toBeLessThanOrEqual(0);
  for (const theme of THEMES) {
    await test.step(theme, async () => {
      await page.evaluate((theme) => document.documentElement.setAttribute("data-theme", theme), theme);
      await expectAccessible(page, theme === "light" ? "everything" : "colours");
    });
  }
}

/** The same on the phone and on the desk, without loading the page anew: what is typed stays. */
export async function expectGoodEverywhere(page: Page): Promise<void> {
  for (const [device, width] of Object.entries(WIDTHS)) {
    await test.step(device, async () => {
      await page.setViewportSize({ width, height: 900 });
      await expectGood(page);
    });
  }
}

/** What a theme can break; everything else is the same in both. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** Fails with a readable list where axe finds a breach of WCAG 2.2 AA; `colours` looks at those alone. */
export async function expectAccessible(page: Page, what: "everything" | "colours" = "everything"): Promise<void> {
  const builder = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
  const rules =
    what === "colours"
      ? builder.withRules(COLOURS)
      : builder.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
  // There are no frames, so no page of its own is needed to gather what was found in them.
  const { violations } = await rules.setLegacyMode(true).analyze();
  const found = violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 3).map((node) => `    ${node.target.join(" ")}: ${node.any[0]?.message ?? node.html}`);
    return [`${id}: ${help} (${nodes.length})`, ...places].join("\n");
  });
  expect(found.join("\n"), "axe").toBe("");
}
