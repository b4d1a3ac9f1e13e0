// Signing in as a person of the demo company, without the sign-in page.
import type { APIRequestContext, BrowserContext } from "@playwright/test";

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

/** The first person whose role is, or contains, this word: `rep`, `manager`, `admin`. */
export async function person(request: APIRequestContext, role: string): Promise<Person> {
  const word = role.toLowerCase();
  const all = await people(request);
  const found =
    all.find((person) => person.role.toLowerCase() === word) ?? all.find((person) => person.role.toLowerCase().includes(word));
  if (!found) {
    throw new Error(`the demo has nobody with the role ${role}: ${all.map((person) => person.role).join(", ")}`);
  }
  return found;
}

/** Signs somebody with this role in; every page of the context is theirs from then on. */
export async function signIn(context: BrowserContext, role: string): Promise<Person> {
  const who = await person(context.request, role);
  const page = await context.newPage();
  // From inside a page, because only the browser itself keeps a secure cookie for plain http on this machine.
  await page.goto("/healthz");
  const status = await page.evaluate(async ({ mail, password }) => {
    const answer = await fetch("/api/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ mail, password }),
    });
    return answer.status;
  }, who);
  await page.close();
  if (status >= 300) {
    throw new Error(`${who.mail} could not sign in: ${status}`);
  }
  return who;
}
