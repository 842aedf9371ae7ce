/** `npm run bench:hostile`: how hostile files end, and what other requests wait beside them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type OpenAI, toFile } from "openai";

import { openAI } from "../scripts/client/connect.ts";
import { readCommandLine } from "../scripts/local/command-line.ts";
import { BENCH_HOSTILE } from "../scripts/local/commands.ts";
import { freePort } from "../scripts/local/port.ts";
import { startService } from "../scripts/local/service.ts";
import { ProgressBar } from "../scripts/terminal/progress-bar.ts";
import { table } from "../scripts/terminal/table.ts";
import { HOSTILE_FILES } from "../test/rules/ingest/hostile-files.ts";
import { HOSTILE_PDFS } from "../test/rules/ingest/hostile-pdfs.ts";
import { conditions } from "./conditions.ts";
import { watchHealth } from "./watch-health.ts";

const HEALTH_MS = 10;
const POLL_MS = 100;

const only = readCommandLine(BENCH_HOSTILE, (given) => given.values.get("only") ?? "");
console.log(conditions(["wrangler", "workerd", "openai"], "one file at a time, fresh state"));
try {
  await measureService();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();

async function measureService(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-hostile-"));
  try {
    const service = await startService({ folder, port: await freePort(), output: "file" });
    try {
      const client = openAI(service.url, service.secrets.apiKey);
      const { id } = await client.vectorStores.create({ name: "hostile" });
      const rows = [["file", "bytes", "seconds", "slowest /health", "ending"]];
      const files = listFiles();
      const bar = new ProgressBar("files");
      for (const [name, make] of files) {
        const store = { url: service.url, storeId: id };
        rows.push([name, ...(await measureFile(client, store, name, make()))]);
        bar.show(rows.length - 1, files.length);
      }
      bar.end(`${files.length} files`);
      console.log(`\n${table(rows)}`);
    } finally {
      await service.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function listFiles(): (readonly [name: string, make: () => Uint8Array])[] {
  const pdfs = Object.entries(HOSTILE_PDFS).map(([name, [make]]) => [`${name}.pdf`, make] as const);
  const files = HOSTILE_FILES.map(([name, make]) => [name, make] as const);
  return [...pdfs, ...files].filter(([name]) => name.includes(only));
}

async function measureFile(
  client: OpenAI,
  { url, storeId }: { url: string; storeId: string },
  name: string,
  bytes: Uint8Array,
): Promise<string[]> {
  const file = await client.files.create({
    file: await toFile(bytes, name),
    purpose: "assistants",
  });
  const watch = watchHealth(url, HEALTH_MS);
  const startedAt = performance.now();
  const { status, last_error: error } = await client.vectorStores.files.createAndPoll(
    storeId,
    { file_id: file.id },
    { pollIntervalMs: POLL_MS },
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const slowest = await watch.stop();
  const ending = `${status} ${error?.message ?? ""}`.slice(0, 60);
  return [String(bytes.length), seconds.toFixed(1), `${slowest.toFixed(0)} ms`, ending];
}
