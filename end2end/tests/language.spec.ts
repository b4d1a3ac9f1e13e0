// Language and theme: switched without a reload, kept over one, and right from the first byte.
import { expect, test, type Page } from "@playwright/test";
import { Desk } from "../pages/desk.ts";
import { newDeal } from "../support/api.ts";
import { hire, type Colleague } from "../support/people.ts";
import { word, type Lang } from "../support/words.ts";

/** Notes every language and theme that the document ever shows, from the first byte on. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const note = () => {
      const root = document.documentElement;
      const now = root && `${root.lang} ${root.dataset.theme}`;
      if (now && seen.at(-1) !== now) seen.push(now);
    };
    new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["lang", "data-theme"] });
    note();
  });
}

const seen = (page: Page) => page.evaluate(() => (window as unknown as { seen: string[] }).seen);
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { mark: 1 }) && undefined);
const isMarked = (page: Page) => page.evaluate(() => "mark" in window);

/** Where words of the page stand: the message and what must show it. */
interface Place {
  path: string;
  words: [message: string, selector: string][];
}

function places(deal: string): Place[] {
  return [
    {
      path: "/desk/board",
      words: [
        ["desk.board", ".rail__item[aria-current=page] .rail__label"],
        ["board.open_sum", ".sums"],
        ["board.new", ".bar__actions"],
        ["board.step_none", "#board article"],
      ],
    },
    {
      path: `/desk/opportunities/${deal}`,
      words: [
        ["desk.accounts", ".rail__items"],
        ["opportunity.fields.amount", ".facts"],
        ["event.history", ".record__main"],
        ["event.actions.created", ".timeline"],
        ["opportunity.contact_never", ".clocks"],
      ],
    },
    {
      path: "/desk/settings/profile",
      words: [
        ["settings.title", "h1"],
        ["settings.sessions", ".settings__nav"],
        ["settings.profile_title", ".room__title"],
        ["settings.change_password", ".settings__room"],
      ],
    },
  ];
}

async function expectWords(page: Page, place: Place, lang: Lang): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", lang);
  for (const [message, selector] of place.words) {
    await expect(page.locator(selector).first(), `${message} in ${lang}`).toContainText(word(lang, message));
  }
}

let me: Colleague;
test.beforeEach(async ({ browser }) => {
  me = await hire(browser, "Sales representative");
});
test.afterEach(async () => {
  await me.context.close();
});

test("English and Vietnamese switch without a reload on board, deal and settings, and a reload keeps the choice", async () => {
  const deal = await newDeal(me.page);
  for (const place of places(deal.id)) {
    await test.step(place.path, async () => {
      const page = await me.context.newPage();
      await watch(page);
      const desk = new Desk(page);
      await page.goto(place.path);
      await expectWords(page, place, "en");
      await mark(page);
      await desk.choose("Tiếng Việt");
      await expectWords(page, place, "vi");
      expect(await isMarked(page)).toBe(true);
      const served = await page.reload();
      expect(await served!.text()).toMatch(/<html lang="vi" data-theme="system"/);
      await expectWords(page, place, "vi");
      expect(await isMarked(page)).toBe(false);
      expect(await seen(page)).toEqual(["vi system"]);
      await mark(page);
      await desk.choose("English");
      await expectWords(page, place, "en");
      expect(await isMarked(page)).toBe(true);
      await page.close();
    });
  }
});

test("the theme switches without a reload, and a reload serves it from the first byte", async () => {
  const { page } = me;
  await watch(page);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/desk/board");
  const desk = new Desk(page);
  await expect(desk.heading()).toBeVisible();
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await mark(page);
  await desk.choose("Dark");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  expect(await isMarked(page)).toBe(true);

  const served = await page.reload();
  expect(await served!.text()).toMatch(/<html lang="en" data-theme="dark"/);
  await expect(desk.heading()).toBeVisible();
  expect(await background()).toBe(dark);
  expect(await seen(page)).toEqual(["en dark"]);
  // As the device has it again: what the device says, at once.
  await desk.choose("As the device");
  await expect.poll(background).toBe(light);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(background).toBe(dark);
  const system = await page.reload();
  expect(await system!.text()).toMatch(/<html lang="en" data-theme="system"/);
});
