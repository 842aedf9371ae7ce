import type { SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { IngestClaim, StageNote } from "../knowledge/vector-store-types.ts";
import type { IngestReport, IngestTask, StoreRef } from "./ingest-types.ts";
import type { PartWrites } from "./long-file.ts";
import type { PrepareDeps } from "./prepare-file.ts";
import type { WriteDeps } from "./write-parts.ts";

/** The dependencies of `ingestFiles`: the store object, file storage, parsers, embedding and the two indexes. */
export type IngestDeps = PrepareDeps &
  WriteDeps & {
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
    /** Opens a search shard of a store for a file that is written in parts. */
    openShard(store: StoreRef, generation: number, shard: SearchShardNumber): PartWrites;
    /** Logs a failure that is not the file's fault, after which the task is retried. */
    onFailure(task: IngestTask, error: unknown): void;
  };
