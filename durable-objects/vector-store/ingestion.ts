import type { FileId } from "../../src/ids.ts";
import type { IngestClient } from "../../src/ingest/ingest-client.ts";
import type { IngestReport, IngestTask } from "../../src/ingest/ingest-types.ts";
import type { StepOutcome } from "../../src/kernel/rules/step-handler.ts";
import { chooseShard, estimateChunks } from "../../src/knowledge/choose-shard.ts";
import type { SearchShardNumber } from "../../src/knowledge/shard-numbers.ts";
import type { IngestClaim, StageNote } from "../../src/knowledge/vector-store-types.ts";
import { forgetSent } from "../run/local-leases.ts";
import type { Attachment, VectorStoreFiles } from "./attachments.ts";
import type { FileStages } from "./file-stages.ts";
import { INGEST_WORK_MS } from "./ingest-workflow.ts";
import { moveRecord } from "./move-record.ts";
import type { StoreChange } from "./store-changes.ts";
import type { StoreLedger } from "./store-ledger.ts";
import type { StoreLifecycle } from "./store-lifecycle.ts";
import type { StoreRuns } from "./store-runs.ts";
import type { StoreRow, VectorStoreTables } from "./store-tables.ts";
import { toAttached } from "./view-file.ts";

/** The outcome of a step whose file has another version or status by now. Its run was cancelled or repeats a step. */
const NOT_WANTED: StepOutcome = {
  kind: "failed",
  message: "The file is no longer waiting to be indexed",
};

/** The parts of a vector store object that its ingestion uses. */
type IngestionParts = {
  readonly storage: DurableObjectStorage;
  readonly runs: StoreRuns;
  readonly lifecycle: StoreLifecycle;
  readonly stages: FileStages;
  readonly tables: VectorStoreTables;
  readonly files: VectorStoreFiles;
  readonly ledger: StoreLedger;
  readonly shardChunksMax: number;
};

/** The part of a vector store object that the consumer of the ingest queue calls. */
export class Ingestion implements IngestClient {
  readonly #parts: IngestionParts;

  constructor(parts: IngestionParts) {
    this.#parts = parts;
  }

