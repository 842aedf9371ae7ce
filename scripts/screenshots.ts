/**
 * `npm run screenshots -- --to DIR`: opens the pages of a fresh service in Chromium, light and dark, and writes what
 * they look like as PNGs. Fails when a page violates its policy, logs an error, asks another host, or cannot call the
 * service. Needs a Chromium (`apt-get install chromium`); `--chromium PATH` names another than /usr/bin/chromium.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { chromium } from "playwright-core";

import { freePort } from "./local/port.ts";
import { startService } from "./local/service.ts";
import { photographPages } from "./site/photograph-pages.ts";

const { values } = parseArgs({
  options: { to: { type: "string" }, chromium: { type: "string", default: "/usr/bin/chromium" } },
});
if (values.to === undefined) throw new Error("--to DIR is needed: the folder for the PNGs.");
const target = resolve(values.to);
mkdirSync(target, { recursive: true });

const folder = mkdtempSync(join(tmpdir(), "edgewise-screenshots-"));
const service = await startService({ folder, port: await freePort(), output: "file" });
const browser = await chromium.launch({ executablePath: values.chromium });
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
