// Two people change one record at the same time: different fields merge, the same field asks.
import { expect, test, type Browser } from "@playwright/test";
import { RecordPage } from "../pages/record.ts";
import { Settings } from "../pages/settings.ts";
import { accountNow, call, newAccount, read, type Account } from "../support/api.ts";
import { administrator, hire, newTeam, unique, type Colleague } from "../support/people.ts";

interface Two {
  rep: Colleague;
  manager: Colleague;
  account: Account;
  here: RecordPage;
  there: RecordPage;
}

/** A rep and their manager, both looking at one account. */
async function two(browser: Browser, path = ""): Promise<Two> {
  const team = await newTeam(browser);
  const rep = await hire(browser, "Sales representative", { name: "Owner", teams: [team] });
  const manager = await hire(browser, "Sales manager", { name: "Manager", teams: [team] });
  const account = await newAccount(rep.page, { name: `Conflict ${unique()}`, phone: "028 3822 1000", city: "Huế" });
  const [here, there] = [new RecordPage(rep.page, "accounts"), new RecordPage(manager.page, "accounts")];
  await here.open(account.id);
  if (path) await manager.page.goto(`/desk/accounts/${account.id}${path}`);
  else await there.open(account.id);
  return { rep, manager, account, here, there };
}

async function leave({ rep, manager }: Two): Promise<void> {
  await rep.context.close();
  await manager.context.close();
}

test("the same field: who saves second sees both values and chooses", async ({ browser }) => {
  const both = await two(browser);
  const { rep, account, here, there } = both;
  // Both have the editor open before either saves.
  const mine = await there.edit("Phone");
  await here.change("Phone", "028 3822 1111");
  await expect(here.toast("Phone saved")).toBeVisible();
  expect((await accountNow(rep.page, account.id)).phone).toBe("028 3822 1111");
  await mine.fill("028 3822 2222");
  await there.page.keyboard.press("Enter");

  const question = there.dialog();
  await expect(question).toContainText("Somebody else changed this too");
  await expect(question).toContainText(rep.name);
  await expect(question).toContainText("028 3822 1111");
  await expect(question).toContainText("028 3822 2222");
  // Nothing is overwritten before the answer.
  expect((await accountNow(rep.page, account.id)).phone).toBe("028 3822 1111");
  await question.getByRole("radio").nth(1).check();
  await question.getByRole("button", { name: "Keep the chosen" }).click();
  await expect(there.dialog()).toHaveCount(0);
  await expect(there.fact("Phone")).toContainText("028 3822 2222");
  await expect(here.fact("Phone")).toContainText("028 3822 2222");
  expect(await accountNow(rep.page, account.id)).toMatchObject({ phone: "028 3822 2222", version: 3 });
  await leave(both);
});

test("the same field: keeping theirs writes nothing", async ({ browser }) => {
  const both = await two(browser);
  const { rep, account, here, there } = both;
  const mine = await there.edit("Phone");
  await here.change("Phone", "028 3822 3333");
  await expect(here.toast("Phone saved")).toBeVisible();
  await mine.fill("028 3822 4444");
  await there.page.keyboard.press("Enter");
  // Theirs is what is chosen until one says otherwise.
  await expect(there.dialog().getByRole("radio").first()).toBeChecked();
  await there.dialog().getByRole("button", { name: "Keep the chosen" }).click();
  await expect(there.dialog()).toHaveCount(0);
  await expect(there.fact("Phone")).toContainText("028 3822 3333");
  expect(await accountNow(rep.page, account.id)).toMatchObject({ phone: "028 3822 3333", version: 2 });
  await leave(both);
});

