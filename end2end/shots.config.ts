// Pictures of pages, for looking at them: `cargo xtask shots /desk`.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./support/browser.ts";

export default defineConfig({
  testDir: ".",
  testMatch: "shots.ts",
  outputDir: "./test-results/shots",
  workers: 2,
  timeout: 300_000,
  reporter: [["line"]],
  use: {
    baseURL: process.env.MUSTER_URL ?? "http://127.0.0.1:4500",
    launchOptions,
    timezoneId: "Asia/Ho_Chi_Minh",
  },
});
