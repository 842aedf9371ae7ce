import type { IngestClaim } from "../knowledge/vector-store-types.ts";
import { isAway, isPassing, mayBeAway, ModelUnavailable } from "../model-unavailable.ts";
import { publicMessage } from "../public-error.ts";
import { CorpusFull, describeFull } from "./corpus-full.ts";
import type { IngestDeps } from "./ingest-deps.ts";
import type { AboutText, AlsoOutcome, IngestReport, IngestTask, StoreRef } from "./ingest-types.ts";
import { prepareFile } from "./prepare-file.ts";
import { retryAlso } from "./retry-also.ts";
import type { LongText, Prepared } from "./sources/prepared.ts";
import { splitBatches } from "./split-batches.ts";
import { StageReports } from "./stage-reports.ts";
import { toClaim } from "./to-claim.ts";
import { writeLongText } from "./write-long-text.ts";
import { type IndexPart, type WriteFailure, writeParts } from "./write-parts.ts";

/** The number of files that were worked on, and of those for which the embedding model was away. */
export type Ingested = { readonly files: number; readonly away: number };

/**
 * Indexes the files of one vector store that queue messages name: extracts the text of each, cuts it into chunks,
 * embeds these, and writes all to the corpus database and the search shards, for both generations of the index if the
 * store has two. Then reports the outcome of each file to
 * the store object under its lease. A failure affects only the files concerned, which are reported to be tried again.
 * Every part may be repeated. Returns the number of files, and of those for which the embedding model was away. Throws
 * only if a call to the store object fails.
 *
 * Small files are processed together and each large file alone, so that memory is bounded by the largest file. Of a file
 * with more chunks than one call takes, only the text and one window of chunks are in memory. Files that may have crashed
 * an earlier process come last, one by one.
 */
export async function ingestFiles(
  deps: IngestDeps,
  store: StoreRef,
  claims: readonly IngestClaim[],
): Promise<Ingested> {
  const away = new Set<IngestTask>();
  const trials = new Map<string, Promise<boolean>>();
  const counting: IngestDeps = {
    ...deps,
    // The files of a batch fail together, and one trial of their model answers for all.
    isModelAway: (model) => {
      const trial = trials.get(model) ?? deps.isModelAway(model);
      trials.set(model, trial);
      return trial;
    },
    onFailure: (task, error) => {
      if (error instanceof ModelUnavailable && isPassing(error.reason)) away.add(task);
      deps.onFailure(task, error);
    },
  };
  const stages = new StageReports((notes) => deps.noteStages(store, notes));
  const work: Work = { deps: counting, store, stages };
  try {
    const tasks = await deps.take(store, claims);
    for (const task of tasks) stages.note(task, "queued");
    for (const batch of splitBatches(tasks.filter(({ mustBeAlone }) => !mustBeAlone))) {
      await ingestBatch(work, batch);
    }
    for (const task of tasks.filter(({ mustBeAlone }) => mustBeAlone)) {
      const alone = await deps.take(store, [toClaim(task)]);
      if (alone.length > 0) await ingestBatch(work, alone);
    }
    return { files: tasks.length, away: away.size };
  } finally {
    stages.close();
  }
}

/** The means by which the files of one store are indexed. */
type Work = {
  readonly deps: IngestDeps;
  readonly store: StoreRef;
  readonly stages: StageReports;
};

/** Indexes files whose texts are in memory together, and reports them: the short ones first, then each long one. */
async function ingestBatch(work: Work, batch: readonly IngestTask[]): Promise<void> {
  const long: LongText[] = [];
  const reports = await indexShort(work, batch, long);
  if (reports.length > 0) await report(work, reports);
  for (const one of long) await report(work, [await indexLong(work, one)]);
}

async function report(
  { deps, store, stages }: Work,
  reports: readonly IngestReport[],
): Promise<void> {
  for (const one of reports) stages.end(one);
  await deps.report(store, reports);
}

/**
 * Indexes the short files of a batch, with one call for those of the same database or search shard, and adds the others
 * to `long`. Returns the outcomes.
 */
