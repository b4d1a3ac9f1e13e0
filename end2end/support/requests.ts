// Requests for offers as customers send them: without an account, with a configuration that can be built.
import type { Browser, Page } from "@playwright/test";
import { call, read } from "./api.ts";

interface Shop {
  models: { code: string; version_id: string; offer: string }[];
}

export interface Asked {
  rep_name: string;
  due_at: number;
  path: string;
  code: string;
  price: { minor: number; currency: string };
}

export interface Lead {
  id: string;
  version: number;
  state: string;
  name: string;
  owner_name: string;
  opportunity_id: string | null;
  amount: { minor: number };
}

export interface Wish {
  name: string;
  phone: string;
  place?: string;
  choices?: [group: string, option: string][];
}

/** Asks for an offer of an Aurora Vega in Vietnam, from a browser where nobody is signed in. */
export async function askForOffer(browser: Browser, wish: Wish): Promise<Asked> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto("/healthz");
  const shop = await read<Shop>(page, "/shop?market=vn");
  const { code, version_id, offer } = shop.models.find((model) => model.code === "vega")!;
  const choices = (wish.choices ?? [["line", "plus"]]).map(([group, option]) => ({ group, option }));
  const asked = await call<Asked>(page, "POST", "/shop/requests", {
    market: "vn",
    model: code,
    version_id,
    offer,
    choices,
    name: wish.name,
    phone: wish.phone,
    place: wish.place ?? "Quận 7",
    consent: true,
    language: "vi",
  });
  if (asked.status !== 201) {
    throw new Error(`nobody takes the request: ${asked.status} ${JSON.stringify(asked.body)}`);
  }
  await context.close();
  return asked.body;
}

/** The requests that wait for an answer, as the signed-in person sees them. */
export async function waiting(page: Page): Promise<Lead[]> {
  return (await read<{ items: Lead[] }>(page, "/leads?waiting=true&limit=200")).items;
}

/** What a deal's customer asked for. */
export async function ofDeal(page: Page, id: string): Promise<Lead[]> {
  return (await read<{ items: Lead[] }>(page, `/leads?opportunity=${id}`)).items;
}
