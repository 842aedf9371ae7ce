import type { Attachment } from "../tables/attachment-row.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import type { StoreChange } from "./store-changes.ts";

/** The outcome of writing a file to the other generation. `waiting`: it has to be copied later. */
export type CopyOutcome =
  | { readonly kind: "completed"; readonly chunkCount: number; readonly usageBytes: number }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "waiting" };

/**
 * Changes the copies of a store's files in the generation that does not serve, so that they agree with its counts. The
 * caller opens the transaction.
 */
export class CopyLedger {
  readonly #files: VectorStoreFiles;

  constructor(files: VectorStoreFiles) {
    this.#files = files;
  }

  /** Has a file copied, at once or when it is not in progress any more. */
  wait(file: Attachment): void {
    file.copyState = "waiting";
    this.#files.copies.save(file);
  }

  /** Starts the run that copies a file to the other generation. */
  send({ commands }: StoreChange, file: Attachment, generation: number): void {
    file.copyState = "sent";
    this.#files.copies.save(file);
    commands.push({ kind: "copy", fileId: file.fileId, version: file.version, generation });
  }

  /**
   * Records the outcome of writing a file to the other generation; null if it was not written there, as by a consumer
   * that took the file before there was another one. Does nothing while the store has one generation.
   */
  record({ store, counts }: StoreChange, file: Attachment, outcome: CopyOutcome | null): void {
    const { otherGeneration: generation } = store;
    if (generation === null) return;
    const { kind } = outcome ?? { kind: "waiting" };
    if (outcome?.kind === "completed") {
      const { chunkCount, usageBytes } = outcome;
      if (file.otherShard !== null) {
        counts.countChunks(generation, file.otherShard, chunkCount - file.otherChunkCount);
      }
      file.otherChunkCount = chunkCount;
      store.otherUsageBytes += usageBytes - file.otherUsageBytes;
      file.otherUsageBytes = usageBytes;
    }
    const before = file.copyState;
    file.copyState = kind === "completed" ? null : kind;
    file.copyError = outcome?.kind === "failed" ? outcome.message : null;
    // The columns of an outcome are written by the caller, so most files need no second write.
    if (before !== null || file.copyState !== null) this.#files.copies.save(file);
  }
}
