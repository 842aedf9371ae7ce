import { giveTurn } from "../ingest/slices.ts";

/** Bytes that are read in one call. Locally, R2 runs in the same thread as all requests: 18 MB took 200 ms. */
const PIECE_BYTES = 2 * 1024 * 1024;

/** The bytes of an object, and the content type under which it was stored, if any. */
export type ReadObject = { readonly bytes: Uint8Array; readonly contentType?: string };

/**
 * Reads the bytes of an R2 object, a large one in pieces between which other requests can run. Returns null if there is
 * no object with this key, or if it is deleted meanwhile.
 */
export async function readObject(bucket: R2Bucket, key: string): Promise<ReadObject | null> {
  const head = await bucket.head(key);
  if (!head) return null;
  const bytes = new Uint8Array(head.size);
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    if (offset > 0) await giveTurn();
    const piece = await bucket.get(key, { range: { offset, length: PIECE_BYTES } });
    if (!piece) return null;
    bytes.set(await piece.bytes(), offset);
  }
  const contentType = head.httpMetadata?.contentType;
  return { bytes, ...(contentType !== undefined && { contentType }) };
}
