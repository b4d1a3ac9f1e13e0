// A deal on two screens: moved, taken back, refused, contested.
import { expect, test } from "@playwright/test";
import { Board } from "../pages/board.ts";
import { cardNow, call, moveDeal, newDeal, stages } from "../support/api.ts";
import { signIn } from "../support/people.ts";

test("a move appears on the other screen in under a second, with who made it, and undo takes it back on both", async ({ browser }) => {
  const [mine, theirs] = [await browser.newContext(), await browser.newContext()];
  const rep = await signIn(mine, "rep");
  await signIn(theirs, "manager");
  const here = await new Board(await mine.newPage()).open();
  const there = await new Board(await theirs.newPage()).open();
  const deal = await newDeal(here.page);
  // A new card comes by itself, on both.
  await here.expectIn("Qualify", deal.account_name);
  await there.expectIn("Qualify", deal.account_name);

  await here.drag(deal.account_name, here.column("Configure"));
  await here.expectIn("Configure", deal.account_name);
  await expect(there.cardIn("Configure", deal.account_name)).toHaveCount(1, { timeout: 1_000 });
  await expect(there.cardIn("Configure", deal.account_name)).toContainText(rep.name);
  expect((await cardNow(here.page, deal.id)).version).toBe(2);

  await here.page.getByRole("button", { name: "Undo" }).click();
  await here.expectIn("Qualify", deal.account_name);
  await there.expectIn("Qualify", deal.account_name);
  const events = await call<{ action: string; undoes?: number; seq: number }[]>(here.page, "GET", `/events/opportunity/${deal.id}`);
  expect(events.body.map((event) => event.action)).toEqual(["moved", "moved", "created"]);
  expect(events.body[0].undoes).toBe(events.body[1].seq);
  await mine.close();
  await theirs.close();
});

test("the keyboard moves a card, says so, and keeps the focus", async ({ context, page }) => {
  await signIn(context, "rep");
  const board = await new Board(page).open();
  const deal = await newDeal(page);
  const card = board.card(deal.account_name);
  await card.focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await board.expectIn("Test drive", deal.account_name);
  await expect(board.card(deal.account_name)).toBeFocused();
  await expect(page.locator("[aria-live]").filter({ hasText: "Test drive" })).not.toHaveCount(0);
  // Picked up and put back: nothing was sent.
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Escape");
  await board.expectIn("Test drive", deal.account_name);
  await expect(board.card(deal.account_name)).toBeFocused();
  await expect.poll(async () => (await cardNow(page, deal.id)).version).toBe(2);
});

test("the columns count what the server counts, not the cards that are loaded", async ({ context, page }) => {
  await signIn(context, "rep");
  const board = await new Board(page).open();
  const before = await board.count("Qualify");
  const deal = await newDeal(page);
  await expect.poll(() => board.count("Qualify")).toBe(before + 1);
  await board.drag(deal.account_name, board.column("Configure"));
  await expect.poll(() => board.count("Qualify")).toBe(before);
  const shown = await call<{ columns: { count: number }[] }>(page, "GET", "/board?limit=1");
  expect(shown.body.columns[0].count).toBe(before);
});

test("a move that the server refuses puts the card back and says why", async ({ context, page }) => {
  await signIn(context, "rep");
  const board = await new Board(page).open();
  const deal = await newDeal(page);
  await board.expectIn("Qualify", deal.account_name);
  await page.route("**/api/opportunities/*/move", (route) =>
    route.fulfill({
      status: 503,
      contentType: "application/problem+json",
      headers: { "retry-after": "1" },
      body: JSON.stringify({ type: "urn:muster:problem:unavailable", title: "x", status: 503, code: "unavailable" }),
    }),
  );
  await board.drag(deal.account_name, board.column("Quote"));
  await expect(page.getByRole("alert").or(page.locator(".toast")).first()).toBeVisible();
  await board.expectIn("Qualify", deal.account_name);
  await page.unroute("**/api/opportunities/*/move");
  expect((await cardNow(page, deal.id)).version).toBe(1);
});

