import type { FileBatchId, VectorStoreId } from "../ids.ts";
import type { Metadata } from "./metadata.ts";
import type { FileBatchView, FileCounts, StoreView } from "./vector-store-types.ts";

const DAY_SECONDS = 86_400;

/** The phase in the life of a vector store. An expired store can be read but not searched. */
export type StorePhase = "live" | "expired" | "deleted";

/** The stored data of a vector store, from which `viewStore` computes what the API shows. */
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

/**
 * Computes when a vector store expires, in Unix seconds: `expiresDays` days after its last use. Null if it does not
 * expire.
 */
export function expiresAt(state: Pick<StoreState, "lastActiveAt" | "expiresDays">): number | null {
  return state.expiresDays === null ? null : state.lastActiveAt + state.expiresDays * DAY_SECONDS;
}

/** Computes the properties of a vector store that the API shows. */
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

/**
 * Computes the properties of a file batch that the API shows. Its status is `completed` once no file is in progress,
 * even if some have failed. `createdAt` is in Unix seconds.
 */
export function viewBatch(
  storeId: VectorStoreId,
  batch: { id: FileBatchId; createdAt: number; isCancelled: boolean; counts: FileCounts },
): FileBatchView {
  const { id, createdAt, isCancelled, counts } = batch;
  const open = counts.in_progress > 0 ? "in_progress" : "completed";
  const status = isCancelled ? "cancelled" : open;
  return { id, storeId, createdAt, status, fileCounts: counts };
}
