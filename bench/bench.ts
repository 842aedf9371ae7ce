/** `npm run bench`: measures the speed of the service on this machine, and the cost of its work. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openAI } from "../scripts/client/connect.ts";
import { readCollection } from "../scripts/evaluation/collection.ts";
import { BENCH } from "../scripts/local/bench-commands.ts";
import { readCommandLine, runCommand } from "../scripts/local/command-line.ts";
import { freePort } from "../scripts/local/port.ts";
import { startService } from "../scripts/local/service.ts";
import { table } from "../scripts/terminal/table.ts";
import { conditions } from "./conditions.ts";
import { CLIENTS, timeIngestion } from "./ingestion.ts";
import { timeFirstDeltas, timeSearches } from "./latency.ts";
import { countWrites } from "./writes.ts";

const COLLECTION = "../shared/eval/scifact";
const WARM_UP = 20;
const WRITES_DOCUMENTS = 300;
const WRITES_QUESTIONS = 20;

readCommandLine(BENCH, () => null);
await runCommand(async () => {
  if (existsSync(join(COLLECTION, "corpus.jsonl"))) await bench();
  else console.log(`Skipped: the folder ${COLLECTION} with the collection SciFact does not exist.`);
});

async function bench(): Promise<void> {
  const remark = "fresh state, built-in models, no result cache";
  console.log(conditions(["wrangler", "workerd", "openai"], remark));
  const { documents, queries } = readCollection(COLLECTION);
  const questions = queries.map(({ text }) => text);
  const folder = mkdtempSync(join(tmpdir(), "edgewise-bench-"));
  try {
    const service = await startService({
      folder: join(folder, "speed"),
      port: await freePort(),
      output: "file",
    });
    const rows = [["what", "figure", "aim"]];
    try {
      const client = openAI(service.url, service.secrets.apiKey);
      const ingested = await timeIngestion(client, documents, "scifact");
      const perSecond = (documents.length / ingested.seconds).toFixed(0);
      rows.push([
        `${documents.length} files by ${CLIENTS} clients, upload through completed`,
        `${ingested.seconds.toFixed(1)} s (${perSecond}/s, ${ingested.failed} failed)`,
        "< 120 s",
      ]);
      const search = await timeSearches(client, ingested.storeId, questions, WARM_UP);
      rows.push(["search, one client: p50", ms(search.p50), "< 25 ms"]);
      rows.push(["search, one client: p95", ms(search.p95), ""]);
      const delta = await timeFirstDeltas(client, ingested.storeId, questions, WARM_UP);
      rows.push(["first response.output_text.delta: p50", ms(delta.p50), "< 100 ms"]);
      rows.push(["first response.output_text.delta: p95", ms(delta.p95), ""]);
    } finally {
      await service.stop();
    }
    const writes = await countWrites(
      join(folder, "writes"),
      documents.slice(0, WRITES_DOCUMENTS),
      questions.slice(0, WRITES_QUESTIONS),
    );
    rows.push([`rows written per chunk (${writes.chunks})`, writes.rowsPerChunk.toFixed(2), ""]);
    rows.push(["of them in D1", writes.d1RowsPerChunk.toFixed(2), ""]);
    rows.push(["rows written per answer", writes.rowsPerAnswer.toFixed(1), ""]);
    rows.push(["with store: false", writes.rowsPerUnstoredAnswer.toFixed(1), ""]);
    rows.push(["D1 queries per warm search", writes.d1QueriesPerWarmSearch.toFixed(2), "0"]);
    rows.push(["D1 queries per warm answer", writes.d1QueriesPerWarmAnswer.toFixed(2), "0"]);
    console.log(`\n${table(rows)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
