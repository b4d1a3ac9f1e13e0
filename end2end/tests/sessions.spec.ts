// Getting in and out: one's own browsers, passwords, and links that are good once.
import { expect, test } from "@playwright/test";
import { Desk } from "../pages/desk.ts";
import { Gate } from "../pages/gate.ts";
import { Settings } from "../pages/settings.ts";
import { call, read } from "../support/api.ts";
import { Letterbox } from "../support/letters.ts";
import { administrator, hire, signIn } from "../support/people.ts";
import { OwnServer } from "../support/server.ts";

test("one's own browsers are listed; ending one leads it to the sign-in page, signing out ends this one", async ({ browser }) => {
  const me = await hire(browser, "Sales representative");
  const other = await browser.newContext();
  const gate = await new Gate(await other.newPage()).open();
  await gate.signIn(me.mail, "not my password");
  await expect(gate.page.getByRole("alert").filter({ hasText: "E-mail or password is wrong" })).toBeVisible();
  await gate.signIn(me.mail, me.password);
  await expect(gate.page).toHaveURL(/\/desk\/board/);
  await expect(new Desk(gate.page).heading()).toBeVisible();

  const settings = await new Settings(me.page).open("sessions");
  await expect(settings.sessions()).toHaveCount(2);
  await expect(settings.sessions().filter({ hasText: "This browser" })).toHaveCount(1);
  expect(await read<unknown[]>(me.page, "/sessions")).toHaveLength(2);
  await settings.sessions().filter({ hasNotText: "This browser" }).getByRole("button", { name: "Sign out" }).click();
  await gate.expectHere();
  await expect(settings.sessions()).toHaveCount(1);
  expect(await read<{ current: boolean }[]>(me.page, "/sessions")).toMatchObject([{ current: true }]);
  expect((await call(gate.page, "GET", "/session")).status).toBe(401);
  // Signing in again leads back to where one was.
  await gate.signIn(me.mail, me.password);
  await expect(gate.page).toHaveURL(/\/desk\/board/);
  await other.close();

  await settings.choose("Sign out");
  await new Gate(me.page).expectHere();
  expect((await call(me.page, "GET", "/session")).status).toBe(401);
  await me.page.goBack();
  await new Gate(me.page).expectHere();
  await me.context.close();
});

test("a changed password signs the other browsers out, and only the new one works", async ({ browser }) => {
  const me = await hire(browser, "Sales representative");
  const other = await browser.newContext();
  const gate = await new Gate(await other.newPage()).open();
  await gate.signIn(me.mail, me.password);
  await expect(new Desk(gate.page).nav().first()).toBeVisible();

  const settings = await new Settings(me.page).open("profile");
  await settings.changePassword("not my password", "quite another password");
  await expect(me.page.getByText("Not right")).toBeVisible();
  await settings.changePassword(me.password, "quite another password");
  await expect(settings.toast("Password changed")).toBeVisible();
  await gate.expectHere();
  expect((await call(me.page, "GET", "/session")).status).toBe(200);
  await gate.signIn(me.mail, me.password);
  await expect(gate.page.getByRole("alert").filter({ hasText: "E-mail or password is wrong" })).toBeVisible();
  await gate.signIn(me.mail, "quite another password");
  await expect(new Desk(gate.page).nav().first()).toBeVisible();
  await other.close();
  await me.context.close();
});

test("the administrator's link to a new password is copied, works once and ends the old password", async ({ browser }) => {
  const me = await hire(browser, "Sales representative");
  const admin = await administrator(browser);
  const panel = await new Settings(admin).openPerson(me.id, me.name);
  await panel.getByRole("button", { name: "Link to a new password" }).click();
  await expect(panel.getByRole("button", { name: "Copy the link" })).toBeVisible();
  const link = (await panel.locator(".onelink__url").innerText()).trim();
  await admin.context().close();

  const fresh = await browser.newContext();
  const gate = new Gate(await fresh.newPage());
  await gate.page.goto(link);
  await gate.choosePassword("short");
  await expect(gate.page.getByText("At least 10 characters")).toBeVisible();
  await gate.choosePassword("chosen through the link");
  await expect(gate.page).toHaveURL(/\/desk\/board/);
  expect((await read<{ user: { id: string } }>(gate.page, "/session")).user.id).toBe(me.id);
  // Whoever was signed in with the old password is not any more.
  expect((await call(me.page, "GET", "/session")).status).toBe(401);
  await fresh.close();

  const late = new Gate(me.page);
  await late.page.goto(link);
  await late.choosePassword("chosen a second time");
  await expect(late.page.getByText("This link was used already")).toBeVisible();
  expect((await call(me.page, "GET", "/session")).status).toBe(401);
  expect((await call(me.page, "POST", "/session", { mail: me.mail, password: me.password })).status).toBe(401);
  await me.context.close();
});

test("a forgotten password: the link comes by mail and works once; nobody learns who works here", async ({ browser }) => {
  test.setTimeout(90_000);
  const [server, letters] = [await OwnServer.start(), await Letterbox.open()];
  const context = await browser.newContext({ baseURL: server.url });
  const admin = await signIn(context, "admin");
  const page = await context.newPage();
  await page.goto("/healthz");
  const { version } = await read<{ version: number }>(page, "/company");
  const changed = await call(
    page,
    "PATCH",
    "/company",
    { smtp_url: `smtp://127.0.0.1:${letters.port}`, mail_from: "muster@aurora-motors.example" },
    version,
  );
  expect(changed.status, JSON.stringify(changed.body)).toBe(200);

  const stranger = await browser.newContext({ baseURL: server.url });
  const gate = await new Gate(await stranger.newPage()).open();
  const ask = async (mail: string) => {
    await gate.page.goto("/desk/forgotten");
    await gate.page.getByLabel("E-mail").fill(mail);
    await gate.page.getByRole("button", { name: "Send me a link" }).click();
    await expect(gate.page.getByRole("status").filter({ hasText: "If somebody here has that address" })).toBeVisible();
  };
  await ask("nobody.at.all@aurora-motors.example");
  await ask(admin.mail);
  await expect.poll(() => letters.texts().length, { timeout: 15_000 }).toBe(1);
  const [letter] = letters.texts();
  expect(letter).toContain(`To: ${admin.mail}`);
  const link = /http\S+\/desk\/reset\?token=[\w-]+/.exec(letter)![0];
  await gate.page.goto(link);
  await gate.choosePassword("remembered from now on");
  await expect(new Desk(gate.page).nav().first()).toBeVisible();
  expect((await read<{ user: { mail: string } }>(gate.page, "/session")).user.mail).toBe(admin.mail);
  expect((await call(page, "GET", "/session")).status).toBe(401);
  await page.goto(link);
  await new Gate(page).choosePassword("remembered even longer");
  await expect(page.getByText("This link was used already")).toBeVisible();
  await stranger.close();
  await context.close();
  letters.close();
  await server.remove();
});
