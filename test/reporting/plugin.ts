import type { Plugin } from "vitest/config";

import { hideExpectedOutput } from "./expected-output.ts";
import { StallReporter } from "./stall-reporter.ts";

/** More than the longest time that a test has (300 s), so that a test that is only slow fails by its own name. */
const STALL_SECONDS = Number(process.env["TEST_STALL_SECONDS"] ?? 330);

let isInstalled = false;

/** The vitest plugin that hides expected messages and ends a run that hangs, with any reporters. */
export const reporting: Plugin = {
  name: "reporting",
  configureVitest({ vitest }) {
    if (isInstalled) return;
    isInstalled = true;
    hideExpectedOutput();
    if (!vitest.config.watch) vitest.config.reporters.push(new StallReporter(STALL_SECONDS));
  },
};
