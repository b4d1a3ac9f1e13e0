// A list of records: what narrows it, its order and columns, its rows.
import { expect, type Locator, type Page } from "@playwright/test";
import { Desk } from "./desk.ts";

export class List extends Desk {
  constructor(
    page: Page,
    readonly base: string,
  ) {
    super(page);
  }

  async open(query = ""): Promise<this> {
    await this.page.goto(`/desk/${this.base}${query}`);
    await expect(this.heading()).toBeVisible();
    return this;
  }

  rows(): Locator {
    return this.page.locator("table tbody tr");
  }

  row(name: string): Locator {
    return this.rows().filter({ hasText: name });
  }

  /** The rows' names must be these, in this order. */
  async expectNames(names: string[]): Promise<void> {
    await expect(this.page.locator("table tbody .table__cell--primary")).toHaveText(names);
  }

  searchBox(): Locator {
    return this.page.getByRole("searchbox", { name: "Search this list" });
  }

  async search(text: string): Promise<void> {
    await this.searchBox().fill(text);
  }

  column(name: string): Locator {
    return this.page.locator("table thead th", { hasText: new RegExp(`^${name}$`) });
  }

  async sortBy(name: string): Promise<void> {
    await this.column(name).getByRole("button").click();
  }

  /** Shows or hides columns. */
  async toggleColumns(...names: string[]): Promise<void> {
    await this.page.getByRole("button", { name: "Columns" }).click();
    for (const name of names) {
      await this.page.getByRole("menuitemcheckbox", { name, exact: true }).click();
    }
    await this.page.keyboard.press("Escape");
    await expect(this.page.getByRole("menuitemcheckbox")).toHaveCount(0);
  }

  /** Adds a filter that is one of a few. */
  async filter(field: string, value: string): Promise<void> {
    await this.page.locator(".chip--add").click();
    await this.page.locator(".filter-list").getByRole("button", { name: field }).click();
    await this.page.locator(".filter-editor select").selectOption({ label: value });
    await this.page.getByRole("button", { name: "Apply" }).click();
  }

  chip(text: string): Locator {
    return this.page.locator(".chip--removable", { hasText: text });
  }

  views(): Locator {
    return this.page.locator(".filters button[aria-haspopup=menu]").last();
  }

  async saveView(name: string): Promise<void> {
    await this.views().click();
    await this.page.getByRole("menuitem", { name: "Save this view" }).click();
    await this.dialog().getByLabel("Name").fill(name);
    await this.page.keyboard.press("Enter");
  }

  async openView(name: string): Promise<void> {
    await this.views().click();
    await this.page.getByRole("menuitemradio", { name, exact: true }).click();
  }

  async toggleTrash(): Promise<void> {
    await this.page.locator(".filters").getByRole("button", { name: "Trash", exact: true }).click();
  }
}
