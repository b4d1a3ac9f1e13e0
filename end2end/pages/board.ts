// The board as a person sees and handles it.
import { expect, type Locator, type Page } from "@playwright/test";

export class Board {
  constructor(readonly page: Page) {}

  async open(query = ""): Promise<this> {
    await this.page.goto(`/desk/board${query}`);
    await this.page.locator("#board article").first().waitFor();
    return this;
  }

  column(stage: string): Locator {
    return this.page.locator("[data-stage]", { has: this.page.getByRole("heading", { level: 2, name: new RegExp(`^${stage}\\b`) }) });
  }

  /** The card that is headed with this customer. */
  card(customer: string): Locator {
    return this.page.locator("#board article", { has: this.page.getByRole("heading", { level: 3, name: customer, exact: true }) });
  }

  cardIn(stage: string, customer: string): Locator {
    return this.column(stage).locator("article", { has: this.page.getByRole("heading", { level: 3, name: customer, exact: true }) });
  }

  async count(stage: string): Promise<number> {
    const text = await this.column(stage).locator(".col__n").innerText();
    return Number.parseInt(text.replace(/[^\d]/g, ""), 10);
  }

  /** Drags with the mouse, as a hand does: down, a few steps, up. */
  async drag(customer: string, target: Locator): Promise<void> {
    const card = this.card(customer);
    await card.scrollIntoViewIfNeeded();
    const from = await card.boundingBox();
    if (!from) throw new Error("the card is not shown");
    await this.page.mouse.move(from.x + from.width / 2, from.y + 12);
    await this.page.mouse.down();
    await this.page.mouse.move(from.x + from.width / 2 + 12, from.y + 20, { steps: 3 });
    // The ends come into sight with the card in the hand.
    const to = await target.boundingBox();
    if (!to) throw new Error("the target is not shown");
    await this.page.mouse.move(to.x + to.width / 2, to.y + Math.min(to.height / 2, 120), { steps: 8 });
    await this.page.mouse.up();
  }

  won(): Locator {
    return this.page.locator("[data-stage]", { hasText: "Won" }).last();
  }

  lost(): Locator {
    return this.page.locator("[data-stage]", { hasText: "Lost" }).last();
  }

  dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  async expectIn(stage: string, customer: string): Promise<void> {
    await expect(this.cardIn(stage, customer)).toHaveCount(1);
    // A card is never in two columns.
    await expect(this.card(customer)).toHaveCount(1);
  }
}
