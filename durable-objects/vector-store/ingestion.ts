import { z } from "zod";

import type { FileId } from "../../src/ids.ts";
import type { IngestMessage, IngestReport, IngestTask } from "../../src/ingest/ingest-types.ts";
import type { StepKernel } from "../../src/kernel/engine/step-kernel.ts";
import type { StepClaim, StepOutcome } from "../../src/kernel/rules/step-handler.ts";
import { chooseShard, estimateChunks } from "../../src/knowledge/choose-shard.ts";
import type { IngestClaim } from "../../src/knowledge/vector-store-types.ts";
import { INGEST_WORKFLOW } from "../../src/workflow/built-in/ingest.ts";
import { toDefinition } from "../../src/workflow/compile/to-definition.ts";
import { type Attachment, attachedOf, type VectorStoreFiles } from "./attachments.ts";
import type { StoreLedger } from "./store-ledger.ts";
import { scopeOf, type StoreRow, type VectorStoreTables } from "./store-tables.ts";

export const INGEST = toDefinition("ingest", INGEST_WORKFLOW);

/** A file that is sent out and not reported on within this time is sent out again. */
export const INGEST_LEASE_MS = 60_000;
/** Files of one store in the queue or with a consumer; more wait here, so that no store fills the queue. */
export const INGEST_IN_FLIGHT_MAX = 200;

export const ingestRunId = (fileId: FileId, version: number) => `ingest/${fileId}/${version}`;

const IngestInput = z.object({
  fileId: z.custom<FileId>((value) => typeof value === "string"),
  version: z.number(),
});

/** Which file an ingestion run is about. */
export const ingestInputOf = (input: unknown) => IngestInput.parse(input);

export const MISPLACED: StepOutcome = {
  kind: "failed",
  message: "A file is indexed by its own workflow, and not by one that this starts",
};

/** What the queue is given, and the leases of steps that say of no file that they are about it. */
export function ingestMessages(store: StoreRow, claims: readonly StepClaim[]) {
  const messages: { body: IngestMessage }[] = [];
  const misplaced: string[] = [];
  for (const { lease, input } of claims) {
    const about = IngestInput.safeParse(input);
    if (about.success) {
      const body = {
        v: 1,
        scope: scopeOf(store),
        storeId: store.id,
        lease,
        ...about.data,
      } as const;
      messages.push({ body });
    } else misplaced.push(lease);
  }
  return { messages, misplaced };
}

/** A run whose file has moved on was cancelled; one that still has the lease does what it has done before. */
const NOT_WANTED: StepOutcome = {
  kind: "failed",
  message: "The file has been indexed before, or could not be",
};

export type IngestDeps = {
  readonly kernel: Pick<StepKernel, "holds" | "renew" | "settle">;
  readonly tables: VectorStoreTables;
  readonly files: VectorStoreFiles;
  readonly ledger: StoreLedger;
  readonly shardChunksMax: number;
};

/** Hands out the work whose leases are still held; a file without a shard is given the one with most room. */
export function takeFiles(
  { kernel, tables, files, shardChunksMax }: IngestDeps,
  store: StoreRow,
  claims: readonly IngestClaim[],
): IngestTask[] {
  const shards = tables.shards().map((shard) => ({ ...shard }));
  const added = new Map<number, number>();
  const tasks: IngestTask[] = [];
  for (const { fileId, version, lease } of claims) {
    const file = current(files, fileId, version);
    if (!file) kernel.settle(lease, NOT_WANTED);
    if (!file || !kernel.renew(lease)) continue;
    if (file.shard === null) {
      const { chunking } = attachedOf(file);
      file.shard = chooseShard(shards, shardChunksMax);
      file.chunkCount = estimateChunks(file.bytes, chunking);
      const room = shards[file.shard];
      if (room) room.chunkCount += file.chunkCount;
      else shards.push({ number: file.shard, chunkCount: file.chunkCount });
      added.set(file.shard, (added.get(file.shard) ?? 0) + file.chunkCount);
      files.place(file);
    }
    tasks.push(taskOf(store, file, file.shard, lease));
  }
  for (const [shard, count] of added) tables.countChunks(shard, count);
  return tasks;
}

/** Takes in what consumers found. A report whose lease is lost, or whose file has moved on, changes nothing. */
export function reportFiles(
  { kernel, files, ledger }: IngestDeps,
  store: StoreRow,
  reports: readonly IngestReport[],
): void {
  for (const { fileId, version, lease, outcome } of reports) {
    const file = current(files, fileId, version);
    if (!file) continue;
    if (outcome.kind === "retry") {
      kernel.settle(lease, { kind: "retry", message: outcome.message });
      continue;
    }
    if (!kernel.holds(lease)) continue;
    // The file first: the step may be the last of its run, and a run that ends looks at what became of the file.
    if (outcome.kind === "failed") ledger.fail(store, file, outcome);
    else ledger.complete(store, file, outcome.chunkCount, outcome.usageBytes);
    kernel.settle(lease, { kind: "completed", output: outputOf(outcome) });
  }
}

/** What the step leaves for the steps after it, in a project's own workflow. */
const outputOf = (outcome: Exclude<IngestReport["outcome"], { kind: "retry" }>) =>
  outcome.kind === "failed"
    ? { status: "failed", code: outcome.code, message: outcome.message }
    : { status: "completed", chunks: outcome.chunkCount };

function current(files: VectorStoreFiles, fileId: FileId, version: number): Attachment | null {
  const file = files.find(fileId);
  return file?.version === version && file.status === "in_progress" ? file : null;
}

function taskOf(store: StoreRow, file: Attachment, shard: number, lease: string): IngestTask {
  const { fileId, version, filename, bytes, corpusShard } = file;
  const { attributes, chunking } = attachedOf(file);
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
