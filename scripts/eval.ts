/** `npm run eval -- <folder>`: measures search and answers on a test collection, through the public API. */
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { EXTRACTIVE_MODEL } from "../src/answer/answer-model.ts";
import { answerExtractively } from "../src/answer/extractive/extractive.ts";
import { ANALYZER_VERSIONS } from "../src/retrieval/analysis/analyzer.ts";
import { connect } from "./client/connect.ts";
import { fillStore } from "./client/fill-store.ts";
import { readCollection, type Collection } from "./evaluation/collection.ts";
import { measureAnswers } from "./evaluation/measure-answers.ts";
import {
  hasInjections,
  measureInjections,
  measureProvocations,
  readInjections,
  selectHalf,
} from "./evaluation/measure-injections.ts";
import { measureSearch, measureSearchInConversation } from "./evaluation/measure-search.ts";
import { sample, type RankingMeasures } from "./evaluation/measures.ts";
import { drawReliability } from "./evaluation/reliability/draw-reliability.ts";
import { printInjections, printReport, type Report } from "./evaluation/report.ts";
import { useAnalyzer } from "./evaluation/use-analyzer.ts";
import { readCommandLine, runCommand } from "./local/command-line.ts";
import { EVAL } from "./local/commands.ts";
import { type Given, readNumber, UsageError } from "./local/flags.ts";
import { ProgressBar } from "./terminal/progress-bar.ts";

const PICTURE = {
  title: "Confidence of the built-in model",
  share: "has an answer",
  note: "Measured by npm run eval. docs/evaluation.md has the conditions.",
};
const CLIENTS = 16;
const EVALUATIONS = ".edgewise/eval";
type Options = {
  readonly folder: string;
  readonly questions: number;
  readonly seed: number;
  readonly model: string;
  readonly only: string | undefined;
  readonly analyzer: number;
  readonly json: boolean;
  readonly picture: string | null;
};

await runCommand(async () => {
  const options = readCommandLine(EVAL, readOptions);
  if (hasInjections(options.folder)) evaluateInjections(options);
  else await evaluateCollection(options);
});

function readOptions(given: Given): Options {
  const { values, operands } = given;
  const [folder] = operands;
  const only = values.get("only");
  if (folder === undefined) {
    throw new UsageError("npm run eval needs a folder: `npm run eval -- <folder>`.");
  }
  if (only !== undefined && only !== "search" && only !== "answers") {
    throw new UsageError(`--only takes search or answers, not "${only}".`);
  }
  const counts = [0, Number.MAX_SAFE_INTEGER] as const;
  return {
    folder,
    questions: readNumber(given, "questions", counts) ?? 1_000,
    seed: readNumber(given, "seed", counts) ?? 1,
    model: values.get("model") ?? EXTRACTIVE_MODEL,
    only,
    analyzer: readNumber(given, "analyzer", [1, ANALYZER_VERSIONS.length]) ?? 1,
    json: values.has("json"),
    picture: values.get("picture") ?? null,
  };
}

/** Measures the built-in model by itself: attacks are hidden in documents that are not stored anywhere. */
function evaluateInjections({ folder, json }: Options): void {
  const injections = readInjections(folder);
  const measure = (half: "developed" | "aside") => {
    const selected = selectHalf(injections, half);
    return {
      ...measureInjections(selected, answerExtractively),
      ...measureProvocations(selected, answerExtractively),
    };
  };
  const halves = { "developed with": measure("developed"), "kept aside": measure("aside") };
  if (json) console.log(JSON.stringify(halves, null, 2));
  else printInjections(halves);
}

async function evaluateCollection(options: Options): Promise<void> {
  const report = await evaluate(options);
  if (options.picture !== null && report.answers) {
    writeFileSync(options.picture, drawReliability(report.answers.calibration, PICTURE));
  }
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else printReport(report);
}

async function evaluate(options: Options): Promise<Report> {
  const collection = readCollection(options.folder);
  const { client, close } = await connect(evaluationFolder(collection.name, options.folder));
  try {
    const bar = new ProgressBar("ingest");
    const { storeId, uploaded, failed } = await fillStore(client, collection.documents, {
      storeName: `evaluation ${collection.name} ${fingerprint(options.folder)}`,
      clients: CLIENTS,
      onProgress: ({ uploaded: sent, indexed, total }) => bar.show(sent + indexed, 2 * total),
    });
    bar.end(`${collection.documents.length} documents are in the store, ${uploaded} of them new`);
    for (const { name, reason } of failed.slice(0, 5)) console.error(`${name} failed: ${reason}`);

    await useAnalyzer(client, storeId, options.analyzer);
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
 * Returns the state folder for this collection. Ingested documents are reused while neither the documents nor the code
 * have changed. Removes the state of older code.
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
