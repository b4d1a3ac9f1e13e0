// A customer asks for an offer of what they built, and follows, changes and ends the request by its link.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { Build } from "../pages/build.ts";
import { AskDialog, RequestPage } from "../pages/request.ts";
import { call, read } from "../support/api.ts";
import { signIn } from "../support/people.ts";
import { complaints, expectGood, expectGoodEverywhere } from "../support/quality.ts";
import { OwnServer } from "../support/server.ts";
import { word } from "../support/words.ts";

// Requests of one address are limited, so those of these journeys go to a company of their own.
let server: OwnServer;
test.beforeAll(async () => {
  server = await OwnServer.start();
});
test.afterAll(() => server.remove());

/** Somebody with a phone whom nobody knows. */
async function stranger(browser: Browser, lang = "en"): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 390, height: 844 }, hasTouch: true });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await context.addCookies([{ name: "lang", value: lang, url: server.url }]);
  return context.newPage();
}

/** A page of the administrator that shows nothing, for requests. */
async function administrator(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url });
  await signIn(context, "admin");
  const page = await context.newPage();
  await page.goto("/healthz");
  return page;
}

interface Leads {
  total: number;
  items: { id: string; version: number; name: string }[];
}

/** How many requests the company has. */
async function requests(browser: Browser): Promise<number> {
  const admin = await administrator(browser);
  const { total } = await read<Leads>(admin, "/leads?source=shop");
  await admin.context().close();
  return total;
}

const WHEN = /(today|tomorrow|Mon|Tue|Wed|Thu|Fri|Sat|Sun|\d+ \w+) \d\d:\d\d/;

test("three fields bring an offer on its way; its link shows it, changes it and cancels it", async ({ browser }) => {
  // Every state of it is looked at in both themes.
  test.slow();
  const page = await stranger(browser);
  const heard = complaints(page);
  const build = await new Build(page).open("vega", "?step=look");
  await build.option("Paint", /red/i).click();
  const total = await build.total();
  const ask = await new AskDialog(page).open();

  await expect(ask.fields()).toHaveCount(3);
  await expect(ask.box()).toContainText(total);
  await expect(ask.consent()).not.toBeChecked();
  // The place is the one that the price is for, so two are left.
  await expect(ask.place().locator("option:checked")).toHaveText("Ho Chi Minh City");
  await expect(ask.name()).toBeFocused();
  await page.keyboard.type("Trần Thị Mai");
  await page.keyboard.press("Tab");
  await page.keyboard.type("0903 123 456");
  await ask.consent().check();
  await expectGood(page);
  await ask.contact().press("Enter");

  await ask.expectTold(/ calls you by /);
  const told = (await ask.who().textContent()) ?? "";
  expect(told).toMatch(WHEN);
  const rep = told.split(" of ")[0];
  await expect(ask.box()).toContainText("Code of your build");
  await ask.box().getByRole("button", { name: "Copy the link" }).click();
  await expect(ask.box().getByRole("status")).toHaveText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("/request/");
  await expect(ask.box()).toContainText(total);
  await expectGood(page);
  const request = await ask.follow();

  await expect(request.heading()).toHaveText(`${rep} gets in touch with you`);
  await expect(request.step()).toContainText("Asked");
  await expect(page.locator("main")).toContainText(WHEN);
  await expect(request.chosen("Paint")).toContainText(/red/i);
  await expect(page.locator("main")).toContainText(total);
  await expectGoodEverywhere(page);
  await page.setViewportSize({ width: 390, height: 844 });

  await page.getByRole("link", { name: "Open in the builder" }).click();
  await expect(page).toHaveURL(/\/build\/vega/);
  await build.expectDrawn();
  expect(await build.total()).toBe(total);
  await ask.open();
  await expect(ask.box()).toContainText("for exactly this");
  await page.keyboard.press("Escape");
  await build.step("Look");
  await build.option("Paint", /white/i).click();
  await ask.open();
  await expectGood(page);
  await ask.box().getByRole("button", { name: `Send the change to ${rep}` }).click();
  await ask.expectTold("has your new build");
  await ask.follow();
  await expect(request.chosen("Paint")).toContainText(/white/i);

  await request.confirm("Cancel the request", /Nobody gets in touch/);
  await expect(request.heading()).toHaveText("This request was taken back");
  await expect(request.heading()).toBeFocused();
  await expectGood(page);
  await page.reload();
  await expect(request.heading()).toHaveText("This request was taken back");
  await expect(page.getByRole("button", { name: "Cancel the request" })).toHaveCount(0);
  expect(heard).toEqual([]);
  await page.context().close();
});

