/**
 * A child process of `npm run bench:builds` with the folder of a build as its working directory. It starts the service
 * and the kernel of that build by that build's own code, so it depends only on exports that have long been stable.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { openAI } from "../../scripts/client/connect.ts";
import { readCollection } from "../../scripts/evaluation/collection.ts";
import type * as Ports from "../../scripts/local/port.ts";
import type * as Services from "../../scripts/local/service.ts";
import { timeIngestion } from "../ingestion.ts";
import type * as Cases from "../workflow/cases.ts";
import type * as Runtimes from "../workflow/runtime.ts";
import type * as Writes from "../writes.ts";
import type { Ask, Reply } from "./build.ts";

const WRITES_DOCUMENTS = 200;
const WRITES_QUESTIONS = 20;

const folder = mkdtempSync(join(tmpdir(), "edgewise-builds-"));
const closing: (() => Promise<void>)[] = [];
const runtime = memoize(async () => {
  const { startRuntime }: typeof Runtimes = await importOwn("bench/workflow/runtime.ts");
  const started = await startRuntime();
  closing.push(() => started.dispose());
  return started;
});

process.on("message", (ask: Ask) => {
  void answer(ask).then(
    (value) => process.send?.({ value } satisfies Reply),
    (error: unknown) => process.send?.({ error: String(error) } satisfies Reply),
  );
});

async function answer(ask: Ask): Promise<unknown> {
  if (ask.what === "serve") return await serve(ask.collection, ask.documents);
  if (ask.what === "rows") return await countRows(ask.collection);
  if (ask.what === "run") return await run(ask.engine, ask.caseName);
  for (const close of closing) await close();
  rmSync(folder, { recursive: true, force: true });
  return null;
}

/** Starts the service and fills a store. */
async function serve(collection: string, documents: number) {
  const { startService }: typeof Services = await importOwn("scripts/local/service.ts");
  const { freePort }: typeof Ports = await importOwn("scripts/local/port.ts");
  const port = await freePort();
  const service = await startService({ folder: join(folder, "speed"), port, output: "file" });
  closing.push(() => service.stop());
  const { apiKey } = service.secrets;
  const chosen = readCollection(collection).documents.slice(0, documents);
  const filled = await timeIngestion(openAI(service.url, apiKey), chosen, "builds");
  return { url: service.url, apiKey, storeId: filled.storeId, seconds: filled.seconds };
}

async function countRows(collection: string) {
  const { countWrites }: typeof Writes = await importOwn("bench/writes.ts");
  const { documents, queries } = readCollection(collection);
  return await countWrites(
    join(folder, "writes"),
    documents.slice(0, WRITES_DOCUMENTS),
    queries.slice(0, WRITES_QUESTIONS).map(({ text }) => text),
  );
}

/** Runs a case of `npm run bench:workflow` once. Returns its time in ms. */
async function run(engine: "kernel" | "kernel-shared", caseName: string): Promise<number> {
  const { CASES }: typeof Cases = await importOwn("bench/workflow/cases.ts");
  const index = CASES.findIndex(({ name }) => name === caseName);
  const started = await runtime();
  const startedAt = performance.now();
  await started.run(engine, index);
  return performance.now() - startedAt;
}

async function importOwn<Module>(path: string): Promise<Module> {
  return await import(pathToFileURL(join(process.cwd(), path)).href);
}

function memoize<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return () => (made ??= make());
}
