// A record: its page with facts that are edited in place, and the form that changes all of it.
import { expect, type Locator, type Page } from "@playwright/test";
import { Desk } from "./desk.ts";

export class RecordPage extends Desk {
  constructor(
    page: Page,
    /** The last part of its addresses: `accounts`. */
    readonly base: string,
  ) {
    super(page);
  }

  async open(id: string): Promise<this> {
    await this.page.goto(`/desk/${this.base}/${id}`);
    await this.page.locator(".facts").first().waitFor();
    return this;
  }

  /** The id in the address, once a record is shown. */
  async id(): Promise<string> {
    const address = new RegExp(`/desk/${this.base}/([0-9a-f-]{36})$`);
    await expect(this.page).toHaveURL(address);
    return address.exec(this.page.url())![1];
  }

  /** The value of a fact. */
  fact(label: string): Locator {
    return this.page.locator(".facts__row", { has: this.page.locator("dt", { hasText: new RegExp(`^${label}$`) }) }).locator("dd");
  }

  /** Opens the editor of a fact and returns its control. */
  async edit(label: string): Promise<Locator> {
    await this.page.getByRole("button", { name: new RegExp(`^Edit ${label}\\b`) }).click();
    const control = this.fact(label).locator("input, select").first();
    await expect(control).toBeFocused();
    return control;
  }

  /** Changes a text in place. */
  async change(label: string, text: string): Promise<void> {
    await (await this.edit(label)).fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Moves the record to the trash. */
  async trash(): Promise<void> {
    await this.page.locator(".bar__actions").getByRole("button", { name: "More" }).click();
    await this.page.getByRole("menuitem", { name: "Move to the trash" }).click();
  }

  /** A field of the form. */
  field(label: string): Locator {
    return this.page.locator(".form-page").getByLabel(label);
  }

  async fill(fields: Record<string, string>): Promise<void> {
    for (const [label, text] of Object.entries(fields)) {
      await this.field(label).fill(text);
    }
  }

  async send(name: "Create" | "Save"): Promise<void> {
    await this.page.locator(".form-page").getByRole("button", { name, exact: true }).click();
  }
}
