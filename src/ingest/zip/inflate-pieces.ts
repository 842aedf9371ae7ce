import { createInflate, createInflateRaw, inflateRawSync, inflateSync } from "node:zlib";

import { giveTurn } from "../slices.ts";

/** The format of compressed data: with the header of zlib (`deflate`), or without (`deflate-raw`). */
export type InflateFormat = "deflate" | "deflate-raw";

/** Compressed bytes that are inflated in one call, which for small streams takes a fraction of a stream's time. */
const SMALL_BYTES_MAX = 16 * 1024;
const SMALL_INFLATED_MAX = 512 * 1024;
const PIECE_BYTES = 64 * 1024;
/** Bytes that are inflated and counted in 10 to 20 ms. */
const BYTES_A_SLICE = 1024 * 1024;

/**
 * The result of decompressing: "complete" if all data was read, "stopped" if `onPiece` returned false, "truncated" if
 * the data ends too early, or "damaged".
 */
export type Inflating = "complete" | "stopped" | "truncated" | "damaged";

/**
 * Decompresses data piece by piece, and passes each piece to `onPiece`, which returns false to stop. Only one piece is
 * in memory at a time, so a small file that would become huge (a zip bomb) does no harm. `DecompressionStream` in
 * workerd is not used: it holds all 500 MB of such a file, and fails without passing any of them on if bytes follow the
 * end of the data. This function ignores such bytes. The pieces before damaged data are passed on.
 */
export async function inflatePieces(
  data: Uint8Array,
  format: InflateFormat,
  onPiece: (piece: Uint8Array) => boolean,
): Promise<Inflating> {
  const small = inflateSmall(data, format);
  if (small) return onPiece(small) ? "complete" : "stopped";
  const options = { chunkSize: PIECE_BYTES };
  const stream = format === "deflate" ? createInflate(options) : createInflateRaw(options);
  stream.end(data);
  let slice = 0;
  try {
    for await (const piece of stream) {
      if (!(piece instanceof Uint8Array)) throw new TypeError("zlib returned no bytes");
      if (!onPiece(piece)) return "stopped";
      slice += piece.length;
      if (slice < BYTES_A_SLICE) continue;
      slice = 0;
      await giveTurn();
    }
    return "complete";
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return error.code === "Z_BUF_ERROR" ? "truncated" : "damaged";
  } finally {
    stream.destroy();
  }
}

/** Null for data that is large, inflates to much or is damaged. */
function inflateSmall(data: Uint8Array, format: InflateFormat): Uint8Array | null {
  if (data.length > SMALL_BYTES_MAX) return null;
  const options = { maxOutputLength: SMALL_INFLATED_MAX };
  try {
    return format === "deflate" ? inflateSync(data, options) : inflateRawSync(data, options);
  } catch {
    return null;
  }
}
