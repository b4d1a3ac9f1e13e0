// Customers' requests at the desk: they appear by themselves, one tap makes a deal, and who has no time gives them back.
import { expect, test } from "@playwright/test";
import { Board } from "../pages/board.ts";
import { Desk } from "../pages/desk.ts";
import { Lane } from "../pages/lane.ts";
import { call, newAccount, newDeal, type Card } from "../support/api.ts";
import { hire, newTeam, newTerritory, signIn, unique } from "../support/people.ts";
import { expectGoodEverywhere } from "../support/quality.ts";
import { askForOffer, ofDeal, waiting } from "../support/requests.ts";

test("a request appears by itself, one tap makes a deal on both screens, and asking again joins it", async ({ browser }) => {
  test.setTimeout(90_000);
  const team = await newTeam(browser);
  const rep = await hire(browser, "Sales representative", { teams: [team] });
  const mate = await hire(browser, "Sales representative", { teams: [team] });
  const elsewhere = await browser.newContext();
  await signIn(elsewhere, "rep", "Sao Mai Auto");
  const stranger = await new Board(await elsewhere.newPage()).open();
  for (const { page } of [rep, mate]) await newDeal(page);
  const [here, there] = [await new Board(rep.page).open(), await new Board(mate.page).open()];
  const lane = new Lane(rep.page);

  // A customer of the representative's, who has no deal.
  const phone = `09${unique().padStart(8, "0").slice(-8)}`;
  const customer = await newAccount(rep.page, { name: `Journey ${unique()}`, phone });
  const asked = await askForOffer(browser, { name: customer.name, phone });
  expect(asked.rep_name).toBe(rep.name);
  await expect(lane.card(customer.name)).toContainText("Aurora Vega", { timeout: 3_000 });
  await expect(lane.card(customer.name)).toContainText(/Answer by .+left/);
  await expect(new Desk(rep.page).toast(`${customer.name} asks for an offer: Aurora Vega`)).toBeVisible();
  await expect(lane.card(customer.name).getByRole("link", { name: `Call ${customer.name}: ${phone}` })).toHaveAttribute("href", `tel:${phone}`);
  // A colleague of the team sees it, with whom it is, and cannot take it.
  const theirs = new Lane(mate.page);
  await expect(theirs.card(customer.name)).toContainText(`With ${rep.name}`);
  await expect(theirs.card(customer.name).getByRole("button")).toHaveCount(0);

  await lane.accept(customer.name);
  await here.expectIn("Qualify", customer.name);
  await there.expectIn("Qualify", customer.name);
  await lane.expectGone(customer.name);
  await theirs.expectGone(customer.name);
  await expect(new Desk(mate.page).toast(`${rep.name} accepted the request of ${customer.name}`)).toBeVisible();
  await expect(lane.panel().getByRole("heading", { level: 2, name: customer.name })).toBeVisible();
  await expect(lane.panel()).toContainText("Aurora Vega");
  await expect(lane.panel().getByRole("link", { name: "Open in the builder" })).toHaveAttribute("href", `/build/vega?market=vn&code=${asked.code}`);
  await expect(rep.page).toHaveURL(/card=/);
  // Closing the panel leads to the deal's card.
  await rep.page.keyboard.press("Escape");
  await expect(here.card(customer.name)).toBeFocused();

  const again = await askForOffer(browser, { name: "Somebody else", phone, choices: [["line", "signature"]] });
  expect(again.price.minor).not.toBe(asked.price.minor);
  await new Desk(rep.page).toast(`${customer.name} asked again`).getByRole("button", { name: "Show" }).click();
  await expect(lane.panel()).toContainText(again.code);
  const deal = new URL(rep.page.url()).searchParams.get("card")!;
  expect((await ofDeal(rep.page, deal)).map((lead) => lead.amount.minor)).toEqual([again.price.minor]);
  await here.expectIn("Qualify", customer.name);
  expect((await waiting(rep.page)).filter((lead) => lead.name === customer.name)).toEqual([]);
  // At another dealer nothing of it was ever seen.
  await expect(stranger.page.getByText(customer.name)).toHaveCount(0);
  expect((await waiting(stranger.page)).filter((lead) => lead.name === customer.name)).toEqual([]);
  for (const context of [rep.context, mate.context, elsewhere]) await context.close();
});

