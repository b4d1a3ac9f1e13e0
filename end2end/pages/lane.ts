// The lane of requests: the first column of the board, for as long as somebody waits.
import { expect, type Locator, type Page } from "@playwright/test";

export class Lane {
  constructor(readonly page: Page) {}

  column(): Locator {
    return this.page.getByRole("region", { name: /^Requests\b/ });
  }

  /** The request of this customer. */
  card(customer: string): Locator {
    return this.column().getByRole("group", { name: customer, exact: true });
  }

  async accept(customer: string): Promise<void> {
    await this.card(customer).getByRole("button", { name: `Accept the request of ${customer}` }).click();
  }

  /** Opens the menu of a request and chooses an entry of it. */
  async choose(customer: string, entry: string | RegExp): Promise<void> {
    await this.card(customer).getByRole("button", { name: `More for ${customer}` }).click();
    await this.page.getByRole("menuitem", { name: entry }).click();
  }

  panel(): Locator {
    return this.page.locator(".side-panel");
  }

  async expectGone(customer: string): Promise<void> {
    await expect(this.card(customer)).toHaveCount(0);
  }
}
