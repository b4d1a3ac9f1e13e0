// The server dies in the middle of moves: what it acknowledged is there, and every screen finds back to it.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { Board } from "../pages/board.ts";
import { Desk } from "../pages/desk.ts";
import { cardNow, newDeal, read, stages, type Card, type Stage } from "../support/api.ts";
import { signIn } from "../support/people.ts";
import { OwnServer } from "../support/server.ts";

/** A move that the server said yes to. */
interface Acknowledged {
  id: string;
  stage_id: string;
  version: number;
  event: number;
}

const DEALS = 4;

async function screen(browser: Browser, server: OwnServer, role: string): Promise<Board> {
  const context = await browser.newContext({ baseURL: server.url });
  await signIn(context, role);
  return new Board(await context.newPage()).open();
}

/** Moves these deals round and round from inside the page until a request gets no answer. */
async function moveUntilItDies(page: Page, deals: Card[], open: string[]): Promise<void> {
  await page.evaluate(
    ({ deals, open }) => {
      const kept = window as unknown as { acknowledged: Acknowledged[]; ended: boolean };
      kept.acknowledged = [];
      kept.ended = false;
      const run = async () => {
        for (let round = 1; ; round += 1) {
          for (const deal of deals) {
            const stage_id = open[round % open.length];
            const answer = await fetch(`/api/opportunities/${deal.id}/move`, {
              method: "POST",
              headers: { "Content-Type": "application/json", "If-Match": `"${deal.version}"` },
              body: JSON.stringify({ stage_id }),
            });
            if (!answer.ok) throw new Error(`refused: ${answer.status}`);
            const { card, event } = await answer.json();
            deal.version = card.version;
            kept.acknowledged.push({ id: deal.id, stage_id: card.stage_id, version: card.version, event });
          }
        }
      };
      void run().catch(() => (kept.ended = true));
    },
    { deals, open },
  );
}

const acknowledged = (page: Page) => page.evaluate(() => (window as unknown as { acknowledged: Acknowledged[] }).acknowledged);
const hasEnded = (page: Page) => page.evaluate(() => (window as unknown as { ended: boolean }).ended);

test("kill -9 in the middle of two people's moves loses nothing acknowledged, and both boards agree afterwards", async ({ browser }) => {
  test.setTimeout(120_000);
  const server = await OwnServer.start();
  const boards = [await screen(browser, server, "rep"), await screen(browser, server, "manager")];
  const [rep, manager] = boards;
  // All are the rep's; the manager may move them too. Each moves their own half.
  const deals: Card[][] = [[], []];
  for (const half of deals) {
    for (let i = 0; i < DEALS; i += 1) half.push(await newDeal(rep.page));
  }
  const all = await stages(rep.page);
  const open = all.filter((stage) => stage.kind === "open").map((stage) => stage.id);
  // Both look at these deals only.
  for (const board of boards) {
    await board.open("?q=Journey");
    await expect(board.page.locator("#board article")).toHaveCount(2 * DEALS);
    await expect(new Desk(board.page).offline()).toHaveCount(0);
    // A reload would hide that a screen did not find back by itself.
    await board.page.evaluate(() => ((window as unknown as { mark: number }).mark = 1));
  }
  await moveUntilItDies(rep.page, deals[0], open);
  await moveUntilItDies(manager.page, deals[1], open);
  await expect.poll(async () => Math.min(...(await Promise.all(boards.map((b) => acknowledged(b.page)))).map((a) => a.length))).toBeGreaterThan(20);
  expect(await Promise.all(boards.map((board) => hasEnded(board.page)))).toEqual([false, false]);
  await server.kill();

  for (const board of boards) {
    await expect(new Desk(board.page).offline()).toBeVisible();
    await expect.poll(() => hasEnded(board.page)).toBe(true);
  }
  await server.run();
  for (const board of boards) {
    await expect(new Desk(board.page).offline()).toHaveCount(0, { timeout: 25_000 });
  }

  const moves = (await Promise.all(boards.map((board) => acknowledged(board.page)))).flat();
  for (const deal of deals.flat()) {
    const mine = moves.filter((move) => move.id === deal.id);
    const events = await read<{ seq: number; action: string }[]>(manager.page, `/events/opportunity/${deal.id}`);
    const kept = new Set(events.filter((event) => event.action === "moved").map((event) => event.seq));
    expect(mine.filter((move) => !kept.has(move.event))).toEqual([]);
    const now = await cardNow(manager.page, deal.id);
    const last = mine.at(-1)!;
    // One move more may have been committed and not answered.
    expect(now.version - last.version).toBeGreaterThanOrEqual(0);
    expect(now.version - last.version).toBeLessThanOrEqual(1);
    const expected = open[(open.indexOf(last.stage_id) + now.version - last.version) % open.length];
    expect(now.stage_id).toBe(expected);
    expect(kept.size).toBe(now.version - 1);
  }
  const nameOf = (id: string) => (all.find((stage) => stage.id === id) as Stage).name.en;
  for (const deal of deals.flat()) {
    const stage = nameOf((await cardNow(rep.page, deal.id)).stage_id);
    for (const board of boards) await board.expectIn(stage, deal.account_name);
  }
  for (const board of boards) {
    expect(await board.page.evaluate(() => (window as unknown as { mark?: number }).mark)).toBe(1);
    // The stream is alive again: what one does is seen by the other.
  }
  const deal = deals[0][0];
  const from = nameOf((await cardNow(rep.page, deal.id)).stage_id);
  const to = from === "Qualify" ? "Configure" : "Qualify";
  await rep.drag(deal.account_name, rep.column(to));
  await manager.expectIn(to, deal.account_name);
  expect(nameOf((await cardNow(manager.page, deal.id)).stage_id)).toBe(to);
  for (const board of boards) await board.page.context().close();
  await server.remove();
});
