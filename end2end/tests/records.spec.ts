// Accounts and contacts: recorded, edited, taken back, deleted and restored; and their list.
import { expect, test } from "@playwright/test";
import { List } from "../pages/list.ts";
import { RecordPage } from "../pages/record.ts";
import { Settings } from "../pages/settings.ts";
import { accountNow, call, newAccount, read } from "../support/api.ts";
import { administrator, hire, signIn, unique } from "../support/people.ts";

interface Contact {
  name: string;
  title: string;
  phone: string;
  account_id: string;
  deleted_at?: number;
}

test("an account is recorded, edited in place and in its form, taken back, deleted and restored", async ({ browser }) => {
  const { page, context, id: me } = await hire(browser, "Sales representative");
  const list = await new List(page, "accounts").open();
  await expect(page.getByText("No account here")).toBeVisible();
  await page.getByRole("link", { name: "New account" }).click();
  await expect(page).toHaveURL(/\/desk\/accounts\/new$/);
  const record = new RecordPage(page, "accounts");
  // Refused where it is incomplete, and says so at the field.
  await record.send("Create");
  await expect(record.field("Name")).toHaveAttribute("aria-invalid", "true");
  const name = `Công ty Hoàng Gia ${unique()}`;
  await record.fill({ Name: name, Phone: "028 3822 9001", City: "Cần Thơ" });
  await record.field("Country").selectOption({ label: "Vietnam" });
  // What is typed survives a reload.
  await page.reload();
  await expect(record.field("Name")).toHaveValue(name);
  await record.send("Create");
  const id = await record.id();
  await expect(record.heading()).toHaveText(name);
  expect(await accountNow(page, id)).toMatchObject({ name, phone: "028 3822 9001", city: "Cần Thơ", country: "VN", owner_id: me, version: 1 });

  await record.change("City", "Vĩnh Long");
  await expect(record.fact("City")).toContainText("Vĩnh Long");
  await expect(record.toast("City saved")).toBeVisible();
  expect((await accountNow(page, id)).city).toBe("Vĩnh Long");
  await record.undo("City saved");
  await expect(record.fact("City")).toContainText("Cần Thơ");
  await expect.poll(async () => (await accountNow(page, id)).city).toBe("Cần Thơ");
  // Refused at the field, with what was typed.
  await record.change("E-mail", "nobody");
  await expect(record.fact("E-mail")).toContainText("Not an e-mail address");
  await expect(record.fact("E-mail").locator("input")).toHaveValue("nobody");
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await record.fill({ Segment: "Hotels", Website: "hoanggia.example" });
  await record.send("Save");
  expect(await record.id()).toBe(id);
  await expect(record.fact("Segment")).toContainText("Hotels");
  expect(await accountNow(page, id)).toMatchObject({ segment: "Hotels", website: "hoanggia.example", city: "Cần Thơ", version: 4 });

  await record.trash();
  await expect(page).toHaveURL(/\/desk\/accounts$/);
  await expect(list.toast(`${name} is in the trash`)).toBeVisible();
  await expect(list.row(name)).toHaveCount(0);
  expect((await read<{ total: number }>(page, "/accounts")).total).toBe(0);
  await list.toggleTrash();
  await list.row(name).getByRole("button", { name: "Restore" }).click();
  await expect(list.toast(`${name} is back`)).toBeVisible();
  await list.toggleTrash();
  await list.expectNames([name]);
  expect((await accountNow(page, id)).deleted_at).toBeUndefined();
  const events = await read<{ action: string }[]>(page, `/events/account/${id}`);
  expect(events.map((event) => event.action)).toEqual(["restored", "deleted", "changed", "changed", "changed", "created"]);
  await context.close();
});

