// Every page in both themes, on the phone and on the desk: loads, complains about nothing, and axe finds nothing.
import { expect, test } from "@playwright/test";
import { Board } from "../pages/board.ts";
import { Desk } from "../pages/desk.ts";
import { everyPage } from "../support/pages.ts";
import { signIn } from "../support/people.ts";
import { complaints, expectAccessible, expectGood, WIDTHS } from "../support/quality.ts";

// They change nothing, so both workers share them.
test.describe.configure({ mode: "parallel" });

for (const { path, role, find, isAlwaysBusy, isAbsent } of everyPage) {
  test(`${path} for ${role}`, async ({ context, page }) => {
    if (role !== "nobody") {
      await signIn(context, role);
    }
    // The page of all components is as long as many others.
    test.slow(isAlwaysBusy === true);
    await page.goto("/healthz");
    const address = find ? await find(page) : path;
    const heard = complaints(page);
    for (const [device, width] of Object.entries(WIDTHS)) {
      await test.step(device, async () => {
        // Loaded anew: a panel covers a phone's page and stands beside a desk's.
        await page.setViewportSize({ width, height: 900 });
        await page.goto(address);
        await expectGood(page, isAlwaysBusy);
      });
    }
    const absences = heard.filter((text) => /404 \(Not Found\)/.test(text));
    expect(absences.length > 0, "an answer says that it is not there").toBe(isAbsent ?? false);
    expect(heard.filter((text) => !absences.includes(text)).join("\n"), "what the browser complained about").toBe("");
  });
}

for (const theme of ["light", "dark"] as const) {
  test(`what opens over a page, ${theme}`, async ({ context, page, baseURL }) => {
    await context.addCookies([{ name: "theme", value: theme, url: baseURL! }]);
    await signIn(context, "rep");
    const heard = complaints(page);
    await page.emulateMedia({ reducedMotion: "reduce" });
    const [board, desk] = [await new Board(page).open(), new Desk(page)];
    // Of one's own deals, which may be moved.
    const { user } = await page.evaluate(async () => (await fetch("/api/session")).json());
    await board.open(`?owner=${user.id}`);
    const card = page.locator("#board article").first();

    await test.step("where to move", async () => {
      await card.focus();
      await page.keyboard.press("m");
      await expect(desk.dialog()).toContainText("is here");
      await expectAccessible(page);
    });
    await test.step("why it was lost", async () => {
      await desk.dialog().getByRole("button", { name: "Lost" }).click();
      await expect(desk.dialog()).toContainText("The main reason");
      await desk.dialog().getByText("Competitor", { exact: true }).click();
      await expect(desk.dialog().getByLabel(/Who won it/)).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await expect(desk.dialog()).toHaveCount(0);
    });
    await test.step("the palette", async () => {
      const field = await desk.openPalette();
      await expectAccessible(page);
      await field.fill("minh");
      await expect(page.locator(".palette__line", { hasText: "Minh" }).first()).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
    });
    await test.step("the keys", async () => {
      await page.keyboard.press("?");
      await expect(desk.dialog()).toContainText("Everywhere");
      await expectAccessible(page);
      await page.keyboard.press("Escape");
    });
    await test.step("a new deal", async () => {
      await page.keyboard.press("n");
      await expect(page.locator(".quick-add").getByLabel("Account")).toBeFocused();
      await expectAccessible(page);
    });
    await test.step("the person's menu", async () => {
      await page.locator("button.rail__me").click();
      await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
      await expectAccessible(page);
    });
    expect(heard.join("\n"), "what the browser complained about").toBe("");
  });
}
