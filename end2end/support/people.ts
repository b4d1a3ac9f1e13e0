// Signing in as a person of the demo company, without the sign-in page; and people of a journey's own.
import type { APIRequestContext, Browser, BrowserContext, Cookie, Page } from "@playwright/test";
import { call } from "./api.ts";

export interface Person {
  name: string;
  mail: string;
  password: string;
  role: string;
  dealer: string;
}

/** The people whom the demo lists. */
export async function people(request: APIRequestContext): Promise<Person[]> {
  const answer = await request.get("/api/demo");
  if (!answer.ok()) {
    throw new Error(`GET /api/demo answers ${answer.status()}: is this server a demo?`);
  }
  return (await answer.json()).accounts;
}

/** The first person whose role is, or contains, this word, such as `rep`; of a dealer where one is named. */
export async function person(request: APIRequestContext, role: string, dealer?: string): Promise<Person> {
  const word = role.toLowerCase();
  const all = (await people(request)).filter((person) => dealer === undefined || person.dealer === dealer);
  const found =
    all.find((person) => person.role.toLowerCase() === word) ?? all.find((person) => person.role.toLowerCase().includes(word));
  if (!found) {
    throw new Error(`the demo has nobody with the role ${role}: ${all.map((person) => person.role).join(", ")}`);
  }
  return found;
}

/** Cookies of those who signed in before: comparing a password is slow on purpose. */
const jar = new Map<string, Cookie[]>();

/** Signs somebody with this role in; every page of the context is theirs from then on. */
export async function signIn(context: BrowserContext, role: string, dealer?: string): Promise<Person> {
  const who = await person(context.request, role, dealer);
  const page = await context.newPage();
  // From inside a page, because only the browser itself keeps a secure cookie for plain http on this machine.
  await page.goto("/healthz");
  const key = `${new URL(page.url()).origin} ${who.mail}`;
  await context.addCookies(jar.get(key) ?? []);
  if ((await call(page, "GET", "/session")).status !== 200) {
    const { status } = await call(page, "POST", "/session", { mail: who.mail, password: who.password });
    if (status >= 300) {
      throw new Error(`${who.mail} could not sign in: ${status}`);
    }
    const cookies = await context.cookies();
    jar.set(key, cookies.filter((cookie) => cookie.httpOnly));
  }
  await page.close();
  return who;
}

/** Somebody of a journey's own, signed in at a browser of theirs: what is done to them concerns no other journey. */
export interface Colleague {
  id: string;
  name: string;
  mail: string;
  password: string;
  context: BrowserContext;
  page: Page;
}

let hired = 0;

/** A page of the administrator that shows nothing, for requests. */
export async function administrator(browser: Browser): Promise<Page> {
  const context = await browser.newContext();
  await signIn(context, "admin");
  const page = await context.newPage();
  await page.goto("/healthz");
  return page;
}

/** A number that no other journey has, not even one of an earlier run against the same data. */
export function unique(): string {
  hired += 1;
  return `${process.pid % 10_000}${hired}${Date.now() % 100_000}`;
}

/** Invites somebody into a role, named in English, and lets them choose a password at a browser of their own. */
export async function hire(browser: Browser, role: string, options: { name?: string; teams?: string[]; territories?: string[] } = {}): Promise<Colleague> {
  const admin = await administrator(browser);
  const no = unique();
  const name = `${options.name ?? "Journey"} ${no}`;
  const mail = `journey.${no}@aurora-motors.example`;
  const password = `a password of ${no}`;
  const roles = await call<{ id: string; name: { en: string } }[]>(admin, "GET", "/roles");
  const role_ids = roles.body.filter((each) => each.name.en === role).map((each) => each.id);
  const invited = await call<{ user: { id: string }; link: { url: string } }>(admin, "POST", "/users", {
    name,
    mail,
    role_ids,
    team_ids: options.teams ?? [],
    territory_ids: options.territories ?? [],
  });
  if (invited.status !== 201) {
    throw new Error(`nobody was invited: ${invited.status} ${JSON.stringify(invited.body)}`);
  }
  await admin.context().close();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto("/healthz");
  const token = new URL(invited.body.link.url).searchParams.get("token");
  const entered = await call(page, "POST", "/password/reset", { token, password });
  if (entered.status !== 200) {
    throw new Error(`${mail} could not choose a password: ${entered.status} ${JSON.stringify(entered.body)}`);
  }
  return { id: invited.body.user.id, name, mail, password, context, page };
}

/** A team of a journey's own. */
export async function newTeam(browser: Browser): Promise<string> {
  const admin = await administrator(browser);
  const team = await call<{ id: string }>(admin, "POST", "/teams", { name: `Journey team ${unique()}` });
  if (team.status !== 201) {
    throw new Error(`no team was made: ${team.status} ${JSON.stringify(team.body)}`);
  }
  await admin.context().close();
  return team.body.id;
}

/** A territory of a journey's own: customers who name it as their place are looked after by those who have it. */
export async function newTerritory(browser: Browser): Promise<{ id: string; name: string }> {
  const admin = await administrator(browser);
  const territory = await call<{ id: string; name: string }>(admin, "POST", "/territories", { name: `Journey land ${unique()}` });
  if (territory.status !== 201) {
    throw new Error(`no territory was made: ${territory.status} ${JSON.stringify(territory.body)}`);
  }
  await admin.context().close();
  return territory.body;
}
