import type { FileWarning } from "../knowledge/file-warnings.ts";
import type { CorpusShardNumber, SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { IngestClaim, StageNote } from "../knowledge/vector-store-types.ts";
import { isAway, isPassing, mayBeAway, ModelUnavailable } from "../model-unavailable.ts";
import { publicMessage } from "../public-error.ts";
import type { IndexedDocument } from "../retrieval/segment/make-batch.ts";
import { CorpusFull, describeFull } from "./corpus-full.ts";
import type { CorpusDocument, CorpusIndex } from "./corpus-types.ts";
import type { IngestReport, IngestTask, StoreRef } from "./ingest-types.ts";
import { type PartWrites, writeLongFile } from "./long-file.ts";
import type { EmbedPassages } from "./passages.ts";
import { type LongText, prepareFile, type PrepareDeps, type Prepared } from "./prepare-file.ts";
import { splitBatches } from "./split-batches.ts";
import { StageReports } from "./stage-reports.ts";

/** The dependencies of `ingestFiles`: the store object, file storage, parsers, embedding and the two indexes. */
export type IngestDeps = PrepareDeps & {
  /**
   * Asks the vector store object for the tasks that queue messages refer to. Returns the tasks whose lease is still
   * valid.
   */
  take(store: StoreRef, claims: readonly IngestClaim[]): Promise<IngestTask[]>;
  /** Renews the lease of a long file after a part of it was stored. Returns false if it is not valid any more. */
  renew(store: StoreRef, claim: IngestClaim): Promise<boolean>;
  report(store: StoreRef, reports: readonly IngestReport[]): Promise<void>;
  /** Tells the vector store object the stages of files. Must not throw: nothing depends on it. */
  noteStages(store: StoreRef, notes: readonly StageNote[]): Promise<void>;
  /**
   * Tries an embedding model with a short text, after a failure that may be due to the text of a file. Returns true if
   * the model is away for this text, too.
   */
  isModelAway(model: string): Promise<boolean>;
  /** Throws `CorpusFull` if the database has no room. */
  writeCorpus(
    corpusShard: CorpusShardNumber,
    index: CorpusIndex,
    documents: readonly CorpusDocument[],
  ): Promise<void>;
  writeShard(
    store: StoreRef,
    generation: number,
    shard: SearchShardNumber,
    documents: readonly IndexedDocument[],
  ): Promise<void>;
  /** Opens a search shard of a store for a file that is written in parts. */
  openShard(store: StoreRef, generation: number, shard: SearchShardNumber): PartWrites;
  /** Logs a failure that is not the file's fault, after which the task is retried. */
  onFailure(task: IngestTask, error: unknown): void;
};

/** The number of files that were worked on, and of those for which the embedding model was away. */
export type Ingested = { readonly files: number; readonly away: number };

/**
 * Indexes the files of one vector store that queue messages name: extracts the text of each, cuts it into chunks,
 * embeds these, and writes all to the corpus database and the search shards. Then reports the outcome of each file to
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
    for (const { fileId, version, lease } of tasks.filter(({ mustBeAlone }) => mustBeAlone)) {
      const alone = await deps.take(store, [{ fileId, version, lease }]);
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
  for (const one of long) await report(work, [await writeLong(work, one)]);
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
      else if ("text" in done) long.push(done);
      else prepared.push(done);
    } catch (error) {
      reports.push(await reportRetry(deps, task, error));
    }
  };
  await Promise.all(batch.map(prepare));
  for (const { task } of prepared) stages.note(task, "indexing");

  const failed = new Set<IngestTask>();
  const writeGroup = async (group: readonly Prepared[], write: () => Promise<void>) => {
    try {
      await write();
    } catch (error) {
      for (const { task } of group) {
        failed.add(task);
        reports.push(await reportRetry(deps, task, error));
      }
    }
  };
  // The corpus database comes first: an index may lag behind it, never the reverse.
  await Promise.all(
    groupBy(prepared, ({ task }) => `${task.generation}:${task.corpusShard}`).map(
      ({ first, group }) =>
        writeGroup(group, () =>
          deps.writeCorpus(first.corpusShard, toCorpusIndex(store, first), group.map(toCorpus)),
        ),
    ),
  );
  const recorded = prepared.filter(({ task }) => !failed.has(task));
  await Promise.all(
    groupBy(recorded, callOf).map(({ first, group }) =>
      writeGroup(group, () =>
        deps.writeShard(store, first.generation, first.shard, group.map(toShard)),
      ),
    ),
  );
  return [...reports, ...recorded.filter(({ task }) => !failed.has(task)).map(reportCompleted)];
}

/** Vectors of several lengths, of before and after a model was replaced, are not sent together. */
const callOf = ({ task: { generation, shard }, embedded: { chunks } }: Prepared): string =>
  `${generation}:${shard}:${chunks[0]?.vector.length ?? 0}`;

async function writeLong(
  { deps, store, stages }: Work,
  { task, warnings, text }: LongText,
): Promise<IngestReport> {
  const { fileId, version, lease, generation } = task;
  const parts = {
    embedPassages: (...passages: Parameters<EmbedPassages>) =>
      deps.embedPassages(store.scope, ...passages),
    shard: deps.openShard(store, generation, task.shard),
    writeCorpus: (document: CorpusDocument) => {
      stages.note(task, "indexing");
      return deps.writeCorpus(task.corpusShard, toCorpusIndex(store, task), [document]);
    },
    renew: () => deps.renew(store, { fileId, version, lease }),
  };
  stages.note(task, "embedding");
  try {
    const outcome = await writeLongFile(parts, task, text);
    return makeReport(
      task,
      outcome.kind === "completed" ? withWarnings(outcome, warnings) : outcome,
    );
  } catch (error) {
    return await reportRetry(deps, task, error);
  }
}

function reportCompleted({ task, embedded, warnings }: Prepared): IngestReport {
  const { chunks, usageBytes } = embedded;
  const outcome = { kind: "completed", chunkCount: chunks.length, usageBytes } as const;
  return makeReport(task, withWarnings(outcome, warnings));
}

type Completed = Extract<IngestReport["outcome"], { kind: "completed" }>;

const withWarnings = (outcome: Completed, warnings: readonly FileWarning[]): Completed =>
  warnings.length > 0 ? { ...outcome, warnings } : outcome;

function toCorpus({ task, embedded: { chunks } }: Prepared): CorpusDocument {
  const { fileId, version, filename } = task;
  return { fileId, version, filename, chunkCount: chunks.length, chunks };
}

function toShard({ task, embedded: { chunks } }: Prepared): IndexedDocument {
  const { fileId, version, filename, attributes } = task;
  return { fileId, version, filename, attributes, chunks };
}

function toCorpusIndex({ scope, storeId }: StoreRef, { generation }: IngestTask): CorpusIndex {
  return { projectId: scope.projectId, storeId, generation };
}

function groupBy(prepared: readonly Prepared[], key: (one: Prepared) => string) {
  return [...Map.groupBy(prepared, key).values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ first: first.task, group }] : [];
  });
}

function makeReport(task: IngestTask, outcome: IngestReport["outcome"]): IngestReport {
  const { fileId, version, lease } = task;
  return { fileId, version, lease, outcome };
}

async function reportRetry(
  deps: IngestDeps,
  task: IngestTask,
  error: unknown,
): Promise<IngestReport> {
  if (error instanceof CorpusFull) return makeReport(task, describeFull(error));
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
