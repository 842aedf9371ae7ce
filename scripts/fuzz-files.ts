/**
 * `npm run fuzz:files`: damaged files of all formats are uploaded and indexed in workerd. Each of them ends within 30 s,
 * completed or failed with a reason, without a failure of the service; afterwards a good file is indexed and found.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openAIOnce } from "./client/connect.ts";
import { checkAfterwards } from "./file-fuzz/check-afterwards.ts";
import { ingestDamaged, type IngestReport, type Problem } from "./file-fuzz/ingest-files.ts";
import { readCommandLine } from "./local/command-line.ts";
import { readNumber } from "./local/flags.ts";
import { freePort } from "./local/port.ts";
import { startService } from "./local/service.ts";
import { FUZZ_FILES } from "./local/test-commands.ts";
import { LOG_FILE } from "./local/wrangler-process.ts";
import { table } from "./terminal/table.ts";

const REASON_LENGTH = 90;
const { count, seed, only } = readCommandLine(FUZZ_FILES, (given) => ({
  count: readNumber(given, "files", [1, 1_000_000]) ?? (given.values.has("short") ? 200 : 10_000),
  seed: given.values.get("seed") ?? crypto.randomUUID().slice(0, 8),
  only: given.values.get("only") ?? "",
}));
const folder = mkdtempSync(join(tmpdir(), "edgewise-files-"));
const service = await startService({ folder, port: await freePort(), output: "file" });
const { apiKey } = service.secrets;
const client = openAIOnce(service.url, apiKey, 30_000);
const problems: Problem[] = [];
try {
  const startedAt = performance.now();
  const group = service.groupId();
  const { id: storeId } = await client.vectorStores.create({ name: "damaged" });
  const report = await ingestDamaged({
    client,
    storeId,
    seed,
    count,
    only,
    onProgress: (files) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${files} of ${count}`);
    },
  });
  problems.push(...report.problems, ...(await checkAfterwards(client, storeId)));
  if (service.groupId() !== group) problems.push({ problem: "workerd died", files: [] });
  problems.push(...readLog());
  print(report, (performance.now() - startedAt) / 1_000);
} finally {
  await service.stop();
}
if (problems.length > 0) keep();
else rmSync(folder, { recursive: true, force: true });
process.exit(problems.length > 0 ? 1 : 0);

/** A parser that throws has its file tried again, which may end well; the log tells of it. */
function readLog(): Problem[] {
  const lines = readFileSync(join(folder, LOG_FILE), "utf8").split("\n");
  return lines
    .filter((line) => /ingest\.file\.(?:failed|interrupted)|http\.unhandled/.test(line))
    .slice(0, 20)
    .map((line) => ({ problem: `in the log: ${line.slice(0, 600)}`, files: [] }));
}

function print({ endings, files, slowestMs }: IngestReport, seconds: number): void {
  const rows = [...endings].flatMap(([format, reasons]) => {
    const all = [...reasons.values()].reduce((sum, one) => sum + one, 0);
    const sorted = [...sumUp(reasons)].toSorted(([, left], [, right]) => right - left);
    return [[format, String(all)], ...sorted.map(([reason, times]) => [`  ${reason}`, `${times}`])];
  });
  console.log(
    table([
      ["damaged files, by their endings", ""],
      ...rows,
      ["all", `${files} in ${seconds.toFixed(0)} s`],
      ["slowest, in a group of 20", `${(slowestMs / 1_000).toFixed(1)} s`],
      ["problems", String(problems.length)],
      ["seed", seed],
    ]),
  );
}

/** Adds up reasons that differ in numbers alone. */
function sumUp(reasons: ReadonlyMap<string, number>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [reason, times] of reasons) {
    const words = reason.replaceAll(/\d+/g, "N").slice(0, REASON_LENGTH);
    sums.set(words, (sums.get(words) ?? 0) + times);
  }
  return sums;
}

/** Prints the problems, and keeps the files that had them. */
function keep(): void {
  const kept = join(folder, "files");
  mkdirSync(kept, { recursive: true });
  for (const { problem, files } of problems) {
    console.log(`\n- ${problem}`);
    for (const { name, history, bytes } of files) {
      writeFileSync(join(kept, name), bytes);
      console.log(`    ${name}: ${history}`);
    }
  }
  console.log(`\nThe files, the state and the log are kept in ${folder}.`);
}
