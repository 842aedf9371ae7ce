import type { FileId } from "../../ids.ts";
import type { SearchShardNumber } from "../shard-numbers.ts";
import type { FileStatus } from "../vector-store-types.ts";

/** Files that are copied to another generation at the same time, while no file of a client is in progress. */
export const COPIES_MAX = 50;
/** The same while files of clients are in progress: these go first. */
const COPIES_BESIDE_MAX = 5;

/** Returns how many files may be copied at the same time, with `inProgress` files of clients being indexed. */
export const copyWindow = (inProgress: number): number =>
  inProgress > 0 ? COPIES_BESIDE_MAX : COPIES_MAX;

/** The properties of an attached file that decide about its copy in the other generation. */
type Copied = {
  readonly status: FileStatus;
  readonly aliasOf: FileId | null;
  readonly shard: SearchShardNumber | null;
  /** The size of its copy in the other generation; 0 without one. */
  readonly otherUsageBytes: number;
};

/**
 * Decides what the build of a generation does with a file. `copy`: it is copied now. `wait`: it is being indexed again,
 * so it is copied when that has ended, unless it was then written to both generations. `skip`: it has no chunks of its
 * own, or it was written to both generations already.
 */
export function decideCopy({ status, aliasOf, shard, otherUsageBytes }: Copied) {
  if (aliasOf !== null || shard === null || otherUsageBytes > 0) return "skip";
  return status === "in_progress" ? "wait" : "copy";
}
