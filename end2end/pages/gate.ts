// The pages before one is signed in.
import { expect, type Locator, type Page } from "@playwright/test";

export class Gate {
  constructor(readonly page: Page) {}

  async open(): Promise<this> {
    await this.page.goto("/desk/sign-in");
    await expect(this.page.getByLabel("E-mail")).toBeVisible();
    return this;
  }

  password(): Locator {
    return this.page.locator("main input[autocomplete$=password]");
  }

  async signIn(mail: string, password: string): Promise<void> {
    await this.page.getByLabel("E-mail").fill(mail);
    await this.password().fill(password);
    await this.page.keyboard.press("Enter");
  }

  /** Chooses a password on the page behind a one-time link. */
  async choosePassword(password: string): Promise<void> {
    await this.password().fill(password);
    await this.page.getByRole("button", { name: "Save and sign in" }).click();
  }

  /** The sign-in page, however one came here. */
  async expectHere(): Promise<void> {
    await expect(this.page).toHaveURL(/\/desk\/sign-in/);
    await expect(this.page.getByRole("heading", { level: 1, name: "Good to see you" })).toBeVisible();
  }
}
