// Every page in both themes, on the phone and on the desk: loads, complains about nothing, and axe finds nothing.
import { expect, test } from "@playwright/test";
import { everyPage } from "../support/pages.ts";
import { signIn } from "../support/people.ts";
import { complaints, expectAccessible, isLoaded } from "../support/quality.ts";

const widths = { phone: 390, desk: 1440 };

for (const { path, role, isAlwaysBusy } of everyPage) {
  for (const theme of ["light", "dark"] as const) {
    test(`${path} for ${role}, ${theme}`, async ({ context, page, baseURL }) => {
      await context.addCookies([{ name: "theme", value: theme, url: baseURL! }]);
      if (role !== "nobody") {
        await signIn(context, role);
      }
      const heard = complaints(page);
      await page.emulateMedia({ reducedMotion: "reduce", colorScheme: theme });
      await page.goto(path);
      for (const [name, width] of Object.entries(widths)) {
        await test.step(name, async () => {
          await page.setViewportSize({ width, height: 900 });
          await isLoaded(page, isAlwaysBusy);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect(overflow, "the page scrolls sideways").toBeLessThanOrEqual(0);
          await expectAccessible(page);
        });
      }
      expect(heard.join("\n"), "what the browser complained about").toBe("");
    });
  }
}
