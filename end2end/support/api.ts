// Records made through the API by whoever is signed in, so that a journey changes only what is its own.
import type { Page } from "@playwright/test";

export interface Answer<T> {
  status: number;
  body: T;
}

/** A request from inside the page: with its cookie, its origin and nothing else. */
export async function call<T>(page: Page, method: string, path: string, body?: unknown, version?: number): Promise<Answer<T>> {
  return page.evaluate(
    async ({ method, path, body, version }) => {
      const headers: Record<string, string> = {};
      if (body !== undefined) headers["Content-Type"] = "application/json";
      if (version !== undefined) headers["If-Match"] = `"${version}"`;
      const answer = await fetch(`/api${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
      const text = await answer.text();
      return { status: answer.status, body: text ? JSON.parse(text) : null };
    },
    { method, path, body, version },
  );
}

export interface Card {
  id: string;
  version: number;
  name: string;
  account_id: string;
  account_name: string;
  stage_id: string;
}

export interface Stage {
  id: string;
  kind: "open" | "won" | "lost";
  name: { en: string; vi: string };
}

/** The stages of the first pipeline, in order. */
export async function stages(page: Page): Promise<Stage[]> {
  const answer = await call<{ stages: Stage[] }[]>(page, "GET", "/pipelines");
  return answer.body[0].stages;
}

/** What the server sends for a request that must work. */
export async function read<T>(page: Page, path: string): Promise<T> {
  const answer = await call<T>(page, "GET", path);
  if (answer.status !== 200) {
    throw new Error(`GET ${path} answers ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}

export interface Account {
  id: string;
  version: number;
  name: string;
  phone: string;
  city: string;
  country: string;
  segment: string;
  deleted_at?: number;
}

/** An account of the signed-in person. */
export async function newAccount(page: Page, fields: Partial<Account> & { name: string }): Promise<Account> {
  const made = await call<Account>(page, "POST", "/accounts", { kind: "company", ...fields });
  if (made.status !== 201) {
    throw new Error(`no account was made: ${made.status} ${JSON.stringify(made.body)}`);
  }
  return made.body;
}

/** The account as the server has it now. */
export async function accountNow(page: Page, id: string): Promise<Account> {
  return (await read<{ account: Account }>(page, `/accounts/${id}`)).account;
}

let made = 0;

/** A deal of the signed-in person, with a customer of its own; `customer` is what its card is headed with. */
export async function newDeal(page: Page, customer?: string): Promise<Card> {
  made += 1;
  const name = customer ?? `Journey ${process.pid}-${made}-${Date.now() % 100_000}`;
  const account = await call<{ id: string }>(page, "POST", "/accounts", { kind: "company", name });
  const deal = await call<{ card: Card }>(page, "POST", "/opportunities", {
    name: "2 × Aurora Vega",
    account_id: account.body.id,
    amount: { minor: 2_000_000_000, currency: "VND" },
    close_day: "2031-05-01",
  });
  if (deal.status !== 201) {
    throw new Error(`no deal was made: ${deal.status} ${JSON.stringify(deal.body)}`);
  }
  return deal.body.card;
}

/** The card as the server has it now. */
export async function cardNow(page: Page, id: string): Promise<Card> {
  return (await call<Card>(page, "GET", `/opportunities/${id}/card`)).body;
}

/** Moves a deal without touching the page. */
export async function moveDeal(page: Page, card: Card, stageId: string): Promise<Answer<{ card: Card; event: number }>> {
  return call(page, "POST", `/opportunities/${card.id}/move`, { stage_id: stageId }, card.version);
}
