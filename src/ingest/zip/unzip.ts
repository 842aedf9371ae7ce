import { joinBytes } from "../../join-bytes.ts";
import { type InflateFormat, inflatePieces } from "./inflate-pieces.ts";

/** An entry in the directory of a zip archive: the description of one file in the archive. */
export type ZipEntry = {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly sizeCompressed: number;
  /** The decompressed size as the directory declares it, in bytes. It is false in a zip bomb. */
  readonly sizeDeclared: number;
  readonly offset: number;
};

const DIRECTORY_END = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_END_LENGTH = 22;
const COMMENT_LENGTH_MAX = 65_535;
const DEFLATED = 8;
const STORED = 0;

/**
 * Reads the directory of a zip file; null if the bytes have none. Zip64 is not supported, since no document is that
 * large.
 */
export function readZipDirectory(bytes: Uint8Array): ZipEntry[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findDirectoryEnd(view);
  if (end < 0) return null;
  const entries: ZipEntry[] = [];
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== DIRECTORY_ENTRY) return null;
    const nameLength = view.getUint16(at + 28, true);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      method: view.getUint16(at + 10, true),
      isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
      sizeCompressed: view.getUint32(at + 20, true),
      sizeDeclared: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** Decompresses a file of a zip archive; null if the data is damaged or the real size exceeds `sizeMax` bytes. */
export async function inflateEntry(
  bytes: Uint8Array,
  entry: ZipEntry,
  sizeMax: number,
): Promise<Uint8Array | null> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.offset + 30 > view.byteLength) return null;
  if (view.getUint32(entry.offset, true) !== LOCAL_HEADER) return null;
  const nameLength = view.getUint16(entry.offset + 26, true);
  const start = entry.offset + 30 + nameLength + view.getUint16(entry.offset + 28, true);
  const data = bytes.subarray(start, start + entry.sizeCompressed);
  if (data.length !== entry.sizeCompressed) return null;
  if (entry.method === STORED) return data.length > sizeMax ? null : data;
  return entry.method === DEFLATED ? await inflate(data, "deflate-raw", sizeMax) : null;
}

/** Inflates up to `sizeMax` bytes. Null if there are more, or if the data is damaged. */
async function inflate(
  data: Uint8Array,
  format: InflateFormat,
  sizeMax: number,
): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const inflated = await inflatePieces(data, format, (part) => {
    size += part.length;
    parts.push(part);
    return size <= sizeMax;
  });
  if (inflated !== "complete") return null;
  return joinBytes(parts);
}

function findDirectoryEnd(view: DataView): number {
  const last = view.byteLength - DIRECTORY_END_LENGTH;
  for (let at = last; at >= Math.max(0, last - COMMENT_LENGTH_MAX); at--) {
    if (view.getUint32(at, true) === DIRECTORY_END) return at;
  }
  return -1;
}
