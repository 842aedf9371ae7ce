import type { FileId } from "../../ids.ts";
import type { Attributes } from "../../knowledge/attributes.ts";
import type { FollowPoint } from "../follow-point.ts";
import type { ShardChunk } from "../search-types.ts";

/** The place up to which a follower has copied its search shard. */
export type CopyCursor =
  /** All files up to this id; "" before the first one. */
  | { readonly kind: "files"; readonly after: string }
  /**
   * All changes up to the number `after`, each file as it was when its page was made. `complete` is the change up to
   * which it had all at one moment; 0 before the first such moment. Only chunks written up to there are surely copied:
   * a file that was written later, and then got other attributes, has moved back, perhaps before it had its turn.
   */
  | { readonly kind: "changes"; readonly after: number; readonly complete: number };

/** A file of which a follower has the first `count` chunks, since it is too long for one page. */
export type BegunFile = {
  readonly fileId: FileId;
  readonly version: number;
  readonly count: number;
};

/** A follower's request for the next page of its search shard. */
export type ChangesRequest = {
  /** The epoch that the follower knows; null for a new one. */
  readonly epoch: string | null;
  readonly cursor: CopyCursor;
  readonly begun: BegunFile | null;
};

/** A file of a search shard as it is now. */
export type ChangedFile = {
  readonly fileId: FileId;
  readonly version: number;
  /** The number of its last change; 0 if it was not changed while the shard was followed. */
  readonly change: number;
  /** True if the file is gone, and only its tombstone is left. */
  readonly isRemoved: boolean;
  readonly filename: string;
  readonly attributes: Attributes;
  /** Number of all chunks of the file. */
  readonly chunkCount: number;
  /** Number of its chunks before those of this page; 0 unless the file is too long for one page. */
  readonly from: number;
  /** The chunks; null if the follower has them, so that only the attributes are new. */
  readonly chunks: readonly ShardChunk[] | null;
};

/** A page of the files of a search shard. */
export type FilesPage = {
  readonly kind: "files";
  readonly files: readonly ChangedFile[];
  /** The quantized vectors of the chunks of all files, one after the other. */
  readonly vectors: Int8Array;
  /** Number of dimensions of the vectors; 0 if there are none. */
  readonly dimensions: number;
  /** The version of the shard's analyzer; absent on pages of builds that had version 1 alone. */
  readonly analyzer?: number;
  /** The state of the shard at the time of the page. */
  readonly point: FollowPoint;
  readonly hasMore: boolean;
};

/**
 * The answer of a search shard to a follower. `gone`: the shard is erased. `again`: the follower knows another epoch
 * than `point`'s, and has to copy all files.
 */
export type ChangesPage =
  | FilesPage
  | { readonly kind: "again"; readonly point: FollowPoint }
  | { readonly kind: "gone" };
