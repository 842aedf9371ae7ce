/** `npm run test:console`: people's journeys through the console, in Chromium, on a fresh `npm run dev`. */
import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";

import type { Browser } from "playwright-core";

import { startOpenAiServer } from "../test/fakes/openai-server.ts";
import { CHROMIUM_DEFAULT } from "./console/chromium.ts";
import type { DevService } from "./console/dev-service.ts";
import { JOURNEYS } from "./console/journeys/all.ts";
import { withBrowser } from "./console/with-browser.ts";
import { type Journey, World } from "./console/world.ts";
import { outputStyle, readCommandLine } from "./local/command-line.ts";
import { TEST_CONSOLE } from "./local/test-commands.ts";

const { green, red, dim } = outputStyle;

const options = readCommandLine(TEST_CONSOLE, ({ values }) => ({
  isShort: values.has("short"),
  only: values.get("only") ?? "",
  target: resolve(values.get("to") ?? ".edgewise/console"),
  executablePath: values.get("chromium") ?? CHROMIUM_DEFAULT,
}));
if (!existsSync(options.executablePath)) {
  console.log(
    `The console was not tested: there is no Chromium at ${options.executablePath}. Install it (apt-get install chromium), or name one with --chromium PATH.`,
  );
  process.exit(options.isShort ? 0 : 1);
}
mkdirSync(options.target, { recursive: true });
const failed = await testConsole();
console.log(`The screenshots are in ${options.target}.`);
process.exit(failed === 0 ? 0 : 1);

async function testConsole(): Promise<number> {
  const model = await startOpenAiServer();
  const variables = { LLM_BASE_URL: model.url, LLM_MODEL: "scripted" };
  const chosen = JOURNEYS.filter(
    ({ name, isShort }) => name.includes(options.only) && (isShort || !options.isShort),
  );
  const tested = withBrowser(options.executablePath, variables, async (browser, service) => {
    let failures = 0;
    for (const journey of chosen) if (!(await make(journey, service, browser))) failures += 1;
    return failures;
  });
  return await tested.finally(model.stop);
}

/** Makes a journey, and prints what was wrong on it. Returns true if nothing was. */
async function make(journey: Journey, service: DevService, browser: Browser): Promise<boolean> {
  const startedAt = performance.now();
  const world = await World.open(service, browser, options.target);
  world.page.setDefaultTimeout(15_000);
  try {
    await journey.run(world);
  } catch (error) {
    world.problems.push(error instanceof Error ? error.message : String(error));
    const path = `${options.target}/failed-${journey.name}.png`;
    // A page that cannot be photographed must not end the other journeys.
    await world.page.screenshot({ path }).catch((reason) => world.problems.push(String(reason)));
  }
  await world.context.close();
  const isGood = world.problems.length === 0;
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${isGood ? green("✓") : red("✗")} ${journey.name} ${dim(`${seconds} s`)}`);
  for (const problem of new Set(world.problems)) console.log(`  ${problem}`);
  return isGood;
}
