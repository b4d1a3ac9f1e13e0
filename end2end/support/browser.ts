// The browser that all configurations start.
import type { LaunchOptions } from "@playwright/test";

export const launchOptions: LaunchOptions = {
  executablePath: process.env.MUSTER_CHROMIUM ?? "/usr/bin/chromium",
  // Chromium's sandbox refuses root.
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
};
