// What surrounds every page of the desk: navigation, palette, the person's menu, messages.
import { expect, type Locator, type Page } from "@playwright/test";

export class Desk {
  constructor(readonly page: Page) {}

  /** The entries of the navigation, in order. */
  nav(): Locator {
    return this.page.locator(".rail__items a");
  }

  heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator(".toast", { hasText: text });
  }

  /** Takes back what the message with this text says. */
  async undo(text: string | RegExp): Promise<void> {
    await this.toast(text).locator(".toast__action").click();
  }

  async openPalette(): Promise<Locator> {
    await this.page.keyboard.press("Control+k");
    const field = this.page.locator("dialog.palette[open] input");
    await expect(field).toBeFocused();
    return field;
  }

  /** Opens the person's menu and chooses an entry of it. */
  async choose(entry: string): Promise<void> {
    await this.page.locator("button.rail__me").click();
    await this.page.locator(".rail [role^=menuitem]").filter({ hasText: entry }).click();
  }

  offline(): Locator {
    return this.page.locator(".offline");
  }

  dialog(): Locator {
    return this.page.locator("dialog[open]");
  }

  failure(): Locator {
    return this.page.locator(".failure");
  }
}
