/** `npm run eval -- <folder>`: measures search and answers on a test collection, through the public API. */
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { connect } from "./client/connect.ts";
import { fillStore } from "./client/fill-store.ts";
import { readCollection, type Collection } from "./evaluation/collection.ts";
import { measureAnswers } from "./evaluation/measure-answers.ts";
import { measureSearch, measureSearchInConversation } from "./evaluation/measure-search.ts";
import { sample, type RankingMeasures } from "./evaluation/measures.ts";
import { printReport, type Report } from "./evaluation/report.ts";
import { ProgressBar } from "./terminal/progress-bar.ts";

const CLIENTS = 16;
const EVALUATIONS = ".edgewise/eval";
const USAGE = `Usage: npm run eval -- <folder> [--questions N] [--seed N] [--model NAME] [--only search|answers] [--json]
A folder holds corpus.jsonl and queries.jsonl with qrels.tsv, or questions.jsonl, or all of them.
With EDGEWISE_URL and EDGEWISE_API_KEY set that service is measured, else one of its own.`;

type Options = {
  readonly folder: string;
  readonly questions: number;
  readonly seed: number;
  readonly model: string;
  readonly only: string | undefined;
  readonly json: boolean;
};

try {
  const options = readOptions();
  const report = await evaluate(options);
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else printReport(report);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      questions: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      model: { type: "string", default: "extractive-1" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error(USAGE);
  const { questions, seed, model, only, json } = values;
  return { folder, questions: Number(questions), seed: Number(seed), model, only, json };
}

async function evaluate(options: Options): Promise<Report> {
  const collection = readCollection(options.folder);
  const { client, close } = await connect(evaluationFolder(collection.name, options.folder));
  try {
    const bar = new ProgressBar("ingest");
    const { storeId, uploaded, failed } = await fillStore(client, collection.documents, {
      storeName: `evaluation ${collection.name} ${fingerprint(options.folder)}`,
      clients: CLIENTS,
      onProgress: (done, total) => bar.show(done, total),
    });
    bar.end(`${collection.documents.length} documents are in the store, ${uploaded} of them new`);
    for (const { name, reason } of failed.slice(0, 5)) console.error(`${name} failed: ${reason}`);

    const search: Record<string, RankingMeasures> = {};
    if (options.only !== "answers" && collection.queries.length > 0) {
      for (const mode of ["lexical", "dense", "default"] as const) {
        search[mode] = await withBar(mode, (progress) =>
          measureSearch(client, storeId, collection.queries, mode, progress),
        );
      }
      if (collection.queries.some(({ history }) => history.length > 0)) {
        search["in conversation"] = await withBar("in conversation", (progress) =>
          measureSearchInConversation(client, storeId, collection.queries, options.model, progress),
        );
      }
    }
    const questions = sample(collection.questions, options.questions, options.seed);
    const answers =
      options.only === "search" || questions.length === 0
        ? null
        : await withBar("answers", (progress) =>
            measureAnswers(client, storeId, questions, options.model, progress),
          );
    return {
      collection: collection.name,
      documents: collection.documents.length,
      failedDocuments: failed.length,
      queries: collection.queries.length,
      search,
      answers,
    };
  } finally {
    await close();
  }
}

async function withBar<Measured>(
  label: string,
  measure: (progress: (done: number, total: number) => void) => Promise<Measured>,
): Promise<Measured> {
  const bar = new ProgressBar(label);
  const measured = await measure((done, total) => bar.show(done, total));
  bar.end("done");
  return measured;
}

/**
 * Where the service of this collection keeps its state. What was ingested serves again as long as
 * neither the documents nor the code have changed; state of older code is removed.
 */
function evaluationFolder(name: Collection["name"], folder: string): string {
  const code = createHash("sha256");
  for (const file of globSync("{src,durable-objects,migrations}/**/*.{ts,sql}").toSorted()) {
    code.update(file).update(readFileSync(file));
  }
  const current = `${name}-${fingerprint(folder)}-${code.digest("hex").slice(0, 12)}`;
  mkdirSync(EVALUATIONS, { recursive: true });
  for (const entry of readdirSync(EVALUATIONS)) {
    const stale = entry.startsWith(`${name}-${fingerprint(folder)}-`) && entry !== current;
    if (stale) rmSync(join(EVALUATIONS, entry), { recursive: true, force: true });
  }
  return resolve(EVALUATIONS, current);
}

function fingerprint(folder: string): string {
  const corpus = readFileSync(join(folder, "corpus.jsonl"));
  return createHash("sha256").update(corpus).digest("hex").slice(0, 12);
}
