/**
 * `npm run fuzz:crash`: runs of several graphs on a bare workerd, in objects that abort with 15 % chance at every
 * point around every transition, while workerd itself is killed with SIGKILL and restarted on the same storage.
 * At the end every run has ended once, as its graph says, and every effect was caused once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { crashFuzz, type FuzzReport } from "./crash-fuzz/fuzz.ts";
import { GRAPHS } from "./crash-fuzz/graphs/graphs.ts";
import type { PlannedRun } from "./crash-fuzz/judge.ts";
import { readCommandLine } from "./local/command-line.ts";
import { readNumber, UsageError } from "./local/flags.ts";
import { FUZZ_CRASH } from "./local/test-commands.ts";
import { table } from "./terminal/table.ts";

const RUNS_PER_OBJECT = 3;
const CRASH_CHANCE = 0.15;

const { isShort, seed, only, chance, perGraph } = readCommandLine(FUZZ_CRASH, (given) => {
  const { values } = given;
  const short = values.has("short");
  const share = Number(values.get("chance") ?? CRASH_CHANCE);
  if (!(share >= 0 && share <= 1)) throw new UsageError("--chance takes a number from 0 to 1.");
  return {
    isShort: short,
    seed: values.get("seed") ?? crypto.randomUUID().slice(0, 8),
    only: values.get("only") ?? "",
    chance: share,
    perGraph: readNumber(given, "runs", [1, 1_000_000]) ?? (short ? 6 : 50),
  };
});
const graphs = GRAPHS.filter(({ name }) => name.includes(only));
const runs = Array.from({ length: perGraph }, () => graphs)
  .flat()
  .map((graph, index): PlannedRun => {
    const object = Math.floor(index / RUNS_PER_OBJECT);
    return { id: `o${object}.${index % RUNS_PER_OBJECT}`, graph };
  });
const folder = mkdtempSync(join(tmpdir(), "edgewise-crash-"));
const report = await crashFuzz({
  folder,
  seed,
  crashChance: chance,
  runs,
  killForMs: isShort ? 12_000 : 300_000,
});
print(report);
if (report.problems.length > 0) console.log(`The state is kept in ${folder}.`);
else rmSync(folder, { recursive: true, force: true });
process.exit(report.problems.length > 0 ? 1 : 0);

function print({ problems, stored, effects, kills, crashes, ...times }: FuzzReport): void {
  const attempts = stored.reduce((sum, run) => sum + run.attempts, 0);
  const asked = effects.reduce((sum, effect) => sum + effect.asked, 0);
  const top = stored.filter(({ parent }) => parent === null);
  const ended = Map.groupBy(top, ({ status }) => status);
  const statuses = [...ended].map(([status, { length }]) => `${length} ${status}`);
  console.log(
    table([
      ["what", ""],
      [`runs of ${graphs.length} graphs`, statuses.join(", ")],
      ["runs that their steps started", String(stored.length - top.length)],
      ["attempts at steps", String(attempts)],
      ["effects caused", String(effects.length)],
      ["duplicates absorbed", String(asked - effects.length)],
      ["workerd killed", `${kills} times in ${times.seconds.toFixed(0)} s`],
      ["slowest recovery of an object", `${(times.slowestRecoveryMs / 1000).toFixed(1)} s`],
      ["objects crashed", String([...crashes.values()].reduce((sum, count) => sum + count, 0))],
      ...[...crashes]
        .toSorted(([left], [right]) => left.localeCompare(right))
        .map(([point, count]) => [`  ${point}`, String(count)]),
      ["problems", String(problems.length)],
      ["seed", seed],
    ]),
  );
  for (const problem of problems.slice(0, 20)) console.log(`- ${problem}`);
}