test("a contact is recorded at its account, edited, deleted from its page and taken back", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const account = await newAccount(page, { name: `Khách sạn Biển Xanh ${unique()}` });
  const record = new RecordPage(page, "contacts");
  await page.goto(`/desk/accounts/${account.id}?tab=people`);
  await page.getByRole("link", { name: "New contact" }).click();
  await expect(record.field("Account")).toHaveValue(account.name);
  const name = `Đặng Thị Thảo ${unique()}`;
  await record.fill({ Name: name, Position: "Giám đốc", Phone: "0905 123 456" });
  await record.send("Create");
  const id = await record.id();
  const now = async () => (await read<{ contact: Contact }>(page, `/contacts/${id}`)).contact;
  expect(await now()).toMatchObject({ name, title: "Giám đốc", phone: "0905 123 456", account_id: account.id });

  await record.change("Position", "Tổng giám đốc");
  await expect(record.toast("Position saved")).toBeVisible();
  expect((await now()).title).toBe("Tổng giám đốc");
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await record.fill({ Phone: "0905 654 321" });
  await record.send("Save");
  expect(await record.id()).toBe(id);
  await expect(record.fact("Phone")).toContainText("0905 654 321");
  expect(await now()).toMatchObject({ title: "Tổng giám đốc", phone: "0905 654 321" });

  await record.trash();
  await expect(record.toast(`${name} is in the trash`)).toBeVisible();
  expect((await read<{ total: number }>(page, "/contacts")).total).toBe(0);
  await record.undo(`${name} is in the trash`);
  await expect(new List(page, "contacts").row(name)).toHaveCount(1);
  expect((await now()).deleted_at).toBeUndefined();
  await context.close();
});

test("a list is filtered, sorted, given columns and saved as a view; a reload keeps it all", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const no = unique();
  for (const [name, kind, city] of [
    ["An Bình", "company", "Huế"],
    ["Bảo Long", "company", "Đà Lạt"],
    ["Cẩm Tú", "person", "Vinh"],
    ["Đông Á", "company", "Cà Mau"],
  ]) {
    const made = await call(page, "POST", "/accounts", { kind, name: `${name} ${no}`, city, mail: `hello@journey${no}.example` });
    expect(made.status).toBe(201);
  }
  const named = (...names: string[]) => names.map((name) => `${name} ${no}`);
  const list = await new List(page, "accounts").open();
  await expect(list.rows()).toHaveCount(4);
  await list.filter("Kind", "Company");
  await expect(list.rows()).toHaveCount(3);
  await expect(list.chip("Company")).toBeVisible();
  await list.sortBy("City");
  await list.expectNames(named("Đông Á", "Bảo Long", "An Bình"));
  await expect(list.column("City")).toHaveAttribute("aria-sort", "ascending");
  await list.sortBy("City");
  await list.expectNames(named("An Bình", "Bảo Long", "Đông Á"));
  await expect(list.column("E-mail")).toHaveCount(0);
  await list.toggleColumns("E-mail", "Owner");
  await expect(list.column("E-mail")).toBeVisible();
  await expect(list.column("Owner")).toHaveCount(0);
  await list.saveView(`Companies ${no}`);
  await expect(list.views()).toHaveText(`Companies ${no}`);
  const views = await read<{ name: string; place: string; query: string }[]>(page, "/views?place=accounts");
  expect(views.map((view) => view.name)).toEqual([`Companies ${no}`]);
  const query = new URLSearchParams(views[0].query);
  expect([query.get("kind"), query.get("sort"), query.get("hide")?.includes("owner")]).toEqual(["company", "-city", true]);

  const shown = async () => {
    await list.expectNames(named("An Bình", "Bảo Long", "Đông Á"));
    await expect(list.chip("Company")).toBeVisible();
    await expect(list.column("City")).toHaveAttribute("aria-sort", "descending");
    await expect(list.column("E-mail")).toBeVisible();
    await expect(list.column("Owner")).toHaveCount(0);
    await expect(list.views()).toHaveText(`Companies ${no}`);
  };
  await page.reload();
  await shown();
  // From the bare address, by its name.
  await list.open();
  await expect(list.rows()).toHaveCount(4);
  await list.openView(`Companies ${no}`);
  await shown();
  await page.goBack();
  await expect(list.rows()).toHaveCount(4);
  await context.close();
});

test("records are found without diacritics and by the last digits of a phone number", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const no = unique();
  await newAccount(page, { name: `Nguyễn Thị Đào ${no}`, phone: "028 3822 4711" });
  await newAccount(page, { name: `Trường Hải ${no}`, phone: "0903 555 812" });
  const list = await new List(page, "accounts").open();
  await expect(list.rows()).toHaveCount(2);
  for (const [typed, found] of [
    ["nguyen thi dao", "Nguyễn Thị Đào"],
    ["truong hai", "Trường Hải"],
    ["5812", "Trường Hải"],
    ["4711", "Nguyễn Thị Đào"],
    ["Đào", "Nguyễn Thị Đào"],
  ]) {
    await list.search(typed);
    await list.expectNames([`${found} ${no}`]);
    await expect(page).toHaveURL((url) => url.searchParams.get("q") === typed);
    const answer = await read<{ items: { name: string }[] }>(page, `/accounts?q=${encodeURIComponent(typed)}`);
    expect(answer.items.map((item) => item.name)).toEqual([`${found} ${no}`]);
  }
  await list.search("nobody at all");
  await expect(page.getByText("No account here")).toBeVisible();
  await context.close();
});

