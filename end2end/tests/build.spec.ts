// A customer builds a car: sees it change, sees its price, and is never stuck.
import { expect, test } from "@playwright/test";
import { Build } from "../pages/build.ts";
import { complaints } from "../support/quality.ts";

test("from the start page to a car of one's own: the picture answers, the price follows, the link brings it back", async ({ page, context }) => {
  const heard = complaints(page);
  await page.goto("/");
  await page.getByRole("link", { name: /Aurora Mira/ }).click();
  const build = new Build(page);
  await build.step("Look");
  await build.expectDrawn();
  const [before, price] = [await build.drawings(), await build.total()];
  await build.option("Paint", /^Aurora red/).click();
  await expect(build.option("Paint", /^Aurora red/)).toHaveAttribute("aria-pressed", "true");
  await build.expectDrawn();
  expect(await build.drawings()).not.toEqual(before);
  expect(await build.total()).not.toBe(price);
  const [painted, dearer] = [await build.drawings(), await build.total()];

  // Whoever gets the link sees the same car at the same price.
  await expect(page).toHaveURL(/code=/);
  const other = await context.newPage();
  await other.goto(page.url());
  const same = new Build(other);
  await same.expectDrawn();
  expect(await same.drawings()).toEqual(painted);
  expect(await same.total()).toBe(dearer);

  await build.undo().click();
  await expect.poll(() => build.drawings()).toEqual(before);
  expect(await build.total()).toBe(price);
  expect(heard).toEqual([]);
});

test("what is not possible says why and offers a way, which one click takes and one click takes back", async ({ page }) => {
  const build = await new Build(page).open("vega", "?step=packs");
  await build.toggle(/^Touring/).click();
  await expect(page.getByRole("status").filter({ hasText: "Also changed" })).toBeVisible();
  const [packed, address] = [await build.total(), page.url()];
  const steps = ["Model", "Drive", "Look", "Inside", "Packs"];
  for (const step of steps) {
    await build.step(step);
    if ((await build.refused().count()) > 0) break;
  }
  const refused = build.refused().first();
  await refused.click();
  const refusal = page.locator(".refusal");
  await expect(refusal).toContainText("does not go with");
  await expect(refusal).toContainText("Touring");
  // The rule's own sentence comes from the server.
  await expect(refusal.locator(".refusal__rule").first()).toBeVisible();
  await refusal.getByRole("button").first().click();
  await expect(refusal).toHaveCount(0);
  await expect.poll(() => page.url()).not.toBe(address);
  await build.undo().click();
  await expect.poll(() => build.total()).toBe(packed);
});

test("no series of clicks ends where nothing can be chosen", async ({ page }) => {
  const build = await new Build(page).open("terra");
  // The same clicks every time: a step on by a number that shares no factor with what there is.
  let turn = 7;
  for (const step of ["Drive", "Look", "Inside", "Packs", "Model"]) {
    await build.step(step);
    for (let click = 0; click < 8; click++) {
      const open = page.locator(".option:not(.option--out) > button, .swatch:not(.swatch--out)");
      const count = await open.count();
      expect(count).toBeGreaterThan(0);
      await open.nth((turn = (turn * 31 + 11) % count)).click();
      expect(await build.total()).toMatch(/\d/);
    }
  }
  await build.expectDrawn();
});

test("another market has its own prices, and a model that is not there says so", async ({ page }) => {
  const build = await new Build(page).open("lumen");
  expect(await build.total()).toContain("₫");
  await page.getByRole("combobox", { name: "Market" }).selectOption({ label: "€ Europe" });
  await expect(page.locator(".pricebar__total")).toContainText("€");
  await page.getByRole("button", { name: /every line/ }).click();
  await expect(page.locator(".lines")).toContainText("VAT 19 %");
  await page.getByRole("combobox", { name: "Where it is registered" }).selectOption("France");
  await expect(page.locator(".lines")).toContainText("VAT 20 %");
  await page.goto("/build/nothing");
  await expect(page.getByRole("alert")).toContainText("This model is not in the shop");
});

test("a link whose choices a market does not sell starts the build anew there", async ({ page }) => {
  const heard = complaints(page);
  const build = await new Build(page).open("vega", "?market=vn&step=look");
  await build.toggle(/^Heat film/).click();
  await expect(page).toHaveURL(/code=/);
  const code = new URL(page.url()).searchParams.get("code");
  await build.open("vega", `?market=eu&code=${code}&step=look`);
  await build.expectDrawn();
  expect(await build.total()).toContain("€");
  // Nothing is chosen, so the address is as short as at a start.
  await expect(page).not.toHaveURL(/code=/);
  await expect(build.undo()).toBeDisabled();
  await build.option("Paint", /^Polar white/).click();
  await expect(page).toHaveURL(/code=/);
  expect(heard).toEqual([]);
});

test("after loading, everything works without a network", async ({ page, context }) => {
  const build = await new Build(page).open("mira", "?step=drive");
  await build.expectDrawn();
  const price = await build.total();
  await context.setOffline(true);
  await build.option("Engine", /turbo/).click();
  await expect.poll(() => build.total()).not.toBe(price);
  await build.step("Packs");
  await expect(page.getByRole("switch").first()).toBeVisible();
  await context.setOffline(false);
});