test("who wants to be forgotten is, and the link leads nowhere any more", async ({ browser }) => {
  const page = await stranger(browser);
  const build = await new Build(page).open("mira");
  const ask = await new AskDialog(page).open();
  await ask.box().getByText("Add a word").click();
  await ask.box().getByRole("textbox", { name: "What else we should know" }).fill("Evenings, please");
  await ask.send("Lê Văn Quên", "quen@example.vn");
  await ask.expectTold(/ writes to you by /);
  const request = await ask.follow();
  const link = page.url();
  await request.confirm("Forget my data", /erased for good/);
  await expect(request.heading()).toHaveText("Your data is erased");
  await expect(request.heading()).toBeFocused();
  await expectGood(page);

  await page.goto(link);
  await expect(request.heading()).toHaveText("This link leads nowhere any more");
  await expect(page.getByRole("link", { name: "See the models" })).toBeVisible();
  // This device knows of no request any more.
  await build.open("mira");
  await ask.open();
  await expect(ask.name()).toHaveValue("");
  await page.context().close();
});

test("without consent nothing is sent and nothing is kept", async ({ browser }) => {
  const before = await requests(browser);
  const page = await stranger(browser);
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  await new Build(page).open("mira");
  const ask = await new AskDialog(page).open();
  await ask.name().fill("Phạm Thị Không");
  await ask.contact().fill("0903 765 432");
  await ask.contact().press("Enter");
  await expect(ask.consent()).toBeFocused();
  await expect(ask.consent()).toHaveAttribute("aria-invalid", "true");
  await expectGood(page);
  await ask.name().fill("");
  await ask.contact().fill("nobody@nowhere");
  await ask.contact().press("Enter");
  await expect(ask.name()).toBeFocused();
  await expect(ask.box()).toContainText("Not an e-mail address");
  expect(sent.filter((url) => url.endsWith("/shop/requests"))).toEqual([]);
  expect(await requests(browser)).toBe(before);
  await page.context().close();
});

test("without a network what was typed stays, over a reload too, and goes on its way later", async ({ browser }) => {
  const page = await stranger(browser);
  const build = await new Build(page).open("terra");
  await build.expectDrawn();
  const ask = new AskDialog(page);
  // The dialog is there although it was never opened while there was a network.
  await page.mouse.move(10, 10);
  await page.waitForLoadState("networkidle");
  await page.context().setOffline(true);
  await ask.open();
  await ask.place().selectOption("Hanoi");
  await ask.send("Đỗ Minh Mạng", "0905 111 222");
  await expect(ask.box().getByRole("alert").filter({ hasText: "No connection" })).toBeVisible();
  await expect(ask.name()).toHaveValue("Đỗ Minh Mạng");
  await page.context().setOffline(false);
  await page.reload();
  await build.expectDrawn();
  await ask.open();
  await expect(ask.name()).toHaveValue("Đỗ Minh Mạng");
  await expect(ask.contact()).toHaveValue("0905 111 222");
  await expect(ask.place().locator("option:checked")).toHaveText("Hanoi");
  // What one agrees to is asked anew.
  await expect(ask.consent()).not.toBeChecked();
  await ask.consent().check();
  await ask.box().getByRole("button", { name: "Send the request" }).click();
  await ask.expectTold(/ calls you by /);
  await page.context().close();
});

