// The settings: their rooms, one's own browsers, and the people.
import { expect, type Locator, type Page } from "@playwright/test";
import { Desk } from "./desk.ts";

export class Settings extends Desk {
  constructor(page: Page) {
    super(page);
  }

  async open(room: string): Promise<this> {
    await this.page.goto(`/desk/settings/${room}`);
    await this.page.locator(".room__title").waitFor();
    return this;
  }

  rooms(): Locator {
    return this.page.locator(".settings__nav a");
  }

  /** The browsers one is signed in at. */
  sessions(): Locator {
    return this.page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
  }

  async changePassword(old: string, now: string): Promise<void> {
    await this.page.getByLabel("Password until now").fill(old);
    await this.page.getByLabel("New password").fill(now);
    await this.page.getByRole("button", { name: "Change the password" }).click();
  }

  /** The panel of somebody who works here. */
  async openPerson(id: string, name: string): Promise<Locator> {
    await this.open(`people?person=${id}`);
    const panel = this.page.locator(".side-panel");
    await expect(panel.getByRole("heading", { level: 2, name })).toBeVisible();
    await panel.locator("#access").waitFor();
    return panel;
  }
}
