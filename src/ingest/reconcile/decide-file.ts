import type { ReconciledFiles } from "../../knowledge/reconciliation.ts";
import type { FileStatus } from "../../knowledge/vector-store-types.ts";

/** A file's chunks in an index (a search shard or a corpus database), by their version and number. */
export type Copy = { readonly version: number; readonly chunkCount: number };

/**
 * A file in a corpus database. `deleted`: only a tombstone is left, of the removed version. `chunksStored` is lower
 * than `chunkCount` while a large file is being written, or if chunks were lost.
 */
export type CorpusCopy = Copy & { readonly chunksStored: number; readonly deleted: boolean };

/** A file that is attached to a vector store, with what the catalog and the two indexes have of it. */
export type AttachedCopies = {
  /** The record of the store's object. An alias has no chunks of its own. */
  readonly attached: Copy & { readonly status: FileStatus; readonly isAlias: boolean };
  readonly isInCatalog: boolean;
  readonly corpus: CorpusCopy | null;
  readonly shard: Copy | null;
};

/**
 * The versions that a store had given when its reconciliation began (`known`), and the highest one in any copy
 * (`floor`). Versions above `known` and up to `floor` come from copies that are newer than the store's object. Higher
 * ones were given since.
 */
export type VersionBounds = { readonly known: number; readonly floor: number };

/**
 * Decides what becomes of an attached file when its copies are compared. The higher version is the newer copy. A file
 * that the catalog does not have, or that a newer copy knows as removed, is detached; one whose chunks are missing,
 * incomplete or of another version is indexed again. A file that changed since the reconciliation began is kept, as is
 * one that waits to be indexed or has failed.
 */
export function decideAttached(
  { attached, isInCatalog, corpus, shard }: AttachedCopies,
  { known }: Pick<VersionBounds, "known">,
  files: ReconciledFiles,
): "keep" | "index" | "detach" {
  if (attached.version > known) return "keep";
  if (!isInCatalog || isRemovedLater(attached, corpus)) return "detach";
  if (attached.isAlias) return "keep";
  if (corpus !== null && corpus.version > attached.version) return "index";
  if (attached.status !== "completed") return "keep";
  if (files === "all") return "index";
  const isRecorded =
    isSame(attached, corpus) && !corpus.deleted && corpus.chunksStored === corpus.chunkCount;
  return isRecorded && isSame(attached, shard) ? "keep" : "index";
}

/** Tests whether a corpus database knows that a file was removed, under a version that the store's object lacks. */
export const isRemovedLater = (
  attached: Pick<Copy, "version">,
  corpus: CorpusCopy | null,
): boolean => corpus !== null && corpus.deleted && corpus.version > attached.version;

/**
 * Decides what becomes of chunks in a corpus database whose file is not attached to the store. Chunks from a time that
 * the store's object does not know belong to a file that was attached later; all others to a file that was detached.
 */
export function decideStray(
  { version }: Pick<Copy, "version">,
  { known, floor }: VersionBounds,
): "attach" | "purge" {
  return version > known && version <= floor ? "attach" : "purge";
}

function isSame<Index extends Copy>(attached: Copy, copy: Index | null): copy is Index {
  return copy?.version === attached.version && copy.chunkCount === attached.chunkCount;
}
