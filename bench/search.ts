/**
 * `npm run bench:search`: measures hybrid searches inside a search shard, in both tiers and beside plain loops over all
 * chunks, question by question in turn. With `--vectors`, searches by vector alone in plain JavaScript and both tiers.
 * With `--terms`, how long it takes to expand terms of questions, misspelled ones and prefixes.
 * With `--pauses`, how long each call and each slice of upkeep holds the object of a shard.
 */
import { BENCH_SEARCH } from "../scripts/local/bench-commands.ts";
import { readCommandLine, startTask } from "../scripts/local/command-line.ts";
import { type Given, readNumber } from "../scripts/local/flags.ts";
import { ProgressBar } from "../scripts/terminal/progress-bar.ts";
import { table } from "../scripts/terminal/table.ts";
import { conditions } from "./conditions.ts";
import { measureExpansions } from "./search/measure-expansions.ts";
import { measurePauses } from "./search/measure-pauses.ts";
import { type Engine, measureShards, type ShardResult } from "./search/measure-shards.ts";
import { measureVectors, type SizeResult } from "./search/measure-vectors.ts";

const SIZES = [5_000, 20_000, 50_000, 200_000];
/** The largest size that fits the exact tier. */
const EXACT_MAX = 50_000;

const SHARD_COLUMNS = [
  "engine",
  "p50 ms",
  "p95 ms",
  "CPU ms",
  "start ms",
  "+MB",
  "chunks/s",
  "postings",
  "same",
];

const options = readCommandLine(BENCH_SEARCH, (given) => ({
  isMillion: given.values.has("million"),
  isVectors: given.values.has("vectors"),
  isPauses: given.values.has("pauses"),
  isTerms: given.values.has("terms"),
  sizes: readSizes(given),
  questions: readNumber(given, "questions", [1, 1_000]) ?? 40,
}));

console.log(conditions(["miniflare"], `${options.questions} questions a size, the ten best.`));
if (options.isPauses) await showPauses();
else if (options.isTerms) await showExpansions();
else if (options.isMillion || options.isVectors) await compareVectors();
else await compareShards();

function readSizes(given: Given): readonly number[] {
  const size = readNumber(given, "size", [5_000, 200_000]);
  return size === null ? SIZES : [size];
}

/** Prints a table of each size as soon as it is measured: the largest takes long. */
async function compareShards(): Promise<void> {
  for (const count of options.sizes) {
    const name = `${count.toLocaleString("en")} chunks`;
    const task = startTask(name);
    const engines: Engine[] =
      count > EXACT_MAX ? ["oracle", "coded"] : ["oracle", "exact", "coded"];
    const results = await measureShards(count, options.questions, engines);
    task.done(name);
    console.log(table([SHARD_COLUMNS, ...results.map(shardRow)]));
  }
}

async function showPauses(): Promise<void> {
  const count = options.sizes.at(-1) ?? 0;
  const name = `${count.toLocaleString("en")} chunks written, merged and searched`;
  const bar = new ProgressBar("chunks");
  const histogram = await measurePauses(count, (written) => bar.show(written, count));
  bar.end(name);
  console.log(histogram);
}

/** Prints the times of expanding terms, in the size up to which a shard is usually filled. */
async function showExpansions(): Promise<void> {
  const count = options.sizes.length === 1 ? (options.sizes[0] ?? EXACT_MAX) : EXACT_MAX;
  const name = `${count.toLocaleString("en")} chunks`;
  const bar = new ProgressBar("chunks");
  const results = await measureExpansions(count, options.questions, (written) =>
    bar.show(written, count),
  );
  bar.end(name);
  console.log(
    table([
      [
        "terms",
        "p50 ms",
        "p95 ms",
        "CPU ms",
        "cached: p50",
        "p95",
        "segments",
        "blocks",
        "found",
        "cut",
      ],
      ...results.map((result) => [
        result.name,
        result.cold.p50.toFixed(2),
        result.cold.p95.toFixed(2),
        result.cpuMs.toFixed(2),
        result.cached.p50.toFixed(3),
        result.cached.p95.toFixed(3),
        result.segments.toFixed(0),
        result.blocks.toFixed(1),
        result.terms.toFixed(1),
        `${result.cut}/${options.questions}`,
      ]),
    ]),
  );
}

function shardRow(result: ShardResult): string[] {
  return [
    result.engine,
    result.p50.toFixed(2),
    result.p95.toFixed(2),
    result.cpuMs.toFixed(2),
    show(result.startMs, 0),
    show(result.memory, 0),
    result.engine === "oracle" ? "" : show(result.chunksPerSecond, 0),
    show(result.postings, 0),
    `${result.same}/${options.questions}`,
  ];
}

function show(value: number, digits: number): string {
  return Number.isNaN(value) ? "" : value.toFixed(digits);
}

async function compareVectors(): Promise<void> {
  const results: SizeResult[] = [];
  for (const count of options.isMillion ? [1_000_000] : SIZES) {
    const task = startTask(`${count.toLocaleString("en")} vectors`);
    results.push(
      ...(await measureVectors({
        count,
        dimensions: options.isMillion ? 384 : 512,
        questions: options.questions,
        tiers: options.isMillion ? ["coded"] : ["plain", "exact", "coded"],
      })),
    );
    task.done(`${count.toLocaleString("en")} vectors`);
  }
  console.log(
    table([
      ["vectors", "tier", "p50 ms", "p95 ms", "recall@10", "same", "rows read", "start ms", "MB"],
      ...results.map((result) => [
        result.count.toLocaleString("en"),
        result.tier,
        result.p50.toFixed(2),
        result.p95.toFixed(2),
        result.recall.toFixed(4),
        `${result.same}/${options.questions}`,
        result.rowsRead.toFixed(0),
        result.startMs.toFixed(0),
        (result.bytes / 1e6).toFixed(1),
      ]),
    ]),
  );
}