test("what the server refuses is said where it belongs", async ({ browser }) => {
  const page = await stranger(browser);
  const refuse = (status: number, problem: object) =>
    page.route("**/api/shop/requests", (route) => route.fulfill({ status, json: { type: "about:blank", title: "", status, ...problem } }));
  await new Build(page).open("mira");
  const ask = await new AskDialog(page).open();
  const field = (name: string, code: string) => ({ code: "invalid", errors: [{ field: name, code }] });
  await refuse(429, { code: "throttled" });
  await ask.send("Vũ Thị Nhiều", "0903 222 333");
  await expect(ask.box()).toContainText("Too many requests came from your connection");
  await refuse(422, field("dealer_id", "nobody-there"));
  await ask.contact().press("Enter");
  await expect(ask.place()).toBeFocused();
  await expect(ask.box()).toContainText("Nobody answers there");
  await refuse(422, field("phone", "not-a-phone"));
  await ask.contact().press("Enter");
  await expect(ask.contact()).toHaveAttribute("aria-invalid", "true");
  await refuse(422, field("choices.0", "not-sold-here"));
  await ask.contact().press("Enter");
  await expect(ask.box()).toContainText("This market does not sell one of these options");
  await page.context().close();
});

test("who asks again from elsewhere joins the first request, and everybody sees when it is taken over", async ({ browser }) => {
  const page = await stranger(browser);
  await new Build(page).open("terra");
  const ask = await new AskDialog(page).open();
  await ask.send("Hồ Thị Hai", "0903 808 808");
  await ask.expectTold(/ calls you by /);
  const first = await ask.follow();

  // Whoever knows a phone number may ask in its name, and ends nothing by it.
  const other = await stranger(browser);
  const build = await new Build(other).open("terra", "?step=look");
  await build.option("Paint", /white/i).click();
  const again = await new AskDialog(other).open();
  await again.send("Hồ Thị Hai", "+84 903 808 808");
  const second = await again.follow();
  await expect(second.heading()).toBeVisible();
  await expect(other.locator("main")).toContainText("Only the link of your first request cancels it");
  await expect(other.getByRole("button", { name: "Cancel the request" })).toHaveCount(0);

  const admin = await administrator(browser);
  const { items } = await read<Leads>(admin, `/leads?source=shop&q=${encodeURIComponent("Hồ Thị Hai")}`);
  expect(items.length).toBe(1);
  const { id, version } = items[0];
  expect((await call(admin, "POST", `/leads/${id}/accept`, {}, version)).status).toBe(200);
  for (const [at, request] of [
    [page, first],
    [other, second],
  ] as const) {
    // As if they came back to the tab.
    await at.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
    await expect(request.heading()).toContainText("has taken it over");
    await expect(request.step()).toContainText("Taken over");
  }
  await expect(first.chosen("Paint")).toContainText(/white/i);
  await expect(page.getByRole("button", { name: "Forget my data" })).toHaveCount(0);
  await expect(page.locator("main")).toContainText("who erases your data");
  for (const { page } of [{ page: admin }, first, second]) {
    await page.context().close();
  }
});

test("all of it speaks Vietnamese", async ({ browser }) => {
  const page = await stranger(browser, "vi");
  const say = (path: string) => word("vi", `request.${path}`);
  await page.goto("/build/lumen");
  const ask = await new AskDialog(page).open(say("ask"));
  await expect(ask.box()).toContainText(say("contact"));
  await expect(ask.place().locator("option:checked")).toHaveText("TP. Hồ Chí Minh");
  await ask.send("Ngô Thị Việt", "0909 333 444");
  await ask.expectTold(/ sẽ gọi cho bạn trước \d\d:\d\d /);
  const request = await ask.follow(say("follow"));
  await expect(request.heading()).toContainText("sẽ liên hệ với bạn");
  await expect(request.step()).toContainText(say("step_asked"));
  await expectGood(page);
  await page.context().close();
});

test("a link that was never given out says so and leads on", async ({ browser }) => {
  const page = await stranger(browser);
  await page.goto("/request/never-given-out");
  await expect(new RequestPage(page).heading()).toHaveText("This link leads nowhere any more");
  await page.getByRole("link", { name: "See the models" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.context().close();
});
