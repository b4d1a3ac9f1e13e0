// Signing in as a person of the demo company, without the sign-in page.
import type { APIRequestContext } from "@playwright/test";

export interface Person {
  mail: string;
  password: string;
  role: string;
}

/** The people whom the demo lists. */
export async function people(request: APIRequestContext): Promise<Person[]> {
  const answer = await request.get("/api/demo");
  if (!answer.ok()) {
    throw new Error(`GET /api/demo answers ${answer.status()}: is this server a demo?`);
  }
  const demo = await answer.json();
  return demo.people ?? demo;
}

/** Signs the person with this role in; the session's cookie stays in the context. */
export async function signIn(request: APIRequestContext, role: string): Promise<void> {
  const person = (await people(request)).find((person) => person.role === role);
  if (!person) {
    throw new Error(`the demo has nobody with the role ${role}`);
  }
  const answer = await request.post("/api/session", {
    data: { mail: person.mail, password: person.password },
    headers: { "Sec-Fetch-Site": "same-origin" },
  });
  if (!answer.ok()) {
    throw new Error(`${person.mail} could not sign in: ${answer.status()} ${await answer.text()}`);
  }
}