async function indexShort(
  { deps, store, stages }: Work,
  batch: readonly IngestTask[],
  long: LongText[],
): Promise<IngestReport[]> {
  const reports: IngestReport[] = [];
  const prepared: Prepared[] = [];
  const prepare = async (task: IngestTask) => {
    try {
      const done = await prepareFile(deps, store, task, (stage) => stages.note(task, stage));
      if ("kind" in done) reports.push(makeReport(task, done));
      else if ("task" in done) long.push(done);
      else prepared.push(done);
    } catch (error) {
      reports.push(await reportRetry(deps, task, error));
    }
  };
  await Promise.all(batch.map(prepare));
  for (const { own } of prepared) stages.note(own.task, "indexing");
  const failures = await writeParts(
    deps,
    store,
    prepared.flatMap(({ own, also }) => (also && "embedded" in also ? [own, also] : [own])),
  );
  for (const { own, also, about } of prepared) {
    const failure = failures.get(own);
    if (failure) reports.push(await reportRetry(deps, own.task, failure.error));
    else {
      const outcome = complete(own, about, also && endAlso(deps, also, failures));
      reports.push(makeReport(own.task, outcome));
    }
  }
  return reports;
}

/** Indexes a long file in its own generation, and then in the other one, whose failure does not fail the file. */
async function indexLong(work: Work, { task, own, also, about }: LongText) {
  const { deps, store, stages } = work;
  stages.note(task, "embedding");
  const write = (one: LongText["own"]) =>
    writeLongText(deps, store, { task, ...one }, () => stages.note(task, "indexing"));
  try {
    const outcome = await write(own);
    if (outcome.kind !== "completed") return makeReport(task, outcome);
    const { generation } = task;
    const written: Completed = { ...outcome, generation };
    return makeReport(
      task,
      withRest(written, about, also && (await writeAlso(work, task, also, write))),
    );
  } catch (error) {
    return await reportRetry(deps, task, error);
  }
}

async function writeAlso(
  { deps }: Work,
  task: IngestTask,
  also: LongText["own"] | AlsoOutcome,
  write: (one: LongText["own"]) => ReturnType<typeof writeLongText>,
): Promise<AlsoOutcome> {
  if (!("chunks" in also)) return also;
  try {
    return { ...(await write(also)), generation: also.target.generation };
  } catch (error) {
    return retryAlso(deps, task, also.target, error);
  }
}

type Completed = Extract<IngestReport["outcome"], { kind: "completed" }>;

const complete = (
  { target: { generation }, embedded: { chunks, usageBytes } }: IndexPart,
  about: AboutText,
  also: AlsoOutcome | null,
): Completed =>
  withRest({ kind: "completed", generation, chunkCount: chunks.length, usageBytes }, about, also);

const withRest = (outcome: Completed, about: AboutText, also: AlsoOutcome | null): Completed => ({
  ...outcome,
  ...(also && { also }),
  ...about,
});

/** Returns the outcome in the other generation, whose failure does not fail the file. */
function endAlso(
  deps: IngestDeps,
  also: IndexPart | AlsoOutcome,
  failures: ReadonlyMap<IndexPart, WriteFailure>,
): AlsoOutcome {
  if (!("embedded" in also)) return also;
  const { task, target, embedded } = also;
  const failure = failures.get(also);
  if (failure) return retryAlso(deps, task, target, failure.error);
  const { chunks, usageBytes } = embedded;
  const { generation } = target;
  return { kind: "completed", generation, chunkCount: chunks.length, usageBytes };
}

function makeReport(task: IngestTask, outcome: IngestReport["outcome"]): IngestReport {
  return { ...toClaim(task), outcome };
}

async function reportRetry(
  deps: IngestDeps,
  task: IngestTask,
  error: unknown,
): Promise<IngestReport> {
  if (error instanceof CorpusFull) return makeReport(task, describeFull(error, task));
  deps.onFailure(task, error);
  const retry = { kind: "retry", message: publicMessage(error) } as const;
  const afterMs = await findOutage(deps, task, error);
  return makeReport(task, afterMs === null ? retry : { ...retry, away: { afterMs } });
}

/**
 * Returns the delay that a provider asks for, in milliseconds, if its model is away for every file; null if the failure
 * has another reason, or the model fails at this file alone.
 */
async function findOutage(
  deps: IngestDeps,
  { embeddingModel }: IngestTask,
  error: unknown,
): Promise<number | null> {
  if (!(error instanceof ModelUnavailable)) return null;
  const isOutage =
    isAway(error.reason) || (mayBeAway(error.reason) && (await deps.isModelAway(embeddingModel)));
  return isOutage ? error.retryAfterMs : null;
}
