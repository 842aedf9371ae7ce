import type { FileId, VectorStoreId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { CorpusShardNumber, SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { IngestClaim } from "../knowledge/vector-store-types.ts";
import type { Result } from "../result.ts";
import type { ShardDocument } from "../retrieval/search-types.ts";
import type { CorpusDocument, CorpusIndex } from "./corpus-types.ts";
import { DOCUMENT_BYTES_MAX, TOO_LARGE } from "./extract-limits.ts";
import type { SourceFile } from "./extract-text.ts";
import type { Extracted, ExtractRefusal, IngestReport, IngestTask } from "./ingest-types.ts";
import { CALL_BYTES_MAX, passagesOf, type Passages, type VectorsOf } from "./passages.ts";

/** A store's object, as an ingest consumer sees it. */
export type StoreRef = { readonly scope: Scope; readonly storeId: VectorStoreId };

export type IngestDeps = {
  /** Which of the leases are still current, and what there is to do under them. */
  take(store: StoreRef, claims: readonly IngestClaim[]): Promise<IngestTask[]>;
  report(store: StoreRef, reports: readonly IngestReport[]): Promise<void>;
  /** Null when the file is gone. */
  readFile(scope: Scope, fileId: FileId): Promise<Uint8Array | null>;
  extractText(file: SourceFile): Promise<Result<Extracted, ExtractRefusal>>;
  /** Keeps the text that spans refer to. Must leave nothing when the file was deleted meanwhile. */
  storeText(scope: Scope, fileId: FileId, text: string): Promise<void>;
  vectorsOf: VectorsOf;
  writeCorpus(
    corpusShard: CorpusShardNumber,
    index: CorpusIndex,
    documents: readonly CorpusDocument[],
  ): Promise<void>;
  writeShard(
    store: StoreRef,
    generation: number,
    shard: SearchShardNumber,
    documents: readonly ShardDocument[],
  ): Promise<void>;
  /** Told of every failure of the platform, for the log. */
  onFailure(task: IngestTask, error: unknown): void;
};

/** Files that are worked on together have at most this many bytes: their text and vectors are in memory at once. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Ingests the files that messages of one store woke us for: text, chunks and vectors of each, then the record and the
 * search shards in bulk, then a report under their leases. Whatever fails concerns the files it was done for, which
 * are reported to be tried again; everything may be done twice. Only asking the store object can throw.
 *
 * Small files go together; a large one goes alone, so that memory is bounded by one of them.
 */
export async function ingestFiles(
  deps: IngestDeps,
  store: StoreRef,
  claims: readonly IngestClaim[],
): Promise<void> {
  const tasks = await deps.take(store, claims);
  for (const batch of batchesOf(tasks)) {
    await deps.report(store, await ingestBatch(deps, store, batch));
  }
}

/** Small files first, so that none waits for a large one. */
function batchesOf(tasks: readonly IngestTask[]): IngestTask[][] {
  const batches: IngestTask[][] = [];
  let left = 0;
  for (const task of tasks.toSorted((a, b) => a.bytes - b.bytes)) {
    if (task.bytes > left || batches.length === 0) {
      batches.push([]);
      left = BATCH_BYTES_MAX;
    }
    batches.at(-1)?.push(task);
    left -= task.bytes;
  }
  return batches;
}

async function ingestBatch(
  deps: IngestDeps,
  store: StoreRef,
  batch: readonly IngestTask[],
): Promise<IngestReport[]> {
  const reports: IngestReport[] = [];
  const prepared: Prepared[] = [];
  const prepare = async (task: IngestTask) => {
    const done = await prepareFile(deps, store, task);
    if ("outcome" in done) reports.push(done);
    else prepared.push(done);
  };
  await Promise.all(batch.map(prepare));

  const failed = new Set<IngestTask>();
  const write = async (group: readonly Prepared[], writing: () => Promise<void>) => {
    try {
      await writing();
    } catch (error) {
      for (const { task } of group) {
        failed.add(task);
        reports.push(tryAgain(deps, task, error));
      }
    }
  };
  // The record comes first: an index may lag behind it, never the other way round.
  await Promise.all(
    groupsOf(prepared, ({ task }) => `${task.generation}:${task.corpusShard}`).map(
      ({ first, group }) =>
        write(group, () =>
          deps.writeCorpus(first.corpusShard, indexOf(store, first), group.map(toCorpus)),
        ),
    ),
  );
  const recorded = prepared.filter(({ task }) => !failed.has(task));
  const calls = groupsOf(recorded, ({ task }) => `${task.generation}:${task.shard}`).flatMap(
    ({ first, group }) => splitCalls(group).map((part) => ({ first, part })),
  );
  await Promise.all(
    calls.map(({ first, part }) =>
      write(part, () => deps.writeShard(store, first.generation, first.shard, part.map(toShard))),
    ),
  );
  for (const { task, passages } of recorded) {
    if (failed.has(task)) continue;
    const { chunks, usageBytes } = passages;
    reports.push(reportOf(task, { kind: "completed", chunkCount: chunks.length, usageBytes }));
  }
  return reports;
}

type Prepared = { readonly task: IngestTask; readonly passages: Passages };

async function prepareFile(
  deps: IngestDeps,
  store: StoreRef,
  task: IngestTask,
): Promise<Prepared | IngestReport> {
  const { filename, fileId } = task;
  if (task.bytes > DOCUMENT_BYTES_MAX) return reportOf(task, { kind: "failed", ...TOO_LARGE });
  try {
    const bytes = await deps.readFile(store.scope, fileId);
    if (!bytes) return gone(task);
    const extracted = await deps.extractText({ bytes, filename });
    if (!extracted.ok) return reportOf(task, { kind: "failed", ...extracted.error });
    const passages = await passagesOf(deps.vectorsOf, store.storeId, task, extracted.value);
    if (!passages.ok) return reportOf(task, { kind: "failed", ...passages.error });
    await deps.storeText(store.scope, fileId, extracted.value.text);
    return { task, passages: passages.value };
  } catch (error) {
    return tryAgain(deps, task, error);
  }
}

function toCorpus({ task, passages }: Prepared): CorpusDocument {
  const { fileId, version, filename } = task;
  return { fileId, version, filename, chunks: passages.chunks };
}

function toShard({ task, passages }: Prepared): ShardDocument {
  const { fileId, version, filename, attributes } = task;
  return { fileId, version, filename, attributes, chunks: passages.chunks };
}

function indexOf({ scope, storeId }: StoreRef, { generation }: IngestTask): CorpusIndex {
  return { projectId: scope.projectId, storeId, generation };
}

function groupsOf(prepared: readonly Prepared[], key: (one: Prepared) => string) {
  return [...Map.groupBy(prepared, key).values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ first: first.task, group }] : [];
  });
}

/** Documents of one shard, by calls that are small enough. */
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

function reportOf(task: IngestTask, outcome: IngestReport["outcome"]): IngestReport {
  const { fileId, version, lease } = task;
  return { fileId, version, lease, outcome };
}

function tryAgain(deps: IngestDeps, task: IngestTask, error: unknown): IngestReport {
  deps.onFailure(task, error);
  const message = error instanceof Error ? error.message : String(error);
  return reportOf(task, { kind: "retry", message });
}

function gone(task: IngestTask): IngestReport {
  const message = "The file was deleted before it was read.";
  return reportOf(task, { kind: "failed", code: "invalid_file", message });
}
