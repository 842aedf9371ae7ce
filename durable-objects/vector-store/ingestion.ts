import { parseJson } from "../../src/columns.ts";
import type { IngestClient } from "../../src/ingest/ingest-client.ts";
import type { AlsoOutcome, IngestReport, IngestTask } from "../../src/ingest/ingest-types.ts";
import { sortOutcome } from "../../src/ingest/sort-outcome.ts";
import type { StepOutcome } from "../../src/kernel/rules/step-handler.ts";
import type { IngestClaim, StageNote } from "../../src/knowledge/vector-store-types.ts";
import { forgetSent } from "../run/local-leases.ts";
import type { FileStages } from "./file-stages.ts";
import { type Generations, makeCopyTask, makeTask } from "./index/make-task.ts";
import { ShardRoom } from "./index/shard-room.ts";
import type { CopyOutcome } from "./ledger/copy-ledger.ts";
import { INGEST_WORK_MS } from "./ledger/ingest-workflow.ts";
import { moveRecord } from "./ledger/move-record.ts";
import type { StoreChange } from "./ledger/store-changes.ts";
import type { StoreLedger } from "./ledger/store-ledger.ts";
import type { ReindexTable } from "./reindex/reindex-table.ts";
import type { StoreLifecycle } from "./store-lifecycle.ts";
import type { StoreRuns } from "./store-runs.ts";
import type { Attachment } from "./tables/attachment-row.ts";
import type { VectorStoreFiles } from "./tables/attachments.ts";
import {
  readServingSettings,
  type StoreRow,
  type VectorStoreTables,
} from "./tables/store-tables.ts";

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
  readonly reindexes: ReindexTable;
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
    const live = lifecycle.readLive();
    return live.ok && storage.transactionSync(() => renewFile(this.#parts, live.value, claim));
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

type Failed = Extract<IngestReport["outcome"], { kind: "failed" }>;

/**
 * Number of times that a file is given to a consumer without a report before it fails: the consumer's process probably
 * ended while reading it. Each further attempt would disturb other work in that process.
 */
const TAKES_MAX = 2;
const ENDED_TWICE: Failed = {
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
function takeFiles(parts: IngestionParts, store: StoreRow, claims: readonly IngestClaim[]): Taken {
  const { files } = parts;
  const { kernel } = parts.runs;
  const generations = readGenerations(parts, store);
  const tasks: IngestTask[] = [];
  const struckOut: IngestReport[] = [];
  for (const claim of claims) {
    const { lease } = claim;
    const file = findClaimed(files, store, claim);
    if (!file) kernel.settle(lease, NOT_WANTED);
    if (!file || !kernel.keep(lease, INGEST_WORK_MS)) continue;
    if (file.takes >= TAKES_MAX) {
      struckOut.push({ ...claim, outcome: ENDED_TWICE });
      continue;
    }
    const mustBeAlone = file.takes > 0 && claims.length > 1;
    if (!mustBeAlone) file.takes++;
    const task = makeClaimed(generations, file, claim);
    if (!mustBeAlone) files.place(file);
    tasks.push(mustBeAlone ? { ...task, mustBeAlone } : task);
  }
  generations.serving.room.save();
  generations.other?.room.save();
  return { tasks, struckOut };
}

/** The claim of a file to copy is only found while the store has the generation that the claim names. */
const makeClaimed = (
  generations: Generations,
  file: Attachment,
  { lease, generation }: IngestClaim,
): IngestTask =>
  generation === undefined || generations.other === null
    ? makeTask(generations, file, lease)
    : makeCopyTask(generations.serving, generations.other, file, lease);

function readGenerations(
  { tables, reindexes, shardChunksMax }: IngestionParts,
  store: StoreRow,
): Generations {
  const { generation, otherGeneration } = store;
  const roomOf = (number: number) => new ShardRoom(tables, number, shardChunksMax);
  const serving = { settings: readServingSettings(store), room: roomOf(generation) };
  const reindex = otherGeneration === null ? null : reindexes.read();
  if (otherGeneration === null || reindex === null) return { serving, other: null };
  const { toGeneration, toSettings, fromSettings } = reindex;
  const settings = parseJson(otherGeneration === toGeneration ? toSettings : fromSettings);
  return { serving, other: { settings, room: roomOf(otherGeneration) } };
}

/**
 * Renews the lease of a long file, a part of which is stored. Returns false if it is not valid any more. That part shows
 * that reading the file does not end the process, so earlier takes do not count.
 */
function renewFile(
  { runs: { kernel }, files }: IngestionParts,
  store: StoreRow,
  claim: IngestClaim,
): boolean {
  const file = findClaimed(files, store, claim);
  if (!file || !kernel.keep(claim.lease, INGEST_WORK_MS)) return false;
  if (file.takes > 1) {
    file.takes = 1;
    files.place(file);
  }
  return true;
}

/**
 * Applies the outcomes of indexing that queue consumers report. A report changes no file if its lease is not valid any
 * more, or if the file has another version or is not waiting for it any more.
 */
function reportFiles(
  { runs: { kernel }, files, ledger, reindexes, stages }: IngestionParts,
  change: StoreChange,
  reports: readonly IngestReport[],
): void {
  for (const report of reports) {
    const { lease, outcome } = report;
    forgetSent(lease);
    stages.forget(report.fileId);
    const file = findClaimed(files, change.store, report);
    if (!file) continue;
    if (outcome.kind === "retry") {
      forgetTakes(files, file);
      kernel.settle(lease, toRetry(outcome));
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
    if (report.generation !== undefined) recordCopy({ ledger, reindexes }, change, file, outcome);
    else if (outcome.kind === "failed") ledger.fail(change, file, outcome);
    else if (!completeFile(ledger, change, file, outcome)) {
      kernel.settle(lease, SWITCHED);
      continue;
    }
    kernel.settle(lease, { kind: "completed", output: makeOutput(outcome) });
  }
}

type Outcome = IngestReport["outcome"];
type Completed = Extract<Outcome, { kind: "completed" }>;

/** The store was switched after the file was taken, and the file is not in the generation that serves now. */
const SWITCHED: StepOutcome = {
  kind: "retry",
  message: "The file was written to a generation of the index that does not serve any more",
};

const toRetry = ({ message, away }: Extract<Outcome, { kind: "retry" }>): StepOutcome =>
  away ? { kind: "released", message, afterMs: away.afterMs } : { kind: "retry", message };

/** Marks a file as indexed. Returns false if it is not in the generation that serves. */
function completeFile(
  ledger: StoreLedger,
  change: StoreChange,
  file: Attachment,
  outcome: Completed,
): boolean {
  const { serving, other } = sortOutcome(outcome, change.store.generation);
  if (serving === null) return false;
  const isOther = other?.generation === change.store.otherGeneration;
  ledger.complete(change, file, { ...outcome, ...serving }, isOther ? toCopyOutcome(other) : null);
  return true;
}

function recordCopy(
  { ledger, reindexes }: Pick<IngestionParts, "ledger" | "reindexes">,
  change: StoreChange,
  file: Attachment,
  outcome: Exclude<Outcome, { kind: "retry" | "moved" }>,
): void {
  file.takes = 0;
  ledger.copies.record(change, file, outcome);
  const reindex = reindexes.read();
  if (reindex && outcome.kind === "completed") {
    reindexes.save({ ...reindex, copied: reindex.copied + 1 });
  }
}

const toCopyOutcome = (other: AlsoOutcome | null): CopyOutcome | null =>
  other?.kind === "retry" ? { kind: "waiting" } : other;

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

/** Finds the file that a claim or report is about, if it still waits for that: to be indexed, or to be copied. */
function findClaimed(
  files: VectorStoreFiles,
  { otherGeneration }: StoreRow,
  { fileId, version, generation }: Omit<IngestClaim, "lease">,
): Attachment | null {
  const file = files.find(fileId);
  if (file?.version !== version) return null;
  if (generation === undefined) return file.status === "in_progress" ? file : null;
  return generation === otherGeneration && file.copyState === "sent" ? file : null;
}
