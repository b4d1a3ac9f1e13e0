// The configurator's engine measured in the browser, for `cargo xtask bench`.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./support/browser.ts";

export default defineConfig({
  testDir: ".",
  testMatch: "engine.ts",
  outputDir: "./test-results/engine",
  workers: 1,
  timeout: 600_000,
  reporter: [["line"]],
  use: { launchOptions },
});
