/**
 * `npm run test:deploy`: runs `npm run deploy` against a fake of Cloudflare's API on this machine, which keeps the state
 * of an account, and prints a line for each trial.
 */
import { growingTrials } from "./deploy-trials/growing.ts";
import { killedTrial } from "./deploy-trials/killed.ts";
import { pageTrial } from "./deploy-trials/page.ts";
import { placedTrials } from "./deploy-trials/placed.ts";
import { refusedTrials } from "./deploy-trials/refused.ts";
import { SHORT_TRIAL } from "./deploy-trials/short.ts";
import { deployReference, sweepTrials } from "./deploy-trials/sweep.ts";
import { inTheatre, type Theatre } from "./deploy-trials/theatre.ts";
import type { Trial } from "./deploy-trials/trial.ts";
import { outputStyle, readCommandLine } from "./local/command-line.ts";
import { readNumber } from "./local/flags.ts";
import { TEST_DEPLOY } from "./local/test-commands.ts";
import { buildSite } from "./site/build-site.ts";

const CALLS_MAX = 1_000;
/** Trials at a time, by default: a command that lost its connection mostly waits. */
const LANES_DEFAULT = 3;

const { only, every, isShort, lanes } = readCommandLine(TEST_DEPLOY, (given) => ({
  only: given.values.get("only") ?? "",
  every: readNumber(given, "every", [1, CALLS_MAX]) ?? 1,
  lanes: readNumber(given, "lanes", [1, 64]) ?? LANES_DEFAULT,
  isShort: given.values.has("short"),
}));

const failures: string[] = [];
let passed = 0;
await buildSite();
try {
  await inTheatre(async (theatre) => {
    const trials = isShort ? [SHORT_TRIAL] : await makeTrials(theatre);
    const queue = trials.filter(({ name }) => name.includes(only));
    await Promise.all(Array.from({ length: lanes }, () => runLane(theatre, queue)));
    const { ran, repeated } = theatre.recordings.counts;
    console.log(`\n${ran} wrangler commands ran, ${repeated} were repeated from recordings.`);
  });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.log(message);
  failures.push(message);
}
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;

/** Makes all trials. They run in this order: the first ones record what the later ones repeat. */
async function makeTrials(theatre: Theatre): Promise<Trial[]> {
  const [production, embedded] = await Promise.all([
    deployReference(theatre, []),
    deployReference(theatre, ["--embedded"]),
  ]);
  const sweeps = [...sweepTrials(production, []), ...sweepTrials(embedded, ["--embedded"])];
  return [
    pageTrial(production),
    killedTrial,
    ...growingTrials(production),
    ...refusedTrials(),
    ...placedTrials(),
    ...sweeps.filter((_trial, index) => index % every === 0),
  ];
}

async function runLane(theatre: Theatre, queue: Trial[]): Promise<void> {
  for (let trial = queue.shift(); trial; trial = queue.shift()) await report(theatre, trial);
}

async function report(theatre: Theatre, { name, run }: Trial): Promise<void> {
  const started = performance.now();
  const failure = await run(theatre).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const seconds = ((performance.now() - started) / 1_000).toFixed(0).padStart(4);
  const outcome = failure === null ? outputStyle.green("passed") : outputStyle.red("FAILED");
  console.log(`${outcome} ${seconds} s  ${name}`);
  if (failure === null) passed += 1;
  else failures.push(name);
  if (failure !== null) console.log(failure);
}
