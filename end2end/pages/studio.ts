// The studio: the parts of a model, the editor of one, the check and the way into the shop.
import { expect, type Locator, type Page } from "@playwright/test";
import { Desk } from "./desk.ts";

export class Studio extends Desk {
  constructor(page: Page) {
    super(page);
  }

  /** Opens a part of a model, such as `group/paint`. */
  async open(model: string, part = ""): Promise<this> {
    await this.page.goto(`/desk/models/${model}${part && `?part=${part}`}`);
    await this.title().waitFor();
    return this;
  }

  /** The heading of the part that is open. */
  title(): Locator {
    return this.page.locator(".studio__title");
  }

  outline(): Locator {
    return this.page.getByRole("navigation", { name: "Parts of the model" });
  }

  async expectSaved(): Promise<void> {
    await expect(this.page.getByRole("status").filter({ hasText: /^Saved$/ })).toBeVisible();
  }

  /** A cell of an option's row. */
  cell(option: string, column: string): Locator {
    return this.page.locator(`[data-row="${option}"] [data-column="${column}"] input`);
  }

  async addOption(name: string): Promise<void> {
    const field = this.page.getByRole("textbox", { name: /^Add an option/ });
    await field.fill(name);
    await field.press("Enter");
  }

  /** The condition of the rule that is open, as text. */
  async condition(): Promise<Locator> {
    await this.page.getByRole("radiogroup", { name: "Written as" }).getByText("Text", { exact: true }).click();
    return this.page.getByRole("textbox", { name: "Condition" });
  }

  /** A line of the form of the rule that is open. */
  clause(at: number): Locator {
    return this.page.locator(".clauses__row").nth(at);
  }

  async check(): Promise<void> {
    await this.page.getByRole("button", { name: "Check", exact: true }).click();
    await this.verdict().waitFor();
  }

  verdict(): Locator {
    return this.page.locator(".verdict");
  }

  report(): Locator {
    return this.page.locator(".report");
  }

  /** Publishes what was checked, today. */
  async publish(): Promise<void> {
    await this.page.getByRole("button", { name: "Publish", exact: true }).click();
    await this.dialog().getByRole("button", { name: "Publish" }).click();
    await expect(this.dialog()).toHaveCount(0);
  }
}
