import type { FileId, VectorStoreId } from "../ids.ts";
import type { FileWarning } from "../knowledge/file-warnings.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { CorpusShardNumber, SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { IngestClaim, StageNote } from "../knowledge/vector-store-types.ts";
import { isAway, isPassing, mayBeAway, ModelUnavailable } from "../model-unavailable.ts";
import { publicMessage } from "../public-error.ts";
import type { Result } from "../result.ts";
import type { IndexedDocument } from "../retrieval/segment/make-batch.ts";
import { CorpusFull, describeFull } from "./corpus-full.ts";
import type { CorpusDocument, CorpusIndex } from "./corpus-types.ts";
import { DOCUMENT_BYTES_MAX, TOO_LARGE } from "./extract-limits.ts";
import type { SourceFile } from "./extract-text.ts";
import type { Extracted, ExtractRefusal, IngestReport, IngestTask } from "./ingest-types.ts";
import { CALL_BYTES_MAX, cutPassages, type Passages, type EmbedPassages } from "./passages.ts";
import { splitBatches } from "./split-batches.ts";
import { StageReports } from "./stage-reports.ts";

/** The project, region and id by which the consumer of the ingest queue calls a vector store object. */
export type StoreRef = { readonly scope: Scope; readonly storeId: VectorStoreId };

/** The dependencies of `ingestFiles`: the store object, file storage, parsers, embedding and the two indexes. */
export type IngestDeps = {
  /**
   * Asks the vector store object for the tasks that queue messages refer to. Returns the tasks whose lease is still
   * valid.
   */
  take(store: StoreRef, claims: readonly IngestClaim[]): Promise<IngestTask[]>;
  report(store: StoreRef, reports: readonly IngestReport[]): Promise<void>;
  /** Tells the vector store object the stages of files. Must not throw: nothing depends on it. */
  noteStages(store: StoreRef, notes: readonly StageNote[]): Promise<void>;
  /** Reads the bytes of a file, with the content type that its upload declared; null if it was deleted. */
  readFile(
    scope: Scope,
    file: Pick<IngestTask, "fileId" | "bytes">,
  ): Promise<{ readonly bytes: Uint8Array; readonly contentType?: string } | null>;
  extractText(file: SourceFile): Promise<Result<Extracted, ExtractRefusal>>;
  /**
   * Stores the extracted text of a file, to which the positions in citations refer. If the file is deleted during the
   * call, no text may remain.
   */
  storeText(scope: Scope, fileId: FileId, text: string): Promise<void>;
  /** Embeds passages of a project. */
  embedPassages(scope: Scope, ...passages: Parameters<EmbedPassages>): ReturnType<EmbedPassages>;
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
 * Small files are processed together and each large file alone, so that memory is bounded by the largest file. Files
 * that may have crashed an earlier process come last, one by one.
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

/** Indexes files together, and reports the outcome of each. */
async function ingestBatch(work: Work, batch: readonly IngestTask[]): Promise<void> {
  const reports = await indexBatch(work, batch);
  for (const task of batch) work.stages.end(task);
  await work.deps.report(work.store, reports);
}

async function indexBatch(work: Work, batch: readonly IngestTask[]): Promise<IngestReport[]> {
  const { deps, store, stages } = work;
  const reports: IngestReport[] = [];
  const prepared: Prepared[] = [];
  const prepare = async (task: IngestTask) => {
    const done = await prepareFile(work, task);
    if ("outcome" in done) reports.push(done);
    else prepared.push(done);
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
  // Vectors of several lengths, of before and after a model was replaced, are not sent together.
  const target = ({ task: { generation, shard }, passages: { chunks } }: Prepared) =>
    `${generation}:${shard}:${chunks[0]?.vector.length ?? 0}`;
  const calls = groupBy(recorded, target).flatMap(({ first, group }) =>
    splitCalls(group).map((part) => ({ first, part })),
  );
  await Promise.all(
    calls.map(({ first, part }) =>
      writeGroup(part, () =>
        deps.writeShard(store, first.generation, first.shard, part.map(toShard)),
      ),
    ),
  );
  return [...reports, ...recorded.filter(({ task }) => !failed.has(task)).map(reportCompleted)];
}

function reportCompleted({ task, passages, warnings }: Prepared): IngestReport {
  const { chunks, usageBytes } = passages;
  return makeReport(task, {
    kind: "completed",
    chunkCount: chunks.length,
    usageBytes,
    ...(warnings.length > 0 && { warnings }),
  });
}

type Prepared = {
  readonly task: IngestTask;
  readonly passages: Passages;
  readonly warnings: readonly FileWarning[];
};

async function prepareFile(
  { deps, store, stages }: Work,
  task: IngestTask,
): Promise<Prepared | IngestReport> {
  const { filename, fileId } = task;
  const embed: EmbedPassages = (model, passages) => {
    stages.note(task, "embedding");
    return deps.embedPassages(store.scope, model, passages);
  };
  if (task.bytes > DOCUMENT_BYTES_MAX) return makeReport(task, { kind: "failed", ...TOO_LARGE });
  try {
    stages.note(task, "parsing");
    const file = await deps.readFile(store.scope, task);
    if (!file) return reportDeleted(task);
    const extracted = await deps.extractText({ ...file, filename });
    if (!extracted.ok) return makeReport(task, { kind: "failed", ...extracted.error });
    stages.note(task, "chunking");
    const passages = await cutPassages(embed, store.storeId, task, extracted.value);
    if (!passages.ok) return makeReport(task, { kind: "failed", ...passages.error });
    await deps.storeText(store.scope, fileId, extracted.value.text);
    const { warnings = [] } = extracted.value;
    return { task, passages: passages.value, warnings };
  } catch (error) {
    return await reportRetry(deps, task, error);
  }
}

function toCorpus({ task, passages }: Prepared): CorpusDocument {
  const { fileId, version, filename } = task;
  return { fileId, version, filename, chunks: passages.chunks };
}

function toShard({ task, passages }: Prepared): IndexedDocument {
  const { fileId, version, filename, attributes } = task;
  return { fileId, version, filename, attributes, chunks: passages.chunks };
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

/** Splits documents of one shard into calls of at most `CALL_BYTES_MAX`. */
function splitCalls(group: readonly Prepared[]): Prepared[][] {
  const calls: Prepared[][] = [];
  let left = 0;
  for (const one of group) {
    const { callBytes } = one.passages;
    if (callBytes > left) {
      calls.push([]);
      left = CALL_BYTES_MAX;
    }
    calls.at(-1)?.push(one);
    left -= callBytes;
  }
  return calls;
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

function reportDeleted(task: IngestTask): IngestReport {
  const message = "The file was deleted before it was read.";
  return makeReport(task, { kind: "failed", code: "invalid_file", message });
}
