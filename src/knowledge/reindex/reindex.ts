import type { FileId } from "../../ids.ts";
import type { GenerationSettings } from "./generation.ts";
import type { GenerationLayout } from "./layout.ts";

/**
 * The states of a reindex.
 *
 *     building ⇄ paused            the new generation gets copies of the files; the old one serves
 *     building → ready             it has all of them; the old one serves
 *     ready ⇄ switched             the new one serves; the old one is kept for the way back
 *     switched → erasing → completed    the old generation is erased
 *     building | paused | ready → cancelling → cancelled    the new generation is erased
 */
export const REINDEX_STATES = [
  "building",
  "paused",
  "ready",
  "switched",
  "erasing",
  "completed",
  "cancelling",
  "cancelled",
] as const;
/** A member of `REINDEX_STATES`. */
export type ReindexState = (typeof REINDEX_STATES)[number];

/** An action of a client on a reindex. */
export const REINDEX_ACTIONS = ["pause", "resume", "cancel", "switch", "revert", "finish"] as const;
/** A member of `REINDEX_ACTIONS`. */
export type ReindexAction = (typeof REINDEX_ACTIONS)[number];

/** A request for a reindex. What is left out stays as it is. */
export type ReindexRequest = {
  readonly settings: Partial<GenerationSettings>;
  readonly layout: Partial<GenerationLayout>;
};

/** A command of a client about the reindex of a vector store. */
export type ReindexCommand =
  | ({ readonly kind: "start" } & ReindexRequest)
  | { readonly kind: "act"; readonly action: ReindexAction }
  | { readonly kind: "read" };

/** The numbers of files whose copy in the other generation is missing. */
export type CopyLag = {
  /** Files that are still to be copied, or are being copied. */
  readonly waiting: number;
  /** Files that could not be copied. */
  readonly failed: number;
};

/** The comparison of two generations by questions that were asked before. */
export type Comparison = {
  readonly questions: number;
  /** The mean share of the ten best passages that both generations find, 0 to 1; null without questions. */
  readonly overlapAt10: number | null;
  /** Number of questions whose ten best passages are the same in both. */
  readonly same: number;
  readonly comparedAt: number;
};

/** The vectors that a generation had in a vector index: those that were read back as deleted, and the others. */
export type ErasedVectors = { readonly deleted: number; readonly pending: number };

/** The data of an erased generation, as counted before it was erased. */
export type ErasedGeneration = {
  readonly generation: number;
  /** Durable Objects: the search shards. */
  readonly objects: number;
  readonly chunks: number;
  /** Vectors in the search shards. */
  readonly vectors: number;
  /** Rows of the corpus databases. */
  readonly rows: number;
  /** Null if no vector index had any; missing in a reindex of a build before it was counted. */
  readonly vectorize?: ErasedVectors | null;
};

/**
 * Counts what a vector index has deleted, when `left` vectors are not confirmed as deleted. `before` is the last count, in
 * which all were pending at first.
 */
export function countDeleted(before: ErasedVectors | null, left: number): ErasedVectors | null {
  if (before === null && left === 0) return null;
  const { deleted, pending } = before ?? { deleted: 0, pending: left };
  return { deleted: Math.max(deleted, deleted + pending - left), pending: left };
}

/** A file that could not be copied to the other generation. */
type FailedCopy = { readonly fileId: FileId; readonly message: string };

/** A reindex of a vector store, as the API shows it. Times are Unix seconds; null if it has not happened. */
export type Reindex = {
  readonly state: ReindexState;
  /** The generation that served when the reindex began. */
  readonly from: number;
  readonly to: number;
  readonly fromSettings: GenerationSettings;
  readonly toSettings: GenerationSettings;
  /** The search shards and the place of vectors of both; null in a reindex of a build before these were kept. */
  readonly fromLayout: GenerationLayout | null;
  readonly toLayout: GenerationLayout | null;
  /** True if the store has begun it by itself, to split its search shards. It switches and finishes by itself, too. */
  readonly isAutomatic: boolean;
  readonly createdAt: number;
  readonly readyAt: number | null;
  readonly switchedAt: number | null;
  readonly revertedAt: number | null;
  /** When the old generation is erased; null unless it is kept. */
  readonly keptUntil: number | null;
  readonly endedAt: number | null;
  /** All files of the store, and those that the build has passed so far. */
  readonly files: number;
  readonly checked: number;
  /** Files that were copied to the other generation since the reindex began, besides those written to both. */
  readonly copied: number;
  readonly lag: CopyLag;
  readonly failures: readonly FailedCopy[];
  readonly comparison: Comparison | null;
  readonly erased: ErasedGeneration | null;
};

/** Tests whether the store has two generations in this state, both of which get its writes and deletes. */
export function hasTwoGenerations(state: ReindexState): boolean {
  switch (state) {
    case "building":
    case "paused":
    case "ready":
    case "switched":
      return true;
    case "erasing":
    case "completed":
    case "cancelling":
    case "cancelled":
      return false;
  }
}
