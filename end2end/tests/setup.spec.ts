// An empty company, from the link in the terminal to the first deal of one's own on the board.
import { expect, test } from "@playwright/test";
import { readFileSync } from "node:fs";
import { Board } from "../pages/board.ts";
import { Gate } from "../pages/gate.ts";
import { Setup } from "../pages/setup.ts";
import { call, read } from "../support/api.ts";
import { complaints, expectGoodEverywhere } from "../support/quality.ts";

test.use({ baseURL: process.env.MUSTER_EMPTY_URL });

/** The one-time link as the server printed it. */
function printedLink(): string {
  const found = /http\S+\/desk\/setup\?token=\S+/.exec(readFileSync(process.env.MUSTER_EMPTY_LOG ?? "", "utf8"));
  if (!found) throw new Error("the empty server printed no link");
  return found[0];
}

interface Company {
  name: string;
  currency: string;
  currencies: string[];
  languages: string[];
  zone: string;
  calendar: { workdays: boolean[]; holidays: string[] };
}

test("the printed link leads through company, calendar, stages and people to the first deal, and is dead afterwards", async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  const heard = complaints(page);
  const link = printedLink();
  const setup = new Setup(page);
  const desk = page.viewportSize()!;
  const good = async () => {
    await expectGoodEverywhere(page);
    await page.setViewportSize(desk);
  };
  await page.goto(link);

  await setup.expectStep("Company");
  await good();
  // Nothing is created without a name.
  await setup.forward();
  await expect(setup.field(/What is the company called/)).toHaveAttribute("aria-invalid", "true");
  await setup.field(/What is the company called/).fill("Phương Nam Auto");
  // Nor with a currency that is none: it cannot change later.
  await setup.field(/^Currency/).fill("no such money");
  await setup.forward();
  await expect(setup.field(/^Currency/)).toHaveAttribute("aria-invalid", "true");
  await expect(setup.field(/^Currency/)).toBeFocused();
  await setup.expectStep("Company");
  await setup.find(/^Currency/, "EUR");
  await setup.find(/^Further currencies/, "USD");
  await expect(page.locator(".chip--removable")).toHaveText("USD");
  await setup.toggle("Tiếng Việt").uncheck();
  await setup.forward();

  await setup.expectStep("Calendar");
  await good();
  await setup.find(/^Time zone/, "Berlin");
  await setup.toggle("Sat").check();
  await page.getByLabel(/^Days off/).fill("24 Dec 2031");
  await page.getByLabel(/^Until/).fill("26 Dec 2031");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.locator(".chip--removable")).toHaveCount(1);
  // What is typed survives a reload.
  await page.reload();
  await expect(page.locator(".chip--removable")).toHaveCount(1);
  await expect(setup.toggle("Sat")).toBeChecked();
  await setup.forward();

  await setup.expectStep("Stages");
  await good();
  await setup.field(/What is this way of selling called/).fill("Direct");
  await setup.field("Name of stage 1").fill("Contact");
  await page.getByRole("button", { name: "Remove Close" }).click();
  await page.getByRole("button", { name: "Add a stage" }).click();
  await setup.field("Name of stage 4").fill("Contract");
  await setup.field("Chance of Contract in percent").fill("90");
  await setup.field("Limit of Contract in working days").fill("5");
  // A stage that is moved keeps the focus on the button that moves it, and beside it where there is no further.
  const [up, down] = ["up", "down"].map((way) => page.getByRole("button", { name: `Move Contract ${way}` }));
  await up.focus();
  await page.keyboard.press("Enter");
  await expect(setup.field("Name of stage 3")).toHaveValue("Contract");
  await expect(up).toBeFocused();
  await down.focus();
  await page.keyboard.press("Enter");
  await expect(setup.field("Name of stage 4")).toHaveValue("Contract");
  await expect(up).toBeFocused();
  await setup.forward();

  await setup.expectStep("You");
  await good();
  await setup.field("Your name").fill("Lê Ngọc Linh");
  await setup.field("E-mail").fill("linh@phuongnam.example");
  await page.locator("input[autocomplete=new-password]").fill("four words in a row");
  await setup.forward("Create the company");

  await setup.expectStep("People");
  await good();
  await expect(setup.seats()).toHaveCount(3);
  await setup.invite("Trần Văn Bình", "binh@phuongnam.example", "Sales representative");
  const invitation = await setup.linkOf("Trần Văn Bình");
  await setup.invite("Phạm Thu Hà", "ha@phuongnam.example", "Sales manager");
  expect(await setup.linkOf("Phạm Thu Hà")).not.toBe(invitation);
  await setup.invite("Đỗ Quang Huy", "huy@phuongnam.example", "Sales representative");
  await setup.linkOf("Đỗ Quang Huy");
  await page.getByRole("button", { name: "One more" }).click();
  await expect(setup.seats()).toHaveCount(1);
  await setup.forward();

  await setup.expectStep("First deal");
  await good();
  // The links can be come back to.
  await setup.back();
  await setup.expectStep("People");
  expect(await setup.linkOf("Trần Văn Bình")).toBe(invitation);
  await setup.forward();
  await setup.expectStep("First deal");
  await setup.field(/^Account/).fill("Bệnh viện Chợ Lớn");
  await setup.field(/^What is it about/).fill("2 × ambulance");
  await setup.field(/^Amount/).fill("45k");
  await setup.field(/^Decided by/).fill("+30d");
  await setup.forward("Put it on the board");

  const board = new Board(page);
  await expect(page).toHaveURL(/\/desk\/board/);
  await board.expectIn("Contact", "Bệnh viện Chợ Lớn");
  await expect(board.card("Bệnh viện Chợ Lớn")).toContainText("2 × ambulance");

  // What the server holds is what was answered, and not one row more.
  const company = await read<Company>(page, "/company");
  expect(company).toMatchObject({ name: "Phương Nam Auto", currency: "EUR", currencies: ["USD"], languages: ["en"], zone: "Europe/Berlin" });
  expect(company.calendar).toMatchObject({
    workdays: [true, true, true, true, true, true, false],
    holidays: ["2031-12-24", "2031-12-25", "2031-12-26"],
  });
  const pipelines = await read<{ name: { en: string }; stages: { name: { en: string }; probability: number; limit_days: number | null }[] }[]>(
    page,
    "/pipelines",
  );
  expect(pipelines.map((pipeline) => pipeline.name.en)).toEqual(["Direct"]);
  expect(pipelines[0].stages.map((stage) => stage.name.en)).toEqual(["Contact", "Offer", "Negotiate", "Contract", "Won", "Lost"]);
  expect(pipelines[0].stages[3]).toMatchObject({ probability: 90, limit_days: 5 });
  const names = async (path: string) => (await read<{ items: { name: string }[] }>(page, path)).items.map((item) => item.name);
  expect(await names("/accounts")).toEqual(["Bệnh viện Chợ Lớn"]);
  expect(await names("/opportunities")).toEqual(["2 × ambulance"]);
  expect(await names("/contacts")).toEqual([]);
  expect((await names("/users")).sort()).toEqual(["Lê Ngọc Linh", "Phạm Thu Hà", "Trần Văn Bình", "Đỗ Quang Huy"].sort());
  const dealers = await read<{ name: string }[]>(page, "/dealers");
  expect(dealers).toHaveLength(1);
  expect(await read(page, "/rates")).toEqual({ base: "EUR", rates: [] });
  for (const path of ["/teams", "/territories", "/departments", "/views"]) {
    expect(await read(page, path), path).toEqual([]);
  }
  const deal = await read<{ items: { amount: unknown }[] }>(page, "/opportunities");
  expect(deal.items.map((item) => item.amount)).toEqual([{ minor: 4_500_000, currency: "EUR" }]);
  // Nothing offers the demo's people.
  const demo = await page.request.get("/api/demo");
  expect(demo.status()).toBe(404);

  await test.step("an invitation lets in once", async () => {
    const context = await browser.newContext();
    const gate = new Gate(await context.newPage());
    await gate.page.goto(invitation);
    await gate.choosePassword("another four words there");
    await expect(gate.page).toHaveURL(/\/desk\/board/);
    expect((await read<{ user: { name: string } }>(gate.page, "/session")).user.name).toBe("Trần Văn Bình");
    await context.close();
    const second = await browser.newContext();
    const late = new Gate(await second.newPage());
    await late.page.goto(invitation);
    await late.choosePassword("another four words again");
    await expect(late.page.getByText("This link was used already")).toBeVisible();
    expect((await call(late.page, "GET", "/session")).status).toBe(401);
    await second.close();
  });

  await test.step("the printed link is dead", async () => {
    const context = await browser.newContext();
    const stranger = await context.newPage();
    await stranger.goto(link);
    await expect(stranger.getByRole("heading", { level: 1, name: "This company is set up already" })).toBeVisible();
    await expectGoodEverywhere(stranger);
    const again = await call<{ code: string }>(stranger, "POST", "/setup", {
      token: new URL(link).searchParams.get("token"),
      company: "Taken over",
      currency: "EUR",
      currencies: [],
      zone: "Europe/Berlin",
      languages: ["en"],
      workdays: [true, true, true, true, true, false, false],
      holidays: [],
      pipeline: { en: "Sales" },
      stages: [{ name: { en: "One" }, probability: 10, limit_days: null }],
      name: "Somebody else",
      mail: "else@phuongnam.example",
      password: "four words in a row",
      lang: "en",
    });
    expect(again.status).toBe(409);
    expect((await read<Company>(page, "/company")).name).toBe("Phương Nam Auto");
    await context.close();
  });
  expect(heard.join("\n"), "what the browser complained about").toBe("");
});
