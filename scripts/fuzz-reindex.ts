/**
 * `npm run fuzz:reindex`: the search shards of a store are split and merged, and it gets a new generation of its index with
 * another embedding model and other chunks, while it is searched and written to and workerd is killed with SIGKILL every few seconds. No search fails, mixes generations
 * or has a passage twice, nothing is lost, nothing is found after its delete, and the record of what was erased agrees with
 * the databases.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openAIOnce } from "./client/connect.ts";
import { Killer, type Kills } from "./kill-fuzz/killer.ts";
import { readCommandLine } from "./local/command-line.ts";
import { readNumber } from "./local/flags.ts";
import { freePort } from "./local/port.ts";
import { FUZZ_REINDEX } from "./local/test-commands.ts";
import { countGeneration, type GenerationRows } from "./reindex-fuzz/count-rows.ts";
import { runReindex } from "./reindex-fuzz/run-reindex.ts";
import { SECOND_MODEL, TwoModels } from "./reindex-fuzz/second-model.ts";
import { table } from "./terminal/table.ts";

/** With more files the service recovers more slowly. */
const KILLS = {
  short: { intervalMs: 5_000, atLeast: 1, atMost: 20 },
  long: { intervalMs: 15_000, atLeast: 1, atMost: 200 },
};
const SHORT_FILES = 60;
const files = readCommandLine(FUZZ_REINDEX, (given) =>
  given.values.has("short") ? SHORT_FILES : (readNumber(given, "files", [10, 20_000]) ?? 5_000),
);
const folder = mkdtempSync(join(tmpdir(), "edgewise-reindex-"));
const models = await TwoModels.start(folder, await freePort());
const client = openAIOnce(models.service.url, models.service.secrets.apiKey);
const problems: string[] = [];
try {
  let killer: Killer | null = null;
  let kills: Kills = { count: 0, slowestRecoveryMs: 0 };
  let before: GenerationRows = { chunks: 0, rows: 0 };
  let [storeId, generation] = ["", 0];
  const onSwitched = async (id: string, old: number) => {
    [storeId, generation] = [id, old];
    before = countGeneration(folder, id, old);
  };
  const plan = { files, model: SECOND_MODEL };
  const run = await runReindex(client, plan, {
    onFilled: async () => {
      await models.addModel();
      killer = new Killer(models.service, files <= SHORT_FILES ? KILLS.short : KILLS.long);
    },
    onSwitched,
    onEnded: async () => {
      kills = (await killer?.stop()) ?? kills;
    },
    onStep: (name, ms) => console.log(`${name}: ${(ms / 1_000).toFixed(0)} s`),
  });
  const left = countGeneration(folder, storeId, generation);
  problems.push(...run.problems);
  if (left.rows > 0) problems.push(`${left.rows} rows of the old generation are left`);
  if (run.erased?.rows !== before.rows || run.erased.chunks !== before.chunks) {
    problems.push(`erased ${JSON.stringify(run.erased)} of ${JSON.stringify(before)}`);
  }
  console.log(
    table([
      ["what", ""],
      ["files at the end, deleted meanwhile", `${run.files}, ${run.deleted}`],
      [
        "searches of the old generation, of the new one",
        `${run.searches.old}, ${run.searches.new}`,
      ],
      ["splits and merges", `${(run.splitMs / 1_000).toFixed(0)} s`],
      ["build of the new generation", `${(run.buildMs / 1_000).toFixed(0)} s`],
      ["texts that the second model embedded", String(models.embedded)],
      ["overlap of the ten best passages", String(run.comparison?.overlap_at_10)],
      ["questions compared", String(run.comparison?.questions)],
      ["erased", JSON.stringify(run.erased)],
      ["workerd killed", `${kills.count} times`],
      ["problems", String(problems.length)],
    ]),
  );
  for (const problem of problems.slice(0, 20)) console.log(`- ${problem}`);
} finally {
  await models.stop();
}
if (problems.length > 0) console.log(`The state is kept in ${folder}.`);
else rmSync(folder, { recursive: true, force: true });
process.exit(problems.length > 0 ? 1 : 0);
