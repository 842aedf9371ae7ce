import type { FileBatchId, VectorStoreId } from "../ids.ts";
import type { Metadata } from "./metadata.ts";
import type { FileBatchView, FileCounts, StoreView } from "./vector-store-types.ts";

const DAY_SECONDS = 86_400;

/** The life cycle of a store. */
export type StorePhase = "live" | "expired" | "deleted";

/** The stored data that views of a store are computed from. */
export type StoreState = {
  readonly id: VectorStoreId;
  readonly name: string;
  readonly metadata: Metadata;
  readonly phase: StorePhase;
  readonly createdAt: number;
  readonly lastActiveAt: number;
  readonly expiresDays: number | null;
  readonly usageBytes: number;
  readonly counts: FileCounts;
};

/** Returns when a store expires, in Unix seconds: `expiresDays` after its last use. Null if it does not expire. */
export function expiresAt(state: Pick<StoreState, "lastActiveAt" | "expiresDays">): number | null {
  return state.expiresDays === null ? null : state.lastActiveAt + state.expiresDays * DAY_SECONDS;
}

/** Computes the view of a store. */
export function viewStore(state: StoreState): StoreView {
  const { id, name, metadata, createdAt, lastActiveAt, usageBytes, counts } = state;
  return {
    id,
    createdAt,
    name,
    usageBytes,
    fileCounts: counts,
    status: deriveStatus(state),
    expiresAfterDays: state.expiresDays,
    expiresAt: expiresAt(state),
    lastActiveAt,
    metadata,
  };
}

function deriveStatus({ phase, counts }: StoreState): StoreView["status"] {
  if (phase !== "live") return "expired";
  return counts.in_progress > 0 ? "in_progress" : "completed";
}

/** Computes the view of a batch. A batch is completed when no file is in progress; the counts include failed files. */
export function viewBatch(
  storeId: VectorStoreId,
  batch: { id: FileBatchId; createdAt: number; isCancelled: boolean; counts: FileCounts },
): FileBatchView {
  const { id, createdAt, isCancelled, counts } = batch;
  const open = counts.in_progress > 0 ? "in_progress" : "completed";
  const status = isCancelled ? "cancelled" : open;
  return { id, storeId, createdAt, status, fileCounts: counts };
}
