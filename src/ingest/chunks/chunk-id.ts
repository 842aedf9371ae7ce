import type { FileId, VectorStoreId } from "../../ids.ts";

/**
 * The version of a file, and the generation of a vector store's index, to which chunks belong. The ids of the chunks
 * are derived from both.
 */
export type ChunkOwner = {
  readonly storeId: VectorStoreId;
  readonly generation: number;
  readonly fileId: FileId;
  readonly version: number;
};

/**
 * Returns a function from the number of a chunk in its file to the chunk's id. The same version of a file in the same
 * index always gets the same ids, so repeated work stores nothing twice. An id has at most 60 bytes (Vectorize allows
 * 64).
 */
export async function chunkNamer(owner: ChunkOwner): Promise<(ordinal: number) => string> {
  const { storeId, generation, fileId, version } = owner;
  const key = JSON.stringify([storeId, generation, fileId, version]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  const hash = Array.from(new Uint8Array(digest, 0, HASH_BYTES), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  return (ordinal) => `chunk_${hash}_${ordinal}`;
}

/** 160 bits: collisions between files are practically impossible. */
const HASH_BYTES = 20;

/** Reads from a chunk's id the number of the chunk in its file, from 0; null if the text is no such id. */
export function readChunkOrdinal(id: string): number | null {
  const ordinal = /^chunk_[0-9a-f]{40}_(\d{1,9})$/.exec(id)?.[1];
  return ordinal === undefined ? null : Number(ordinal);
}
