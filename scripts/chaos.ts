/**
 * `npm run chaos`: answers in the background, files and runs in all lanes, while workerd is killed every few seconds,
 * the model often fails, and messages are doubled and reordered. At the end each item has ended once, and each effect
 * was caused once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { awaitAll, type Outcome, readResponse, readRun } from "./chaos/await-all.ts";
import { checkAnswers, checkEffects, checkRepetitions, countBy } from "./chaos/check-outcomes.ts";
import { askForAll, askInBackground, startRun, startRuns } from "./chaos/workload.ts";
import { startWorld, type World } from "./chaos/world.ts";
import { concurrently } from "./client/concurrently.ts";
import { openAIOnce } from "./client/connect.ts";
import { checkFiles, checkStorage, untilPurged } from "./kill-fuzz/check-files.ts";
import { type Kills, Killer } from "./kill-fuzz/killer.ts";
import { ingest, untilTerminal, type Uploaded } from "./kill-fuzz/workload.ts";
import { readCommandLine } from "./local/command-line.ts";
import { freePort } from "./local/port.ts";
import { type Service, startService } from "./local/service.ts";
import { CHAOS } from "./local/test-commands.ts";
import { table } from "./terminal/table.ts";

const isShort = readCommandLine(CHAOS, ({ values }) => values.has("short"));
const SIZE = isShort
  ? { answers: 60, files: 80, runs: 15, settleMs: 180_000 }
  : { answers: 1_000, files: 2_000, runs: 200, settleMs: 1_800_000 };
const KILLS = isShort
  ? { intervalMs: 2_500, atLeast: 3, atMost: 8 }
  : { intervalMs: 4_000, atLeast: 20, atMost: 200 };

const folder = mkdtempSync(join(tmpdir(), "edgewise-chaos-"));
const world = await startWorld();
const service = await startService({
  folder,
  port: await freePort(),
  output: "file",
  wranglerFlags: ["scripts/chaos/harness/worker.ts", `--var=CHAOS_URL:${world.url}`],
  vars: { LLM_BASE_URL: `${world.url}/v1`, LLM_MODEL: "scripted" },
});
const client = openAIOnce(service.url, service.secrets.apiKey, 15_000);
const problems: string[] = [];
try {
  await grantEffects(service, world);
  const startedAt = performance.now();
  const work = await cause();
  const seconds = (performance.now() - startedAt) / 1_000;
  problems.push(...(await check(work)));
  report(work, seconds);
} finally {
  await service.stop();
  world.close();
}
if (problems.length > 0) console.log(`The state is kept in ${folder}.`);
else rmSync(folder, { recursive: true, force: true });
process.exit(problems.length > 0 ? 1 : 0);

type Work = {
  readonly storeId: string;
  readonly uploaded: readonly Uploaded[];
  readonly answers: readonly Outcome[];
  readonly runs: readonly Outcome[];
  readonly kills: Kills;
  readonly areFilesSettled: boolean;
};

/** Asks for everything while workerd is killed, and waits until all of it has ended. */
async function cause(): Promise<Work> {
  const { id: storeId } = await client.vectorStores.create({ name: "chaos" });
  const killer = new Killer(service, KILLS);
  const [uploaded, answers, runs] = await Promise.all([
    ingest(client, storeId, SIZE.files),
    askForAll(client, SIZE.answers).then((items) => awaitAll(items, readResponse(client))),
    startRuns(client, SIZE.runs, world.url).then((items) => awaitAll(items, readRun(client))),
  ]);
  const kills = await killer.stop();
  const areFilesSettled = await untilTerminal(client, storeId, SIZE.settleMs);
  return { storeId, uploaded, answers, runs, kills, areFilesSettled };
}

/** Lists everything that is open, lost or doubled. */
async function check({ storeId, uploaded, answers, runs, areFilesSettled }: Work) {
  const repeated = {
    answers: await concurrently(answers, 4, ({ number }) => askInBackground(client, number)),
    runs: await concurrently(runs, 4, ({ number }) => startRun(client, number)),
  };
  const found = [
    ...(areFilesSettled ? [] : ["files are still in progress"]),
    ...checkAnswers("answer", answers),
    ...checkAnswers("run", runs),
    ...checkRepetitions("answer", answers, repeated.answers),
    ...checkRepetitions("run", runs, repeated.runs),
    ...checkEffects(world.effects, SIZE.runs),
    ...(await checkFiles(client, storeId, uploaded)),
  ];
  const left = await untilPurged(service, folder, uploaded);
  await service.stop();
  if (left > 0) found.push(`${left} deleted files have chunks`);
  return [...found, ...checkStorage(folder, uploaded).problems];
}

function slowest(items: readonly Outcome[]): string {
  return `${Math.max(...items.map((item) => item.seconds)).toFixed(1)} s`;
}

function report({ uploaded, answers, runs, kills }: Work, seconds: number): void {
  const { calls } = world;
  const deleted = uploaded.filter((file) => file.deleted).length;
  console.log(
    table([
      ["what", ""],
      ["answers in the background", `${answers.length}: ${countBy(answers)}`],
      ["slowest of them", slowest(answers)],
      ["files, of them deleted meanwhile", `${uploaded.length}, ${deleted}`],
      ["runs", `${runs.length}: ${countBy(runs)}`],
      ["slowest of them", slowest(runs)],
      ["effects", String(world.effects.size)],
      [
        "model calls: answered, failed, hung, garbage",
        Object.values(calls)
          .toSorted((a, b) => b - a)
          .join(", "),
      ],
      ["messages sent twice, all absorbed unless below", String(world.copies())],
      ["workerd killed", `${kills.count} times in ${seconds.toFixed(0)} s`],
      ["slowest return of the service", `${(kills.slowestRecoveryMs / 1_000).toFixed(1)} s`],
      ["problems", String(problems.length)],
    ]),
  );
  for (const problem of problems.slice(0, 20)) console.log(`- ${problem}`);
}

/** Lets the project's workflows call the world, as an operator: its address is not public. */
async function grantEffects({ url, secrets }: Service, { host }: World): Promise<void> {
  const response = await fetch(`${url}/v1/organization/projects/${secrets.projectId}/grants`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${secrets.adminKey}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ http_hosts: [host], sql_tables: [] }),
  });
  if (!response.ok) throw new Error(`The grants were refused: ${await response.text()}`);
}