  /** Returns the indexing tasks for queue messages. Messages whose lease is not valid any more are left out. */
  take(claims: readonly IngestClaim[]): IngestTask[] {
    const { storage, lifecycle } = this.#parts;
    const live = lifecycle.readLive();
    if (!live.ok) return [];
    const { tasks, struckOut } = storage.transactionSync(() =>
      takeFiles(this.#parts, live.value, claims),
    );
    if (struckOut.length > 0) this.report(struckOut);
    return tasks;
  }

  /** Renews the lease of a long file, a part of which is stored. Returns false if it is not valid any more. */
  renew(claim: IngestClaim): boolean {
    const { storage, lifecycle } = this.#parts;
    return lifecycle.readLive().ok && storage.transactionSync(() => renewFile(this.#parts, claim));
  }

  /** Applies the outcomes of indexing that queue consumers report. */
  report(reports: readonly IngestReport[]): void {
    const { lifecycle, runs } = this.#parts;
    if (!lifecycle.readLive().ok) return;
    runs.change((change) => reportFiles(this.#parts, change, reports));
  }

  /** Keeps the stages of files, unless the lease of the report is not valid any more. */
  noteStages(notes: readonly StageNote[]): void {
    const { lifecycle, runs, stages } = this.#parts;
    if (!lifecycle.readLive().ok) return;
    for (const note of notes) if (runs.kernel.holds(note.lease)) stages.note(note);
  }
}

/**
 * Number of times that a file is given to a consumer without a report before it fails: the consumer's process probably
 * ended while reading it. Each further attempt would disturb other work in that process.
 */
const TAKES_MAX = 2;
const ENDED_TWICE: IngestReport["outcome"] = {
  kind: "failed",
  code: "invalid_file",
  message:
    "The file could not be read: the process ended twice while reading it. It probably takes more memory or time " +
    "than there is. Split it into smaller files, or save it in another format.",
};

type Taken = {
  readonly tasks: IngestTask[];
  /** The failures of files that have ended the process of their consumer too often. */
  readonly struckOut: IngestReport[];
};

/**
 * Returns the indexing tasks for queue messages whose lease is valid. A file without a search shard gets the one with
 * the fewest chunks. Each time a consumer takes a file, that is counted before the work begins, so that a file whose
 * indexing ends the process is noticed: if its earlier consumer never reported, the file must be indexed alone, so that
 * the other files of a message batch do not fail with it.
 */
function takeFiles(
  { runs: { kernel }, tables, files, shardChunksMax }: IngestionParts,
  store: StoreRow,
  claims: readonly IngestClaim[],
): Taken {
  const shards = tables.shards().map((shard) => ({ ...shard }));
  const added = new Map<SearchShardNumber, number>();
  const tasks: IngestTask[] = [];
  const struckOut: IngestReport[] = [];
  for (const { fileId, version, lease } of claims) {
    const file = findCurrent(files, fileId, version);
    if (!file) kernel.settle(lease, NOT_WANTED);
    if (!file || !kernel.keep(lease, INGEST_WORK_MS)) continue;
    if (file.takes >= TAKES_MAX) {
      struckOut.push({ fileId, version, lease, outcome: ENDED_TWICE });
      continue;
    }
    const mustBeAlone = file.takes > 0 && claims.length > 1;
    if (!mustBeAlone) file.takes++;
    if (file.shard === null) {
      const { chunking } = toAttached(file);
      file.shard = chooseShard(shards, shardChunksMax);
      file.chunkCount = estimateChunks(file.bytes, chunking);
      const room = shards[file.shard];
      if (room) room.chunkCount += file.chunkCount;
      else shards.push({ number: file.shard, chunkCount: file.chunkCount });
      added.set(file.shard, (added.get(file.shard) ?? 0) + file.chunkCount);
    }
    if (!mustBeAlone) files.place(file);
    const task = makeTask(store, file, file.shard, lease);
    tasks.push(mustBeAlone ? { ...task, mustBeAlone } : task);
  }
  for (const [shard, count] of added) tables.countChunks(shard, count);
  return { tasks, struckOut };
}

/**
 * Renews the lease of a long file, a part of which is stored. Returns false if it is not valid any more. That part shows
 * that reading the file does not end the process, so earlier takes do not count.
 */
function renewFile(
  { runs: { kernel }, files }: IngestionParts,
  { fileId, version, lease }: IngestClaim,
): boolean {
  const file = findCurrent(files, fileId, version);
  if (!file || !kernel.keep(lease, INGEST_WORK_MS)) return false;
  if (file.takes > 1) {
    file.takes = 1;
    files.place(file);
  }
  return true;
}

/**
 * Applies the outcomes of indexing that queue consumers report. A report changes no file if its lease is not valid any
 * more, or if the file has another version or is not in progress any more.
 */
function reportFiles(
  { runs: { kernel }, files, ledger, stages }: IngestionParts,
  change: StoreChange,
  reports: readonly IngestReport[],
): void {
  for (const { fileId, version, lease, outcome } of reports) {
    forgetSent(lease);
    stages.forget(fileId);
    const file = findCurrent(files, fileId, version);
    if (!file) continue;
    if (outcome.kind === "retry") {
      forgetTakes(files, file);
      const { message, away } = outcome;
      kernel.settle(
        lease,
        away ? { kind: "released", message, afterMs: away.afterMs } : { kind: "retry", message },
      );
      continue;
    }
    if (!kernel.holds(lease)) {
      forgetTakes(files, file);
      continue;
    }
    if (outcome.kind === "moved") {
      moveRecord({ files, ledger }, change, file, outcome.corpusShard);
      continue;
    }
    // The file first: the step may be the last of its run, and a run that ends reads the status of its file.
    if (outcome.kind === "failed") ledger.fail(change, file, outcome);
    else ledger.complete(change, file, outcome);
    kernel.settle(lease, { kind: "completed", output: makeOutput(outcome) });
  }
}

/** Any report shows that the process outlived the file, also one that comes too late to count. */
function forgetTakes(files: VectorStoreFiles, file: Attachment): void {
  if (file.takes === 0) return;
  file.takes = 0;
  files.place(file);
}

/** The step's output, for the steps after it in a project's own workflow. */
const makeOutput = (outcome: Exclude<IngestReport["outcome"], { kind: "retry" | "moved" }>) =>
  outcome.kind === "failed"
    ? { status: "failed", code: outcome.code, message: outcome.message }
    : { status: "completed", chunks: outcome.chunkCount };

function findCurrent(files: VectorStoreFiles, fileId: FileId, version: number): Attachment | null {
  const file = files.find(fileId);
  return file?.version === version && file.status === "in_progress" ? file : null;
}

function makeTask(
  store: StoreRow,
  file: Attachment,
  shard: SearchShardNumber,
  lease: string,
): IngestTask {
  const { fileId, version, filename, bytes, corpusShard } = file;
  const { attributes, chunking } = toAttached(file);
  const { generation, embeddingModel } = store;
  return {
    fileId,
    version,
    lease,
    filename,
    bytes,
    attributes,
    chunking,
    generation,
    embeddingModel,
    shard,
    corpusShard,
  };
}
