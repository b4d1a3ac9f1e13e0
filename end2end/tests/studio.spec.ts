// A product manager writes a model: with a colleague, through the check, into the shop and back.
import { expect, test } from "@playwright/test";
import { Build } from "../pages/build.ts";
import { Desk } from "../pages/desk.ts";
import { Studio } from "../pages/studio.ts";
import { read } from "../support/api.ts";
import { change, newModel, nextDraft, publish, retire } from "../support/models.ts";
import { hire, signIn } from "../support/people.ts";
import { complaints, expectGoodEverywhere } from "../support/quality.ts";

interface View {
  parts: Record<string, { name?: Record<string, string>; condition?: string }>;
}

test("a paint with a rule: what contradicts is said in words, mended, and in the shop today", async ({ browser }) => {
  test.slow();
  const manager = await hire(browser, "Product manager");
  const model = await newModel(manager.page);
  const heard = complaints(manager.page);
  const studio = await new Studio(manager.page).open(model.id, "group/paint");

  await test.step("the paint with its name and price", async () => {
    await studio.addOption("Ember red");
    await studio.cell("ember-red", "vi").fill("Đỏ than hồng");
    await studio.cell("ember-red", "list-vn").fill("15tr");
    await studio.cell("ember-red", "list-vn").press("Enter");
    await expect(studio.cell("ember-red", "list-vn")).toHaveValue("15,000,000");
    await studio.expectSaved();
  });

  await test.step("a rule that forgets its condition", async () => {
    await studio.page.getByRole("button", { name: "Add a rule" }).first().click();
    await expect(studio.title()).toHaveText("New rule");
    await studio.page.getByLabel("What the customer reads, English").fill("Ember red is for the Core line.");
    await studio.page.getByLabel("What the customer reads, Tiếng Việt").fill("Màu đỏ than hồng dành cho bản Core.");
    const text = await studio.condition();
    await text.fill("line = corn");
    await expect(studio.page.getByText("“line” has no option “corn”.").first()).toBeVisible();
    await text.fill("line = cor");
    await expect(studio.page.getByRole("option", { name: /core/ })).toBeVisible();
    await text.press("Enter");
    await expect(text).toHaveValue(/^line = core\s*$/);
    await expect(studio.page.getByText(/Leaves nothing/)).toBeVisible();
  });

  await test.step("the check names both rules", async () => {
    await studio.check();
    await expect(studio.verdict()).toContainText("cannot be published yet");
    await expect(studio.report()).toContainText("These rules cannot hold together");
    await expect(studio.report()).toContainText("Only the Plus line is built this year.");
    await expect(studio.page.getByRole("button", { name: "Publish", exact: true })).toHaveCount(0);
    await studio.report().getByRole("link", { name: "Ember red is for the Core line." }).click();
  });

  await test.step("mended in the form", async () => {
    await expect(studio.title()).toHaveText("Ember red is for the Core line.");
    await studio.page.getByRole("button", { name: "Only when …" }).click();
    await studio.clause(0).getByLabel("Group").selectOption({ label: "Paint" });
    await studio.clause(0).getByRole("button", { name: "Ember red" }).click();
    await studio.clause(1).getByRole("button", { name: "Core" }).click();
    await studio.clause(1).getByRole("button", { name: "Plus" }).click();
    await expect(studio.page.getByText(/Changes nothing|Leaves/)).toBeVisible();
    await studio.expectSaved();
    const { parts } = await read<View>(studio.page, `/model-versions/${model.draft}`);
    expect(Object.values(parts).map((part) => part?.condition)).toContain("paint = ember-red => line = plus");
  });

  await test.step("checked and published", async () => {
    await studio.check();
    await expect(studio.verdict()).toContainText("Ready to publish");
    await studio.publish();
    await expect(studio.page.getByRole("link", { name: "See it in the shop" })).toBeVisible();
  });

  const nobody = await browser.newContext();
  const build = await new Build(await nobody.newPage()).open(model.code, "?market=vn");
  await build.page.getByRole("button", { name: /^Ember red/ }).click();
  await expect(build.page.getByRole("button", { name: /^Ember red/ })).toHaveAttribute("aria-pressed", "true");
  expect(heard).toEqual([]);
  await nobody.close();
  await retire(studio.page, model);
  await manager.context.close();
});

