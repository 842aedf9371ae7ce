import { PDF_BYTES_MAX, PDF_STREAM_BYTES_MAX } from "./extract-limits.ts";
import { inflateEach } from "./unzip.ts";

/**
 * Returns true when every compressed stream of a PDF file inflates to an acceptable size. A PDF bomb is a small file
 * whose streams inflate to gigabytes. The PDF library would inflate them completely, so they are measured first, in
 * pieces that are not kept. Streams that are compressed twice are refused: only bombs have them.
 */
export async function hasBearableStreams(bytes: Uint8Array): Promise<boolean> {
  let left = PDF_BYTES_MAX;
  for (let at = findBytes(bytes, STREAM, 0); at >= 0; at = findBytes(bytes, STREAM, at)) {
    at += STREAM.length;
    let start = at;
    if (bytes[start] === CARRIAGE_RETURN) start++;
    if (bytes[start] === LINE_FEED) start++;
    if (start === at || !isZlib(bytes, start)) continue;
    const found = findBytes(bytes, END_STREAM, start);
    const end = found < 0 ? bytes.length : found;
    const measured = await measure(bytes.subarray(start, end));
    left -= measured.size;
    if (measured.size > PDF_STREAM_BYTES_MAX || left < 0 || measured.isCompressedTwice)
      return false;
    at = end;
  }
  return true;
}

const STREAM = new TextEncoder().encode("stream");
const END_STREAM = new TextEncoder().encode("endstream");
const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
/** Second bytes of the four usual zlib headers, 78 xx. */
const ZLIB_LEVELS: readonly (number | undefined)[] = [0x01, 0x5e, 0x9c, 0xda];

/** Measures a stream. Damaged data or bytes after its end stop the measuring; the size up to that point counts. */
async function measure(data: Uint8Array) {
  let size = 0;
  let isCompressedTwice = false;
  await inflateEach(data, "deflate", PDF_STREAM_BYTES_MAX, (part) => {
    if (size === 0) isCompressedTwice = part[0] === 0x78 && ZLIB_LEVELS.includes(part[1]);
    size += part.length;
  });
  return { size, isCompressedTwice };
}

function isZlib(bytes: Uint8Array, at: number): boolean {
  const [method = 0, flags = 1] = bytes.subarray(at, at + 2);
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0;
}

function findBytes(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let length = 1;
    while (length < wanted.length && bytes[at + length] === wanted[length]) length++;
    if (length === wanted.length) return at;
  }
  return -1;
}
