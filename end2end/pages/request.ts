// Asking for an offer in the builder, and the page behind the link of such a request.
import { expect, type Locator, type Page } from "@playwright/test";

export class AskDialog {
  constructor(readonly page: Page) {}

  /** The dialog that is open. */
  box(): Locator {
    return this.page.locator("dialog[open]");
  }

  async open(label = "Ask for an offer"): Promise<this> {
    await this.page.locator(".pricebar").getByRole("button", { name: label, exact: true }).click();
    await expect(this.box()).toBeVisible();
    return this;
  }

  /** Everything that asks to be filled in, without what one agrees to. */
  fields(): Locator {
    return this.box().locator("input:not([type=checkbox]), select, textarea").filter({ visible: true });
  }

  name(): Locator {
    return this.box().locator("[autocomplete=name]");
  }

  contact(): Locator {
    return this.box().locator("[autocomplete=tel]");
  }

  place(): Locator {
    return this.box().getByRole("combobox");
  }

  consent(): Locator {
    return this.box().getByRole("checkbox");
  }

  /** Fills in what is asked for and agrees; Enter sends it. */
  async send(name: string, contact: string): Promise<void> {
    await this.name().fill(name);
    await this.contact().fill(contact);
    await this.consent().check();
    await this.contact().press("Enter");
  }

  /** The sentence that says who answers and by when. */
  who(): Locator {
    return this.box().locator(".ask__who");
  }

  async expectTold(text: string | RegExp): Promise<void> {
    await expect(this.who()).toContainText(text);
    await expect(this.who()).toBeFocused();
  }

  async follow(label = "See how it stands"): Promise<RequestPage> {
    await this.box().getByRole("link", { name: label }).click();
    const request = new RequestPage(this.page);
    await expect(this.page).toHaveURL(/\/request\//);
    await request.heading().waitFor();
    return request;
  }
}

export class RequestPage {
  constructor(readonly page: Page) {}

  heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** The step that the request stands at. */
  step(): Locator {
    return this.page.locator("[aria-current=step]");
  }

  /** What was chosen in a group. */
  chosen(group: string): Locator {
    const name = this.page.locator("span").getByText(group, { exact: true });
    return this.page.locator(".request__lines li").filter({ has: name }).locator("b");
  }

  /** Presses a button that asks first, and the one in its dialog that does it. */
  async confirm(name: string, says: RegExp): Promise<void> {
    await this.page.locator("main").getByRole("button", { name, exact: true }).click();
    const dialog = this.page.locator("dialog[open]");
    await expect(dialog).toContainText(says);
    await dialog.getByRole("button", { name, exact: true }).click();
    await expect(dialog).toHaveCount(0);
  }
}
