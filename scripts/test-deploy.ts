/**
 * `npm run test:deploy`: runs `npm run deploy` against a fake of Cloudflare's API on this machine, which keeps the state
 * of an account, and prints a line for each trial.
 */
import { brokenTrials, deployReference, growingTrials } from "./deploy-trials/growing.ts";
import { placedTrials } from "./deploy-trials/placed.ts";
import { refusedTrials } from "./deploy-trials/refused.ts";
import type { Trial } from "./deploy-trials/trial.ts";
import { outputStyle, readCommandLine } from "./local/command-line.ts";
import { readNumber } from "./local/flags.ts";
import { TEST_DEPLOY } from "./local/test-commands.ts";

const EVERY_SHORT = 12;
const CALLS_MAX = 1_000;

const { only, every } = readCommandLine(TEST_DEPLOY, (given) => ({
  only: given.values.get("only") ?? "",
  every:
    readNumber(given, "every", [1, CALLS_MAX]) ?? (given.values.has("short") ? EVERY_SHORT : 1),
}));

const production = await deployReference([]);
const embedded = await deployReference(["--embedded"]);
const broken = [...brokenTrials(embedded, ["--embedded"]), ...brokenTrials(production, [])];
const trials = [
  ...growingTrials(production),
  ...refusedTrials(),
  ...placedTrials(),
  ...broken.filter((_trial, index) => index % every === 0),
].filter(({ name }) => name.includes(only));

const failures: string[] = [];
for (const trial of trials) await report(trial);
for (const failure of failures) console.log(`\n${failure}`);
console.log(`\n${trials.length - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && trials.length > 0 ? 0 : 1;

async function report({ name, run }: Trial): Promise<void> {
  const started = performance.now();
  const failure = await run().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const seconds = ((performance.now() - started) / 1_000).toFixed(0).padStart(4);
  const outcome = failure === null ? outputStyle.green("passed") : outputStyle.red("FAILED");
  console.log(`${outcome} ${seconds} s  ${name}`);
  if (failure !== null) failures.push(`${name}\n${failure}`);
}