test("who gives a request back says why, and the next in turn has it, finds it and accepts it with the keyboard", async ({ browser }) => {
  test.setTimeout(90_000);
  const territory = await newTerritory(browser);
  const two = [
    await hire(browser, "Sales representative", { territories: [territory.id] }),
    await hire(browser, "Sales representative", { territories: [territory.id] }),
  ];
  for (const { page } of two) {
    await newDeal(page);
    await new Board(page).open();
  }
  const name = `Journey ${unique()}`;
  const asked = await askForOffer(browser, { name, phone: `09${unique().padStart(8, "0").slice(-8)}`, place: territory.name });
  const first = two.find((each) => each.name === asked.rep_name)!;
  const next = two.find((each) => each !== first)!;
  const lane = new Lane(first.page);
  await lane.choose(name, /^Give back/);
  const dialog = new Desk(first.page).dialog();
  await dialog.getByRole("button", { name: "Give back" }).click();
  await expect(dialog.getByRole("alert").first()).toContainText("Choose a reason");
  await dialog.getByText("Something else").click();
  await dialog.getByRole("button", { name: "Give back" }).click();
  await expect(dialog.getByRole("textbox")).toBeFocused();
  await dialog.getByRole("textbox").fill("At the fair");
  await dialog.getByRole("button", { name: "Give back" }).click();
  await expect(new Desk(first.page).toast("goes on to the next in turn")).toBeVisible();
  await lane.expectGone(name);

  const theirs = new Lane(next.page);
  await expect(theirs.card(name)).toContainText("For you");
  await expect(new Desk(next.page).toast(`The request of ${name} is now with ${next.name}`)).toBeVisible();
  const field = await new Desk(next.page).openPalette();
  await field.pressSequentially(name);
  await next.page.getByRole("option", { name }).waitFor();
  await next.page.keyboard.press("Enter");
  await expect(theirs.panel().getByRole("heading", { level: 2, name })).toBeFocused();
  await expect(theirs.panel()).toContainText("At the fair");
  await expect(theirs.panel()).toContainText("Being called about this request");
  await next.page.keyboard.press("Tab");
  await expect(theirs.panel().getByRole("button", { name: "Accept" })).toBeFocused();
  await next.page.keyboard.press("Enter");
  await new Board(next.page).expectIn("Qualify", name);
  await expect(next.page).toHaveURL(/card=/);
  for (const { context } of two) await context.close();
});

test("who comes too late is told who was quicker", async ({ browser }) => {
  test.setTimeout(60_000);
  const team = await newTeam(browser);
  const rep = await hire(browser, "Sales representative", { teams: [team] });
  const manager = await hire(browser, "Sales manager", { teams: [team] });
  await newDeal(rep.page);
  const phone = `09${unique().padStart(8, "0").slice(-8)}`;
  const customer = await newAccount(rep.page, { name: `Journey ${unique()}`, phone });
  await askForOffer(browser, { name: customer.name, phone });
  // This screen hears nothing of what others do.
  await rep.page.route("**/api/stream*", (route) => route.abort());
  await new Board(rep.page).open();
  const lane = new Lane(rep.page);
  await expect(lane.card(customer.name)).toBeVisible();
  const lead = (await waiting(manager.page)).find((each) => each.name === customer.name)!;
  const accepted = await call<{ card: Card }>(manager.page, "POST", `/leads/${lead.id}/accept`, {}, lead.version);
  expect(accepted.status).toBe(200);
  await lane.accept(customer.name);
  await expect(new Desk(rep.page).toast(`${manager.name} has already accepted the request of ${customer.name}`)).toBeVisible();
  await lane.expectGone(customer.name);
  for (const { context } of [rep, manager]) await context.close();
});

test("the lane and a request beside it are good on the phone and on the desk", async ({ context, page }) => {
  test.setTimeout(120_000);
  await signIn(context, "rep");
  await new Board(page).open();
  const lane = new Lane(page);
  await expect(lane.column()).toBeVisible();
  await expectGoodEverywhere(page);
  const [lead] = await waiting(page);
  await page.goto(`/desk/board?request=${lead.id}`);
  await expect(lane.panel().getByRole("heading", { level: 2, name: lead.name })).toBeVisible();
  await expectGoodEverywhere(page);
});
