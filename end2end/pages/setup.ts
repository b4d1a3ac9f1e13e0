// The first start, question by question.
import { expect, type Locator, type Page } from "@playwright/test";

export class Setup {
  constructor(readonly page: Page) {}

  /** Waits for the question of a step. */
  async expectStep(name: string): Promise<void> {
    await expect(this.page.locator(".setup__steps [aria-current=step]")).toHaveText(name);
  }

  async forward(name = "Continue"): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  async back(): Promise<void> {
    await this.page.getByRole("button", { name: "Back", exact: true }).click();
  }

  field(label: string | RegExp): Locator {
    return this.page.getByLabel(label);
  }

  /** Finds something by typing and takes the first that fits. */
  async find(label: string | RegExp, text: string): Promise<void> {
    const field = this.page.getByRole("combobox", { name: label });
    await field.fill(text);
    await this.page.getByRole("option").filter({ hasText: new RegExp(text, "i") }).first().waitFor();
    await field.press("Enter");
    await expect(field).toHaveAttribute("aria-expanded", "false");
  }

  toggle(name: string): Locator {
    return this.page.locator("label.toggle", { hasText: name }).locator("input");
  }

  /** The rows of the people who are not invited yet. */
  seats(): Locator {
    return this.page.locator(".crew__row");
  }

  async invite(name: string, mail: string, role: string): Promise<void> {
    const seat = this.seats().first();
    await seat.getByLabel("Name").fill(name);
    await seat.getByLabel("E-mail").fill(mail);
    await seat.getByLabel("Role").selectOption({ label: role });
    await seat.getByRole("button", { name: "Invite" }).click();
  }

  /** The link of somebody who was invited. */
  async linkOf(name: string): Promise<string> {
    const row = this.page.locator(".crew__done", { hasText: name });
    await expect(row.getByRole("button", { name: "Copy the link" })).toBeVisible();
    return (await row.locator(".onelink__url").innerText()).trim();
  }
}
