// Who sees and does what, and how that ends.
import { expect, test } from "@playwright/test";
import { Board } from "../pages/board.ts";
import { Desk } from "../pages/desk.ts";
import { Gate } from "../pages/gate.ts";
import { Settings } from "../pages/settings.ts";
import { call, newDeal, read } from "../support/api.ts";
import { administrator, hire, signIn } from "../support/people.ts";

test("a leaver's open work asks for a successor; their browser is signed out by itself and the work is handed over", async ({
  browser,
}) => {
  const leaver = await hire(browser, "Sales representative", { name: "Leaver" });
  const heir = await hire(browser, "Sales representative", { name: "Successor" });
  const deal = await newDeal(leaver.page);
  const theirs = await new Board(leaver.page).open();
  await theirs.expectIn("Qualify", deal.account_name);

  const admin = await administrator(browser);
  const settings = new Settings(admin);
  const panel = await settings.openPerson(leaver.id, leaver.name);
  await panel.getByRole("button", { name: "End access" }).click();
  const dialog = settings.dialog();
  await expect(dialog).toContainText("They still own 1 account, 1 open deal. Who");
  // Not without somebody who takes over.
  await dialog.getByRole("button", { name: "End access" }).click();
  await expect(dialog.getByText("Please fill this in")).toBeVisible();
  expect((await read<{ active: boolean }>(admin, `/users/${leaver.id}`)).active).toBe(true);
  const field = dialog.getByRole("combobox", { name: /Who takes over/ });
  await field.fill(heir.name);
  await dialog.getByRole("option").filter({ hasText: heir.name }).waitFor();
  await field.press("Enter");
  await dialog.getByRole("button", { name: "End access" }).click();
  await new Gate(leaver.page).expectHere();
  await expect(settings.toast(`${leaver.name} can no longer sign in`)).toBeVisible();

  expect((await read<{ active: boolean }>(admin, `/users/${leaver.id}`)).active).toBe(false);
  expect((await call(leaver.page, "GET", "/board")).status).toBe(401);
  expect((await call(leaver.page, "POST", "/session", { mail: leaver.mail, password: leaver.password })).status).toBe(401);
  const opportunity = (await read<{ opportunity: { owner_id: string } }>(heir.page, `/opportunities/${deal.id}`)).opportunity;
  expect(opportunity.owner_id).toBe(heir.id);
  const accounts = await read<{ items: { name: string; owner_name: string }[] }>(heir.page, "/accounts");
  expect(accounts.items).toMatchObject([{ name: deal.account_name, owner_name: heir.name }]);
  const board = await new Board(heir.page).open();
  await board.expectIn("Qualify", deal.account_name);
  await admin.context().close();
  await leaver.context.close();
  await heir.context.close();
});

test("a deal of another dealer is not found: not its page, not its name, not its history", async ({ browser }) => {
  const mine = await hire(browser, "Sales representative");
  const deal = await newDeal(mine.page);
  const foreign = await browser.newContext();
  await signIn(foreign, "rep", "Sao Mai Auto");
  const page = await foreign.newPage();
  const heard: string[] = [];
  page.on("response", async (answer) => {
    if (answer.url().includes("/api/")) heard.push(await answer.text().catch(() => ""));
  });
  const desk = new Desk(page);
  await page.goto(`/desk/opportunities/${deal.id}`);
  await expect(desk.failure()).toContainText("This record does not exist, or you may not see it");
  await expect(page.getByText(deal.account_name)).toHaveCount(0);
  await page.goto(`/desk/board?card=${deal.id}`);
  await expect(page.locator(".side-panel .failure")).toContainText("This record does not exist, or you may not see it");
  // What does not exist at all answers the same.
  const never = "00000000-0000-7000-8000-000000000000";
  for (const id of [deal.id, never]) {
    for (const path of [`/opportunities/${id}`, `/opportunities/${id}/card`, `/opportunities/${id}/stays`, `/events/opportunity/${id}`]) {
      const answer = await call<{ code: string }>(page, "GET", path);
      expect([answer.status, answer.body.code], path).toEqual([404, "not-found"]);
    }
    const moved = await call(page, "POST", `/opportunities/${id}/move`, { stage_id: deal.stage_id }, 1);
    expect(moved.status).toBe(404);
  }
  const hits = await read<{ title: string }[]>(page, `/search?q=${encodeURIComponent(deal.account_name)}`);
  expect(hits.filter((hit) => hit.title.includes(deal.account_name))).toEqual([]);
  expect(heard.length).toBeGreaterThan(5);
  expect(heard.filter((text) => text.includes(deal.account_name))).toEqual([]);
  await foreign.close();
  await mine.context.close();
});

const places: Record<string, string> = {
  Board: "/desk/board",
  Deals: "/desk/opportunities",
  Accounts: "/desk/accounts",
  Contacts: "/desk/contacts",
  Models: "/desk/models",
  Settings: "/desk/settings",
};
const pages = ["Board", "Deals", "Accounts", "Contacts", "Settings"];
const withModels = ["Board", "Deals", "Accounts", "Contacts", "Models", "Settings"];
const roles: Record<string, { nav: string[]; home: RegExp; rooms: string[] }> = {
  rep: { nav: pages, home: /\/desk\/board/, rooms: ["Profile", "Sessions"] },
  manager: { nav: pages, home: /\/desk\/board/, rooms: ["Profile", "Sessions", "People"] },
  marketing: { nav: pages, home: /\/desk\/board/, rooms: ["Profile", "Sessions"] },
  hr: { nav: ["Settings"], home: /\/desk\/settings/, rooms: ["Profile", "Sessions", "People"] },
  product: { nav: withModels, home: /\/desk\/board/, rooms: ["Profile", "Sessions"] },
  admin: {
    nav: withModels,
    home: /\/desk\/board/,
    rooms: ["Profile", "Sessions", "People", "Roles", "Structure", "Pipelines", "Company", "Rates", "Audit"],
  },
};

for (const [role, { nav, home, rooms }] of Object.entries(roles)) {
  test(`the navigation of ${role} has what the role may do, and a room of others stays closed`, async ({ context, page }) => {
    await signIn(context, role);
    await page.goto("/desk");
    await expect(page).toHaveURL(home);
    const desk = new Settings(page);
    await expect(desk.nav().locator(".rail__label")).toHaveText(nav);
    // Each entry leads to an address that can be shared and come back from.
    for (const entry of nav) {
      const link = desk.nav().filter({ hasText: entry });
      await link.click();
      await expect(link).toHaveAttribute("aria-current", "page");
      await expect(page).toHaveURL((url) => url.pathname.startsWith(places[entry]));
      await expect(desk.heading()).toBeVisible();
    }
    await page.goto("/desk/settings");
    await expect(desk.rooms()).toHaveText(rooms);
    const mayManageRoles = rooms.includes("Roles");
    await page.goto("/desk/settings/roles");
    await expect(page.getByText("This is not yours to see")).toHaveCount(mayManageRoles ? 0 : 1);
    await expect(page.getByRole("heading", { level: 2, name: "Who may do what?" })).toHaveCount(mayManageRoles ? 1 : 0);
    const answer = await call(page, "POST", "/roles", { name: { en: "" }, grants: {} });
    expect(answer.status).toBe(mayManageRoles ? 422 : 403);
  });
}
