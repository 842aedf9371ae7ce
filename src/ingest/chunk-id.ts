import type { FileId, VectorStoreId } from "../ids.ts";

/** What a file's chunks are cut from, and for which index. */
export type ChunkOwner = {
  readonly storeId: VectorStoreId;
  readonly generation: number;
  readonly fileId: FileId;
  readonly version: number;
};

/**
 * Names a file's chunks. The same version of a file in the same index gives the same ids, so that doing the work
 * twice stores nothing twice. One hash serves the whole file; an id has at most 60 bytes (Vectorize takes 64).
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

/** 160 bits: no two files of the world meet. */
const HASH_BYTES = 20;
