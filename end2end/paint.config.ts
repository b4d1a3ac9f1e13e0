// Loads measured in the browser, for `cargo xtask bench`.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./support/browser.ts";

export default defineConfig({
  testDir: ".",
  testMatch: "paint.ts",
  outputDir: "./test-results/paint",
  workers: 1,
  timeout: 300_000,
  reporter: [["line"]],
  use: { baseURL: process.env.MUSTER_URL ?? "http://127.0.0.1:4500", launchOptions },
});
