// What common things cost: keys, clicks and drags are counted, typing into a field is one.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { Board } from "../pages/board.ts";
import { cardNow, newAccount, newDeal, read } from "../support/api.ts";
import { hire, unique } from "../support/people.ts";

/** A person's hands: everything they do goes through them and is counted. */
class Hands {
  done = 0;

  constructor(readonly page: Page) {}

  async press(key: string): Promise<void> {
    this.done += 1;
    await this.page.keyboard.press(key);
  }

  /** Fills the field that has the focus, and is done with it by Enter: one field. */
  async enter(text: string): Promise<void> {
    this.done += 1;
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
  }

  async letters(text: string): Promise<void> {
    this.done += text.length;
    await this.page.keyboard.type(text);
  }

  async drag(board: Board, customer: string, target: Locator): Promise<void> {
    this.done += 1;
    await board.drag(customer, target);
  }
}

test("a deal is moved by one drag", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const deal = await newDeal(page);
  const board = await new Board(page).open();
  const hands = new Hands(page);
  await hands.drag(board, deal.account_name, board.column("Configure"));
  await board.expectIn("Configure", deal.account_name);
  await expect.poll(async () => (await cardNow(page, deal.id)).version).toBe(2);
  await expect(page.locator("dialog[open]")).toHaveCount(0);
  expect(hands.done).toBe(1);
  await context.close();
});

test("a deal is moved by one key, and keeps the focus", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const deal = await newDeal(page);
  const board = await new Board(page).open();
  const card = board.card(deal.account_name);
  await card.focus();
  const hands = new Hands(page);
  await hands.press("Shift+ArrowRight");
  await board.expectIn("Configure", deal.account_name);
  await expect.poll(async () => (await cardNow(page, deal.id)).version).toBe(2);
  expect(hands.done).toBe(1);
  await expect(card).toBeFocused();
  await page.keyboard.press("1");
  await board.expectIn("Qualify", deal.account_name);
  await expect.poll(async () => (await cardNow(page, deal.id)).version).toBe(3);
  await expect(card).toBeFocused();
  await context.close();
});

test("a new deal is a key and four fields, with Enter all the way", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  await page.goto("/desk/board");
  await expect(page.getByText("No deal yet")).toBeVisible();
  const board = new Board(page);
  const hands = new Hands(page);
  const customer = `Gara Hoa Mai ${unique()}`;
  await hands.press("n");
  // At once, as a quick typist does: form and search are still on their way.
  await expect(page.locator(".quick-add").getByLabel("Account")).toBeFocused();
  await hands.enter(customer);
  await expect(page.getByLabel("What it is about")).toBeFocused();
  await hands.enter("3 × Aurora Terra");
  await hands.enter("2,5 tỷ");
  await hands.enter("+30d");
  await board.expectIn("Qualify", customer);
  await expect(board.card(customer)).toContainText("2.5 B");
  await expect(board.card(customer)).toBeFocused();
  expect(hands.done).toBe(5);
  const made = await read<{ items: { name: string; account_name: string; amount: unknown }[] }>(page, "/opportunities");
  expect(made.items.map((deal) => [deal.name, deal.account_name, deal.amount])).toEqual([
    ["3 × Aurora Terra", customer, { minor: 2_500_000_000, currency: "VND" }],
  ]);
  await context.close();
});

test("any record opens by Ctrl-K, three letters and Enter", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const account = await newAccount(page, { name: `Ưng Hoàng Phúc ${unique()}` });
  const deal = await newDeal(page, `Quýt Xanh ${unique()}`);
  await page.goto("/desk/settings");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  for (const [letters, address] of [
    ["ung", `/desk/accounts/${account.id}`],
    ["quy", /\/desk\/(accounts|opportunities)\/[0-9a-f-]{36}$/],
  ] as const) {
    const hands = new Hands(page);
    await hands.press("Control+k");
    await hands.letters(letters);
    await hands.press("Enter");
    await expect(page).toHaveURL(address);
    expect(hands.done).toBe(5);
  }
  await expect(page.getByText(deal.account_name).first()).toBeVisible();
  await context.close();
});

test("what is typed before the lines of the palette are there is not lost", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const name = `Yến Sào ${unique()}`;
  const account = await newAccount(page, { name });
  // A connection on which the part comes when it is let through.
  let letThrough = () => {};
  const isLetThrough = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route(/\/extra\.bin/, async (route) => {
    await isLetThrough;
    await route.continue();
  });
  await page.goto("/desk/settings");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const field = page.locator("dialog.palette[open] input");

  // Escape is heard as well: what was typed and sent before it goes nowhere.
  await page.keyboard.press("Control+k");
  await page.keyboard.type("contacts");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(field).toHaveCount(0);

  await page.keyboard.press("Control+k");
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(field).toBeFocused();
  await expect(field).toHaveValue(name);
  await expect(page.locator(".palette__line")).toHaveCount(0);
  letThrough();
  await expect(page).toHaveURL(`/desk/accounts/${account.id}`);
  await expect(page.locator("dialog.palette[open]")).toHaveCount(0);
  await context.close();
});
