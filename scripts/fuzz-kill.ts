/**
 * `npm run fuzz:kill`: workerd is killed with SIGKILL every few seconds while files are ingested, some of them
 * deleted, and questions answered. Each request is repeated under its idempotency key until it is answered. At the end
 * everything is terminal, each file is there once, each question is answered once, and storage holds each chunk once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openAIOnce } from "./client/connect.ts";
import { checkFiles, checkStorage, untilPurged } from "./kill-fuzz/check-files.ts";
import { Killer } from "./kill-fuzz/killer.ts";
import { askAll, countAnswers, ingest, untilTerminal } from "./kill-fuzz/workload.ts";
import { readCommandLine } from "./local/command-line.ts";
import { freePort } from "./local/port.ts";
import { startService } from "./local/service.ts";
import { FUZZ_KILL } from "./local/test-commands.ts";
import { table } from "./terminal/table.ts";

const isShort = readCommandLine(FUZZ_KILL, ({ values }) => values.has("short"));
const [files, questions] = isShort ? [60, 60] : [300, 300];
const KILLS = isShort
  ? { intervalMs: 2_000, atLeast: 3, atMost: 8 }
  : { intervalMs: 3_000, atLeast: 10, atMost: 100 };
const folder = mkdtempSync(join(tmpdir(), "edgewise-kill-"));
const service = await startService({ folder, port: await freePort(), output: "file" });
const client = openAIOnce(service.url, service.secrets.apiKey);
const problems: string[] = [];
try {
  const store = await client.vectorStores.create({ name: "kill" });
  const killer = new Killer(service, KILLS);
  const startedAt = performance.now();
  const [uploaded, asked] = await Promise.all([
    ingest(client, store.id, files),
    askAll(client, store.id, questions),
  ]);
  // Kills continue, since work continues in the background.
  const kills = await killer.stop();
  if (!(await untilTerminal(client, store.id))) problems.push("files are still in progress");
  const answers = await countAnswers(client, asked);
  if (answers.once !== questions) problems.push(`answers: ${JSON.stringify(answers)}`);
  const seconds = (performance.now() - startedAt) / 1000;

  problems.push(...(await checkFiles(client, store.id, uploaded)));
  const left = await untilPurged(service, folder, uploaded);
  await service.stop();
  const stored = checkStorage(folder, uploaded);
  problems.push(...stored.problems);
  const deleted = uploaded.filter((file) => file.deleted).length;
  console.log(
    table([
      ["what", ""],
      ["files ingested, of them deleted meanwhile", `${uploaded.length}, ${deleted}`],
      ["questions answered once, twice, never", Object.values(answers).join(", ")],
      ["workerd killed", `${kills.count} times in ${seconds.toFixed(0)} s`],
      ["slowest return of the service", `${(kills.slowestRecoveryMs / 1000).toFixed(1)} s`],
      ["chunks in the record", String(stored.chunks)],
      ["deleted files with chunks left", String(left)],
      ["problems", String(problems.length)],
    ]),
  );
  for (const problem of problems.slice(0, 20)) console.log(`- ${problem}`);
} finally {
  await service.stop();
}
if (problems.length > 0) console.log(`The state is kept in ${folder}.`);
else rmSync(folder, { recursive: true, force: true });
process.exit(problems.length > 0 ? 1 : 0);
