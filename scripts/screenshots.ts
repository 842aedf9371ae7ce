/** `npm run screenshots -- --to DIR`: opens the pages of a fresh service in Chromium and writes a PNG of each. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { chromium } from "playwright-core";

import { readCommandLine } from "./local/command-line.ts";
import { SCREENSHOTS } from "./local/commands.ts";
import { UsageError } from "./local/flags.ts";
import { freePort } from "./local/port.ts";
import { startService } from "./local/service.ts";
import { photographPages } from "./site/photograph-pages.ts";

const { target, executablePath } = readCommandLine(SCREENSHOTS, ({ values }) => {
  const to = values.get("to");
  if (to === undefined)
    throw new UsageError("npm run screenshots needs --to DIR, the folder for the PNGs.");
  return { target: resolve(to), executablePath: values.get("chromium") ?? "/usr/bin/chromium" };
});
mkdirSync(target, { recursive: true });

const folder = mkdtempSync(join(tmpdir(), "edgewise-screenshots-"));
const service = await startService({ folder, port: await freePort(), output: "file" });
const browser = await chromium.launch({ executablePath });
try {
  const problems = await photographPages(browser, service, target);
  for (const problem of problems) console.error(problem);
  console.log(`The screenshots are in ${target}.`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
