// The builder: a product with its picture, its choices and its price.
import { expect, type Locator, type Page } from "@playwright/test";

export class Build {
  constructor(readonly page: Page) {}

  async open(model: string, query = ""): Promise<this> {
    await this.page.goto(`/build/${model}${query}`);
    await this.page.getByRole("heading", { level: 2 }).waitFor();
    return this;
  }

  async step(name: string): Promise<void> {
    await this.page.getByRole("navigation", { name: "Steps" }).getByRole("button", { name, exact: true }).click();
  }

  /** A group by its name, among those of the step. */
  group(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  option(group: string, name: string | RegExp): Locator {
    return this.group(group).getByRole("button", { name });
  }

  /** Something that is had or not. */
  toggle(name: string | RegExp): Locator {
    return this.page.getByRole("switch", { name });
  }

  undo(): Locator {
    return this.page.locator(".build__tools").getByRole("button", { name: "Undo" });
  }

  /** The total on the road, as it is written. */
  async total(): Promise<string> {
    return (await this.page.locator(".pricebar__total").textContent()) ?? "";
  }

  /** The addresses of the drawings that are shown, from behind to the front. */
  async drawings(): Promise<string[]> {
    return this.page.locator(".picture__layer").evaluateAll((images) => images.map((image) => image.getAttribute("src") ?? ""));
  }

  /** Every option of the step that cannot be chosen now. */
  refused(): Locator {
    return this.page.locator(".option--out > button, .swatch--out");
  }

  /** Every drawing has arrived and is one. */
  async expectDrawn(): Promise<void> {
    const whole = () =>
      this.page.locator(".picture__layer").evaluateAll((images) => images.length > 3 && images.every((image) => (image as HTMLImageElement).naturalWidth > 0));
    await expect.poll(whole).toBe(true);
  }
}