test("different fields merge silently, and both screens show both", async ({ browser }) => {
  const both = await two(browser);
  const { rep, account, here, there } = both;
  const city = await there.edit("City");
  await here.change("Phone", "028 3822 5555");
  await expect(here.toast("Phone saved")).toBeVisible();
  await city.fill("Đà Nẵng");
  await there.page.keyboard.press("Enter");
  await expect(there.toast("City saved")).toBeVisible();
  for (const screen of [here, there]) {
    await expect(screen.fact("Phone")).toContainText("028 3822 5555");
    await expect(screen.fact("City")).toContainText("Đà Nẵng");
    await expect(screen.dialog()).toHaveCount(0);
  }
  expect(await accountNow(rep.page, account.id)).toMatchObject({ phone: "028 3822 5555", city: "Đà Nẵng", version: 3 });
  await leave(both);
});

test("a form that met another's edit asks about that field only and saves the rest", async ({ browser }) => {
  const both = await two(browser, "/edit");
  const { rep, account, here, there } = both;
  await there.fill({ Phone: "028 3822 6666", Segment: "Hospitals" });
  await here.change("Phone", "028 3822 7777");
  await expect(here.toast("Phone saved")).toBeVisible();
  await there.send("Save");
  await expect(there.dialog().locator("fieldset")).toHaveCount(1);
  await expect(there.dialog()).toContainText("028 3822 7777");
  await expect(there.dialog()).toContainText("028 3822 6666");
  await there.dialog().getByRole("button", { name: "Keep the chosen" }).click();
  expect(await there.id()).toBe(account.id);
  await expect(there.fact("Segment")).toContainText("Hospitals");
  expect(await accountNow(rep.page, account.id)).toMatchObject({ phone: "028 3822 7777", segment: "Hospitals", version: 3 });
  const events = await read<{ action: string }[]>(rep.page, `/events/account/${account.id}`);
  expect(events.map((event) => event.action)).toEqual(["changed", "changed", "created"]);
  await leave(both);
});

test("a name edited in place in the settings does not overwrite what another saved meanwhile", async ({ browser }) => {
  const page = await administrator(browser);
  const [before, theirs, mine] = ["before", "theirs", "mine"].map((word) => `Team ${word} ${unique()}`);
  const { body: team } = await call<{ id: string; version: number }>(page, "POST", "/teams", { name: before });
  const nameNow = async () =>
    (await read<{ id: string; name: string }[]>(page, "/teams")).find((other) => other.id === team.id)?.name;
  await new Settings(page).open("structure");
  await page.locator(".tree__row", { hasText: before }).getByRole("button", { name: /^Edit Name/ }).click();
  const field = page.locator(".tree__row input");
  await expect(field).toBeFocused();
  await call(page, "PATCH", `/teams/${team.id}`, { name: theirs }, team.version);
  // The page has heard of it; what is typed stays.
  const row = page.locator(".tree__row", { has: page.getByRole("button", { name: `Actions for ${theirs}` }) });
  await expect(row).toHaveCount(1);
  await field.fill(mine);
  await page.keyboard.press("Enter");
  await expect(row).toContainText(`set this to “${theirs}” meanwhile`);
  await expect(field).toHaveValue(mine);
  expect(await nameNow()).toBe(theirs);
  // Who saves again knows what it replaces.
  await field.press("Enter");
  await expect(page.locator(".tree__row", { hasText: mine })).toHaveCount(1);
  expect(await nameNow()).toBe(mine);
  await page.context().close();
});

test("a choice that the server refuses is not shown as made", async ({ browser }) => {
  const page = await administrator(browser);
  await page.route("**/api/dealers/*", (route) => (route.request().method() === "PATCH" ? route.abort() : route.continue()));
  const settings = await new Settings(page).open("structure?tab=dealers");
  const choice = page.getByRole("radiogroup", { name: "Contract" }).first();
  const before = await choice.locator("input:checked").getAttribute("value");
  await choice.locator("label", { has: page.locator("input:not(:checked)") }).click();
  await expect(settings.toast(/./).or(page.locator(".form-error")).first()).toBeVisible();
  await expect(choice.locator("input:checked")).toHaveAttribute("value", before!);
  await page.context().close();
});
