// Every page and whose it is: read by the checks that hold for all of them.
import type { Page } from "@playwright/test";
import { call, read } from "./api.ts";

export interface PageLine {
  /** An address, or what it is called where `find` knows the address. */
  path: string;
  /** A role of the demo people, or nobody. */
  role: string;
  /** Finds the address of a record. */
  find?: (page: Page) => Promise<string>;
  /** The page shows skeletons on purpose. */
  isAlwaysBusy?: boolean;
  /** The page says on purpose that something is not there, and the browser complains about the answer. */
  isAbsent?: boolean;
}

interface Found {
  items: { id: string }[];
}

/** The address of the first record of a list, with what stands behind its id. */
const first = (list: string, base: string, rest = "") => async (page: Page) => {
  const [item] = (await read<Found>(page, list)).items;
  return `/desk/${base}/${item.id}${rest}`;
};
const openDeal = first("/opportunities?state=open&limit=1", "opportunities");
const lostDeal = first("/opportunities?state=lost&limit=1", "opportunities");
const openRequest = async (page: Page) => `/desk/board?request=${(await read<Found>(page, "/leads?waiting=true&limit=1")).items[0].id}`;
const account = (rest = "") => first("/accounts?limit=1", "accounts", rest);
const contact = (rest = "") => first("/contacts?limit=1", "contacts", rest);

async function somebody(page: Page): Promise<string> {
  const [user] = (await read<Found>(page, "/users?limit=1")).items;
  return `/desk/settings/people?person=${user.id}`;
}

interface Shop {
  market: { code: string };
  models: { code: string; version_id: string; offer: string }[];
}

/** Asks for an offer of the first model as it comes. */
async function request(page: Page): Promise<string> {
  const { market, models } = await read<Shop>(page, "/shop");
  const { code: model, version_id, offer } = models[0];
  const body = { market: market.code, model, version_id, offer, name: "Bùi Thị Trang", phone: "0903 900 900", place: "Cần Thơ", consent: true };
  const asked = await call<{ path: string }>(page, "POST", "/shop/requests", body);
  if (asked.status !== 201) {
    throw new Error(`no request was made: ${asked.status} ${JSON.stringify(asked.body)}`);
  }
  return asked.body.path;
}

/** A part of the model that has a draft in work. */
const studio = (part: string) => async (page: Page) => {
  const models = await read<{ id: string; draft: unknown }[]>(page, "/models");
  const model = models.find((model) => model.draft) ?? models[0];
  return `/desk/models/${model.id}?part=${part}`;
};

/** The first rule, or price list, of the model that has a draft in work. */
const studioFirst = (kind: "rule" | "price") => async (page: Page) => {
  const models = await read<{ id: string; draft: { id: string } | null; shown: { id: string } }[]>(page, "/models");
  const model = models.find((model) => model.draft) ?? models[0];
  const { parts } = await read<{ parts: Record<string, unknown> }>(page, `/model-versions/${(model.draft ?? model.shown).id}`);
  const [, code] = (Object.keys(parts).find((address) => address.startsWith(`${kind}/`)) ?? "").split("/");
  return `/desk/models/${model.id}?part=${kind === "rule" ? "rule" : "prices"}/${code}`;
};

export const everyPage: PageLine[] = [
  { path: "/", role: "nobody" },
  { path: "the customer's page", role: "nobody", find: async (page) => (await read<{ customer_link: string }>(page, "/demo")).customer_link },
  { path: "/follow/no-such-link", role: "nobody", isAbsent: true },
  { path: "a customer's request", role: "nobody", find: request },
  { path: "/request/no-such-link", role: "nobody", isAbsent: true },
  { path: "/build/vega?step=look", role: "nobody" },
  { path: "/build/lumen?step=inside&market=eu", role: "nobody" },
  { path: "/build/terra?step=packs", role: "nobody" },
  { path: "/build/no-such-model", role: "nobody" },
  { path: "/desk/sign-in", role: "nobody" },
  { path: "/desk/forgotten", role: "nobody" },
  { path: "/desk/reset?token=some-token", role: "nobody" },
  { path: "/desk/reset", role: "nobody" },
  { path: "/desk/nowhere", role: "rep" },
  { path: "/desk/board", role: "rep" },
  { path: "a deal beside the board", role: "rep", find: async (page) => (await openDeal(page)).replace("opportunities/", "board?card=") },
  { path: "a request beside the board", role: "rep", find: openRequest },
  { path: "/desk/opportunities", role: "manager" },
  { path: "a deal", role: "rep", find: openDeal },
  { path: "a lost deal", role: "manager", find: lostDeal },
  { path: "/desk/opportunities/00000000-0000-7000-8000-000000000000", role: "rep", isAbsent: true },
  { path: "/desk/opportunities/new", role: "rep" },
  { path: "/desk/accounts", role: "rep" },
  { path: "/desk/accounts?deleted=true", role: "rep" },
  { path: "an account", role: "rep", find: account() },
  { path: "an account's people", role: "rep", find: account("?tab=people") },
  { path: "an account's history", role: "rep", find: account("?tab=history") },
  { path: "an account's form", role: "rep", find: account("/edit") },
  { path: "/desk/accounts/new", role: "rep" },
  { path: "/desk/contacts", role: "rep" },
  { path: "a contact", role: "rep", find: contact() },
  { path: "a contact's form", role: "rep", find: contact("/edit") },
  { path: "/desk/contacts/new", role: "rep" },
  { path: "/desk/models", role: "product" },
  { path: "/desk/models", role: "hr" },
  { path: "/desk/models/00000000-0000-7000-8000-000000000000", role: "product", isAbsent: true },
  { path: "a model", role: "product", find: studio("about") },
  { path: "a model's steps", role: "product", find: studio("steps") },
  { path: "a model's attributes", role: "product", find: studio("attributes") },
  { path: "a model's group", role: "product", find: studio("group/paint") },
  { path: "a model's rule", role: "product", find: studioFirst("rule") },
  { path: "a model's prices", role: "product", find: studioFirst("price") },
  { path: "a model's cases", role: "product", find: studio("cases") },
  { path: "a model's check", role: "product", find: studio("check") },
  { path: "a model's versions", role: "product", find: studio("history") },
  { path: "/desk/settings/profile", role: "rep" },
  { path: "/desk/settings/sessions", role: "rep" },
  { path: "/desk/settings/roles", role: "rep" },
  { path: "/desk/settings/people", role: "hr" },
  { path: "somebody beside the people", role: "admin", find: somebody },
  { path: "/desk/settings/roles", role: "admin" },
  { path: "/desk/settings/structure", role: "admin" },
  { path: "/desk/settings/pipelines", role: "admin" },
  { path: "/desk/settings/company", role: "admin" },
  { path: "/desk/settings/rates", role: "admin" },
  { path: "/desk/settings/audit", role: "admin" },
  { path: "/desk/kit", role: "rep", isAlwaysBusy: true },
];