test("an account that was typed and taken by Enter is chosen though the next field already has the focus", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const account = await newAccount(page, { name: `Trà Sen Vàng ${unique()}` });
  const record = new RecordPage(page, "contacts");
  await page.goto("/desk/contacts/new");
  await record.field("Account").focus();
  // Faster than the search begins.
  await page.keyboard.type(account.name);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(record.field("Account")).not.toBeFocused();
  await expect(record.field("Account")).not.toHaveAttribute("aria-invalid", "true");
  await record.fill({ Name: "Lê Thị Sen" });
  await record.send("Create");
  const id = await record.id();
  expect((await read<{ contact: Contact }>(page, `/contacts/${id}`)).contact.account_id).toBe(account.id);
  await context.close();
});

test("one press takes away every filter and the words of the search", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const no = unique();
  await newAccount(page, { name: `Sao Khuê ${no}` });
  await newAccount(page, { name: `Mây Trắng ${no}` });
  const list = await new List(page, "accounts").open("?kind=company&q=sao");
  await list.expectNames([`Sao Khuê ${no}`]);
  await page.getByRole("button", { name: "Clear all" }).click();
  await expect(list.rows()).toHaveCount(2);
  await expect(list.searchBox()).toHaveValue("");
  await expect(page).toHaveURL((url) => url.search === "");
  await expect(page.locator(".chip--add")).toBeFocused();
  // Words that are not even sent yet are gone as well.
  await list.open("?kind=company&segment=none");
  await list.searchBox().pressSequentially("sao");
  await page.getByRole("button", { name: "Clear all" }).click();
  await expect(list.rows()).toHaveCount(2);
  await expect(list.searchBox()).toHaveValue("");
  // One step back brings all of them.
  await page.goBack();
  await expect(list.chip("Company")).toBeVisible();
  await expect(list.chip("none")).toBeVisible();
  await context.close();
});

test("a list whose address has parts that cannot be read shows what the rest says, and says what was left out", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const no = unique();
  await newAccount(page, { name: `Kim Liên ${no}` });
  const list = await new List(page, "accounts").open("?kind=company&sort=shoe-size&after=nowhere&page=3&owner=somebody");
  await list.expectNames([`Kim Liên ${no}`]);
  await expect(list.failure()).toHaveCount(0);
  await expect(list.chip("Company")).toBeVisible();
  for (const name of ["sort", "after", "owner"]) {
    await expect(list.toast(new RegExp(`\\b${name}\\b.*left out`)).first()).toBeVisible();
  }
  // The list is used as any other.
  await list.sortBy("City");
  await expect(list.column("City")).toHaveAttribute("aria-sort", "ascending");
  await list.expectNames([`Kim Liên ${no}`]);
  await context.close();
});

test("a history says where its words were erased", async ({ browser }) => {
  const { page, context } = await hire(browser, "Sales representative");
  const account = await newAccount(page, { name: `Sao Mai ${unique()}` });
  const { body: contact } = await call<{ id: string }>(page, "POST", "/contacts", { account_id: account.id, name: "Quách Thúy Hiền" });
  expect((await call(page, "PATCH", `/contacts/${contact.id}`, { note: "tennis" }, 1)).status).toBe(200);
  const admin = await administrator(browser);
  expect((await call(admin, "POST", `/persons/${contact.id}/erase`, {})).status).toBe(204);
  await admin.context().close();
  await new RecordPage(page, "contacts").open(contact.id);
  const entries = page.locator(".timeline__item");
  await expect(entries).toHaveCount(3);
  await expect(entries.filter({ hasText: "What stood here was erased" })).toHaveCount(2);
  await expect(entries.first()).toContainText("Personal data erased");
  await context.close();
});

test("a page of people that there is not leads to the first", async ({ context, page }) => {
  await signIn(context, "hr");
  const people = await new Settings(page).open("people?after=nowhere");
  await expect(page.getByRole("list", { name: "People" }).getByRole("listitem").first()).toBeVisible();
  await expect(people.toast(/after\b.*left out/)).toBeVisible();
  await expect(page).toHaveURL(/\/desk\/settings\/people$/);
  await expect(people.failure()).toHaveCount(0);
});
