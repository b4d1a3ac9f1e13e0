// A deal on two screens: moved, taken back, refused, contested.
import { expect, test } from "@playwright/test";
import { Board } from "../pages/board.ts";
import { cardNow, call, moveDeal, newDeal, read, stages } from "../support/api.ts";
import { hire, signIn } from "../support/people.ts";

/** What the server holds of a deal. */
interface Held {
  version: number;
  stage_id: string;
  lost_reason?: string | null;
}

test("a move appears on the other screen by itself, with who made it, and undo takes it back on both", async ({ browser }) => {
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
  await expect(there.cardIn("Configure", deal.account_name)).toHaveCount(1);
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
  const moves: string[] = [];
  page.on("request", (request) => request.url().endsWith("/move") && moves.push(request.url()));
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
  await expect.poll(async () => (await cardNow(page, deal.id)).version).toBe(2);
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowLeft");
  await expect(board.column("Configure").locator(".slot")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await board.expectIn("Test drive", deal.account_name);
  await expect(board.card(deal.account_name)).toBeFocused();
  // What comes after a move that was sent would be answered after it.
  expect((await cardNow(page, deal.id)).version).toBe(2);
  expect(moves).toHaveLength(1);
});

test("the columns count what the server counts, not the cards that are loaded", async ({ browser }) => {
  test.setTimeout(60_000);
  const { page, context } = await hire(browser, "Sales representative");
  const shown = await call<{ columns: { cards: unknown[] }[] }>(page, "GET", "/board");
  expect(shown.body.columns[0].cards).toHaveLength(0);
  const deal = await newDeal(page);
  // More than a column loads at once.
  const many = 120;
  const made = await page.evaluate(
    async ({ many, account }) => {
      const make = async (no: number) =>
        (
          await fetch("/api/opportunities", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ name: `Deal ${no}`, account_id: account, amount: { minor: 1_000_000, currency: "VND" }, close_day: "2031-05-01" }),
          })
        ).status;
      return Promise.all(Array.from({ length: many }, (_, no) => make(no)));
    },
    { many, account: deal.account_id },
  );
  expect(made.filter((status) => status !== 201)).toEqual([]);
  const board = await new Board(page).open();
  const loaded = await read<{ columns: { count: number; cards: unknown[] }[] }>(page, "/board");
  expect(loaded.columns[0].count).toBe(many + 1);
  expect(loaded.columns[0].cards.length).toBeLessThan(many);
  expect(await board.count("Qualify")).toBe(many + 1);
  await expect(board.column("Qualify").locator(".col__sum")).toContainText("2.12 B");
  await board.card(deal.account_name).first().focus();
  await page.keyboard.press("m");
  await board.dialog().getByRole("button", { name: "Configure" }).click();
  await expect.poll(() => board.count("Qualify")).toBe(many);
  await expect.poll(() => board.count("Configure")).toBe(1);
  const after = await read<{ columns: { count: number }[] }>(page, "/board?limit=1");
  expect(after.columns.slice(0, 2).map((column) => column.count)).toEqual([many, 1]);
  await context.close();
});

test("a move that the server refuses puts the card back and says why", async ({ context, page }) => {
  await signIn(context, "rep");
  const board = await new Board(page).open();
  const deal = await newDeal(page);
  await board.expectIn("Qualify", deal.account_name);
  let asked = 0;
  await page.route("**/api/opportunities/*/move", (route) => {
    asked += 1;
    return route.fulfill({
      status: 503,
      contentType: "application/problem+json",
      headers: { "retry-after": "1" },
      body: JSON.stringify({ type: "urn:muster:problem:unavailable", title: "x", status: 503, code: "unavailable" }),
    });
  });
  await board.drag(deal.account_name, board.column("Quote"));
  await expect(page.locator(".toast--bad")).toContainText("The server cannot write at the moment");
  expect(asked).toBeGreaterThan(0);
  await board.expectIn("Qualify", deal.account_name);
  await expect(board.card(deal.account_name)).toContainText("Put back: the move was refused");
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
  // The card is there before the server has answered.
  await expect.poll(async () => (await cardNow(page, deal.id)).version).toBe(3);
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
  // Not without a reason.
  await board.dialog().getByRole("button", { name: "Mark as lost" }).click();
  await expect(board.dialog()).toContainText("Choose a reason");
  await board.dialog().getByText("Price", { exact: true }).click();
  await board.dialog().getByRole("button", { name: "Mark as lost" }).click();
  await expect(board.card(deal.account_name)).toHaveCount(0);
  const held = async () => (await read<{ opportunity: Held }>(page, `/opportunities/${deal.id}`)).opportunity;
  const lost = (await stages(page)).find((stage) => stage.kind === "lost")!;
  await expect.poll(held).toMatchObject({ stage_id: lost.id, lost_reason: "price", version: 2 });
  await page.getByRole("button", { name: "Undo" }).click();
  await board.expectIn("Qualify", deal.account_name);
  await expect.poll(async () => (await held()).version).toBe(3);
  expect((await held()).lost_reason ?? null).toBeNull();
  expect((await held()).stage_id).toBe(deal.stage_id);
});