test("a stale move shows what happened meanwhile and offers to repeat", async ({ context, browser }) => {
  await signIn(context, "rep");
  const page = await context.newPage();
  // This screen hears nothing of what others do.
  await page.route("**/api/stream*", (route) => route.abort());
  const board = await new Board(page).open();
  const deal = await newDeal(page);
  await page.reload();
  await board.expectIn("Qualify", deal.account_name);
  const theirs = await browser.newContext();
  const manager = await signIn(theirs, "manager");
  const other = await theirs.newPage();
  await other.goto("/healthz");
  const all = await stages(other);
  const negotiate = all.find((stage) => stage.name.en === "Negotiate")!;
  expect((await moveDeal(other, deal, negotiate.id)).status).toBe(200);

  await board.drag(deal.account_name, board.column("Configure"));
  await expect(board.dialog()).toContainText(manager.name);
  await expect(board.dialog()).toContainText("Negotiate");
  expect((await cardNow(page, deal.id)).stage_id).toBe(negotiate.id);
  await board.dialog().getByRole("button").filter({ hasText: "Configure" }).click();
  await board.expectIn("Configure", deal.account_name);
  expect((await cardNow(page, deal.id)).version).toBe(3);
  await theirs.close();
});

test("lost asks why; cancelling puts the card back; answering closes the deal; undo opens it again", async ({ context, page }) => {
  await signIn(context, "rep");
  const board = await new Board(page).open();
  const deal = await newDeal(page);
  await board.drag(deal.account_name, board.lost());
  await expect(board.dialog()).toBeVisible();
  await page.keyboard.press("Escape");
  await board.expectIn("Qualify", deal.account_name);
  expect((await cardNow(page, deal.id)).version).toBe(1);

  await board.drag(deal.account_name, board.lost());
  await board.dialog().getByText("Price", { exact: true }).click();
  await board.dialog().getByRole("button", { name: /lost/i }).click();
  await expect(board.card(deal.account_name)).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await board.expectIn("Qualify", deal.account_name);
});

test("a new deal takes four fields and Enter", async ({ context, page }) => {
  await signIn(context, "rep");
  const board = await new Board(page).open();
  const customer = `Gara Hoa Mai ${Date.now() % 100_000}`;
  await page.keyboard.press("n");
  await page.keyboard.type(customer);
  // At once, as a quick typist does: the answer of the search is still on its way.
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("What it is about")).toBeFocused();
  await page.keyboard.type("3 × Aurora Terra");
  await page.keyboard.press("Enter");
  await page.keyboard.type("2,5 tỷ");
  await page.keyboard.press("Enter");
  await page.keyboard.type("+30d");
  await page.keyboard.press("Enter");
  await board.expectIn("Qualify", customer);
  await expect(board.card(customer)).toContainText("2.5 B");
});

test("filters are in the address and survive a reload", async ({ context, page }) => {
  await signIn(context, "rep");
  const board = await new Board(page).open();
  const deal = await newDeal(page);
  await board.open(`?q=${encodeURIComponent(deal.account_name)}`);
  await expect(page.locator("#board article")).toHaveCount(1);
  await page.reload();
  await expect(page.locator("#board article")).toHaveCount(1);
  await board.expectIn("Qualify", deal.account_name);
});

test("on a phone a swipe scrolls and picks nothing up, a held finger picks the card up", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await signIn(context, "rep");
  const board = await new Board(await context.newPage()).open();
  const moves: string[] = [];
  board.page.on("request", (request) => request.url().endsWith("/move") && moves.push(request.url()));
  const cdp = await context.newCDPSession(board.page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd" | "touchCancel", y?: number) =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: y === undefined ? [] : [{ x: 180, y }] });
  const held = board.page.locator(".card--held");

  // At rest on a card of one's own: the check below can tell a drag from a scroll.
  const box = (await board.column("Qualify").locator("article").first().boundingBox())!;
  await touch("touchStart", Math.round(box.y + 20));
  await expect(held).toHaveCount(1);
  await touch("touchCancel");
  await expect(held).toHaveCount(0);

  await touch("touchStart", 600);
  for (let y = 575; y >= 300; y -= 25) await touch("touchMove", y);
  await expect(held).toHaveCount(0);
  await touch("touchEnd");
  await expect.poll(() => board.column("Qualify").locator(".col__list").evaluate((list) => list.scrollTop)).toBeGreaterThan(100);
  expect(moves).toEqual([]);
  await context.close();
});
