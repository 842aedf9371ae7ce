import { createHash } from "node:crypto";

/** R2 requires parts of at least 5 MiB and of equal size, except for the last one. */
const PART_BYTES = 8 * 1024 * 1024;
/** R2 stores 2 KB of such data with an object. */
const TYPE_LENGTH_MAX = 200;

/**
 * Streams a file to R2, under the key `key`, with the content type that its sender gives it. Returns its number of bytes and its SHA-256 (hex). Keeps at most one part
 * in memory. A small file is a single `put`. A larger one is a multipart upload, whose id is passed to
 * `recordMultipart` before its first part is stored; if this function throws, the caller must abort the multipart
 * upload.
 */
export async function uploadToR2(
  bucket: R2Bucket,
  { key, contentType }: { readonly key: string; readonly contentType: string },
  chunks: AsyncIterable<Uint8Array>,
  recordMultipart: (id: string) => Promise<void>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  let upload: R2MultipartUpload | null = null;
  const parts: R2UploadedPart[] = [];
  const typed = {
    httpMetadata: contentType === "" ? {} : { contentType: contentType.slice(0, TYPE_LENGTH_MAX) },
  };
  let part = new PartBuffer();
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    for (let rest = chunk; rest.byteLength > 0;) {
      rest = part.take(rest);
      if (!part.full) continue;
      if (!upload) {
        upload = await bucket.createMultipartUpload(key, typed);
        await recordMultipart(upload.uploadId);
      }
      parts.push(await upload.uploadPart(parts.length + 1, part.bytes()));
      part = new PartBuffer();
    }
  }
  if (!upload) await bucket.put(key, part.bytes(), typed);
  else {
    if (part.size > 0) parts.push(await upload.uploadPart(parts.length + 1, part.bytes()));
    await upload.complete(parts);
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Reads a file that is not stored. Returns its number of bytes and its SHA-256 (hex). */
export async function measureFile(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Collects chunks up to the size of one part; grows as needed. */
class PartBuffer {
  #bytes = new Uint8Array(64 * 1024);
  size = 0;

  /** True when the part has its full size. */
  get full(): boolean {
    return this.size === PART_BYTES;
  }

  /** Takes as much of a chunk as fits and returns the rest. */
  take(chunk: Uint8Array): Uint8Array {
    const taken = chunk.subarray(0, PART_BYTES - this.size);
    const needed = this.size + taken.byteLength;
    if (needed > this.#bytes.byteLength) {
      const larger = new Uint8Array(
        Math.min(PART_BYTES, Math.max(needed, this.#bytes.byteLength * 2)),
      );
      larger.set(this.#bytes.subarray(0, this.size));
      this.#bytes = larger;
    }
    this.#bytes.set(taken, this.size);
    this.size = needed;
    return chunk.subarray(taken.byteLength);
  }

  /** Returns the bytes that were collected. They are valid until the next change. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.size);
  }
}