test("what was typed and not sent survives a reload: a new deal, and why one was lost", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const deal = await newDeal(page);
  const board = await new Board(page).open();
  await page.keyboard.press("n");
  await expect(page.locator(".quick-add").getByLabel("Account")).toBeFocused();
  await page.keyboard.type("Gara Sao Mai");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("What it is about")).toBeFocused();
  await page.keyboard.type("Two vans");
  await page.keyboard.press("Enter");
  await page.keyboard.type("900tr");
  await page.keyboard.press("Enter");
  await page.reload();
  await board.card(deal.account_name).waitFor();
  await page.keyboard.press("n");
  await expect(page.locator(".quick-add").getByLabel("Account")).toHaveValue("Gara Sao Mai");
  await expect(page.getByLabel("What it is about")).toHaveValue("Two vans");
  await expect(page.locator(".quick-add").getByLabel("Amount")).toHaveValue(/900/);
  // Given up is forgotten.
  await page.locator(".quick-add").getByRole("button", { name: "Cancel" }).click();
  await page.keyboard.press("n");
  await expect(page.getByLabel("What it is about")).toHaveValue("");
  await page.keyboard.press("Escape");

  await board.drag(deal.account_name, board.lost());
  await board.dialog().getByText("Price", { exact: true }).click();
  await board.dialog().getByRole("textbox").last().fill("Ten percent under ours");
  await page.reload();
  await board.card(deal.account_name).waitFor();
  await board.drag(deal.account_name, board.lost());
  await expect(board.dialog().getByRole("textbox").last()).toHaveValue("Ten percent under ours");
  await board.dialog().getByRole("button", { name: "Mark as lost" }).click();
  const held = async () => (await read<{ opportunity: Held }>(page, `/opportunities/${deal.id}`)).opportunity;
  await expect.poll(held).toMatchObject({ lost_reason: "price", version: 2 });
  await context.close();
});

test("a filter narrows cards and figures, is in the address, survives a reload and goes with back", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const deals = [await newDeal(page), await newDeal(page), await newDeal(page)];
  const board = await new Board(page).open();
  await expect(page.locator("#board article")).toHaveCount(3);
  await page.locator(".chip--add").click();
  await page.locator(".filter-list").getByRole("button", { name: "Contains" }).click();
  await page.locator(".filter-editor").getByLabel("Contains").fill(deals[1].account_name);
  await page.keyboard.press("Enter");
  await expect(page.locator("#board article")).toHaveCount(1);
  await board.expectIn("Qualify", deals[1].account_name);
  expect(await board.count("Qualify")).toBe(1);
  await expect(page).toHaveURL((url) => url.searchParams.get("q") === deals[1].account_name);
  await page.reload();
  await board.expectIn("Qualify", deals[1].account_name);
  await expect(page.locator("#board article")).toHaveCount(1);
  await page.goBack();
  await expect(page.locator("#board article")).toHaveCount(3);
  await context.close();
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

  // Requests stand first, and the stages are a swipe away.
  await board.page.locator(".col--requests").waitFor();
  await board.column("Qualify").evaluate((column) => column.scrollIntoView({ inline: "center" }));
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

test("a panel covers the page only while the window is narrow", async ({ context, page }) => {
  await signIn(context, "rep");
  await page.setViewportSize({ width: 390, height: 844 });
  const board = await new Board(page).open();
  const deal = await newDeal(page);
  await board.open(`?card=${deal.id}`);
  const panel = page.locator(".side-panel");
  await expect(panel.getByRole("heading", { level: 2 })).toBeFocused();
  const covered = page.locator("[inert]");
  await expect(covered).not.toHaveCount(0);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(covered).toHaveCount(0);
  // The page beside it can be used: the focus goes there.
  await board.card(deal.account_name).focus();
  await expect(board.card(deal.account_name)).toBeFocused();
  // Narrow again, the panel has the focus: what is behind it cannot.
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(covered).not.toHaveCount(0);
  await expect(panel.getByRole("heading", { level: 2 })).toBeFocused();
});

test("a move on the strip of a deal's page leaves the focus there", async ({ context, page }) => {
  await signIn(context, "rep");
  await page.goto("/healthz");
  const deal = await newDeal(page);
  await page.goto(`/desk/opportunities/${deal.id}`);
  const strip = page.locator(".strip");
  for (const stage of ["Configure", "Test drive"]) {
    const step = strip.getByRole("button", { name: new RegExp(`^${stage}`) });
    await step.focus();
    await page.keyboard.press("Enter");
    await expect(step).toHaveAttribute("aria-current", "step");
    await expect(step).toBeFocused();
  }
  await expect.poll(async () => (await cardNow(page, deal.id)).version).toBe(3);
  // Where it is already, there is nothing to move.
  await page.keyboard.press("Enter");
  expect((await cardNow(page, deal.id)).version).toBe(3);
});
