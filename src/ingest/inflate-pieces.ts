import { createInflate, createInflateRaw, inflateRawSync, inflateSync } from "node:zlib";

import { giveTurn } from "./slices.ts";

/** With or without the header of zlib. */
export type InflateFormat = "deflate" | "deflate-raw";

/** Compressed bytes that are inflated in one call, which for small streams takes a fraction of a stream's time. */
const SMALL_BYTES_MAX = 16 * 1024;
const SMALL_INFLATED_MAX = 512 * 1024;
const PIECE_BYTES = 64 * 1024;
/** Bytes that are inflated and counted in 10 to 20 ms. */
const BYTES_A_SLICE = 1024 * 1024;

/** The end of inflating: `onPiece` stopped it, or the data ended too soon or is damaged. */
export type Inflating = "complete" | "stopped" | "truncated" | "damaged";

/**
 * Inflates piece by piece; `onPiece` returns false to stop. Nothing is kept or inflated ahead. `DecompressionStream` in
 * workerd holds all 500 MB of a bomb, and reports none of them when bytes follow the end of the stream. Here such bytes
 * are ignored. A piece that was inflated before a fault is passed on.
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
