import { giveTurn } from "../ingest/slices.ts";

/** Bytes that are read in one call. Locally, R2 runs in the same thread as all requests: 18 MB took 200 ms. */
const PIECE_BYTES = 2 * 1024 * 1024;

/** The bytes of an object, and the content type under which it was stored, if any. */
export type ReadObject = { readonly bytes: Uint8Array; readonly contentType?: string };

/**
 * Reads an R2 object of `size` bytes, a large one in pieces between which other requests can run. Returns null if there
 * is no object with this key, or if it is deleted meanwhile.
 */
export async function readObject(
  bucket: R2Bucket,
  key: string,
  size: number,
): Promise<ReadObject | null> {
  const bytes = new Uint8Array(size);
  let contentType: string | undefined;
  let offset = 0;
  do {
    if (offset > 0) await giveTurn();
    // An empty object has no ranges.
    const range = size > PIECE_BYTES ? { offset, length: PIECE_BYTES } : undefined;
    const piece = await bucket.get(key, range && { range });
    if (!piece) return null;
    bytes.set(await piece.bytes(), offset);
    contentType = piece.httpMetadata?.contentType;
    offset += PIECE_BYTES;
  } while (offset < size);
  return { bytes, ...(contentType !== undefined && { contentType }) };
}