test("two people in one draft: different parts merge by themselves, the same part asks", async ({ browser }) => {
  test.slow();
  const one = await hire(browser, "Product manager", { name: "One" });
  const two = await hire(browser, "Product manager", { name: "Two" });
  const model = await newModel(one.page);
  const here = await new Studio(one.page).open(model.id, "group/paint");
  const there = await new Studio(two.page).open(model.id, "group/paint");

  await here.cell("white", "en").fill("Glacier white");
  await here.expectSaved();
  await expect(there.cell("white", "en")).toHaveValue("Glacier white");
  await there.cell("blue", "list-vn").fill("9tr");
  await there.cell("blue", "list-vn").press("Enter");
  await expect(here.cell("blue", "list-vn")).toHaveValue("9,000,000");

  // Who does not hear of it writes the same name.
  await two.page.route("**/api/stream**", (route) => route.abort());
  await two.page.reload();
  await there.title().waitFor();
  await here.cell("blue", "en").fill("Ocean blue");
  await here.expectSaved();
  await there.cell("blue", "en").fill("Harbour blue");
  const question = there.dialog();
  await expect(question).toContainText("Somebody else changed this too");
  await expect(question).toContainText("Ocean blue");
  await expect(question).toContainText("Harbour blue");
  await expect(question).toContainText(one.name);
  await question.getByRole("radio").nth(1).check();
  await question.getByRole("button", { name: "Keep the chosen" }).click();
  await there.expectSaved();
  await expect(here.cell("blue", "en")).toHaveValue("Harbour blue");
  const { parts } = await read<View>(one.page, `/model-versions/${model.draft}`);
  expect(parts["option/paint.blue"].name?.en).toBe("Harbour blue");
  expect(parts["option/paint.white"].name?.en).toBe("Glacier white");

  // What was done last is taken back, for both.
  await there.page.getByRole("button", { name: "Undo" }).click();
  await expect(here.cell("blue", "en")).toHaveValue("Ocean blue");
  await one.context.close();
  await two.context.close();
});

test("the version before is back in the shop with one click", async ({ browser }) => {
  const manager = await hire(browser, "Product manager");
  const model = await newModel(manager.page);
  await publish(manager.page, model.draft);
  const second = await nextDraft(manager.page, model);
  await change(manager.page, second, { "option/paint.white": { code: "white", name: { en: "Chalk", vi: "Trắng phấn" }, swatch: "#ffffff" } });
  await publish(manager.page, second);
  const nobody = await browser.newContext();
  const build = await new Build(await nobody.newPage()).open(model.code, "?market=vn");
  await expect(build.page.getByRole("button", { name: /^Chalk/ })).toBeVisible();

  const studio = await new Studio(manager.page).open(model.id, "history");
  await studio.page.getByRole("button", { name: "Return to this version" }).click();
  await expect(studio.toast("Back in the shop, as version 3")).toBeVisible();
  await build.page.reload();
  await expect(build.page.getByRole("button", { name: /^Polar white/ })).toBeVisible();
  await nobody.close();
  await retire(studio.page, model);
  await manager.context.close();
});

test("who does not write models sees no entry, and the address says why", async ({ context, page }) => {
  await signIn(context, "hr");
  const desk = new Desk(page);
  await page.goto("/desk/models");
  await expect(page.getByText("Models are for product managers")).toBeVisible();
  await expect(desk.nav().filter({ hasText: "Models" })).toHaveCount(0);
});

test("a new model begins with its name, and says what it still needs", async ({ browser }) => {
  test.slow();
  const manager = await hire(browser, "Product manager");
  const { page } = manager;
  await page.goto("/desk/models");
  await page.getByRole("button", { name: "New model" }).click();
  const studio = new Studio(page);
  const name = `Tuktuk ${Date.now() % 1_000_000}`;
  await studio.dialog().getByLabel("Name, English").fill(name);
  await expect(studio.dialog().getByLabel("Code")).toHaveValue(name.toLowerCase().replace(" ", "-"));
  await studio.dialog().getByRole("button", { name: "Create model" }).click();
  await expect(studio.heading()).toHaveText(name);
  await expect(page.getByRole("complementary", { name: "Live preview" })).toContainText("not hold yet");
  await expectGoodEverywhere(page);
  await manager.context.close();
});
