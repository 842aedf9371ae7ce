/**
 * Thrown when a stored part of the index is damaged: its checksum is wrong, it ends too early, or it is missing. A
 * damaged part is never searched; the shard rebuilds its index from its chunks.
 */
export class DamagedSegment extends Error {
  override readonly name = "DamagedSegment";
}

/**
 * Compares two byte strings as unsigned bytes; a prefix comes before longer strings. This is the order of SQLite's
 * blobs, and of UTF-8 texts by code point. Returns a negative number, 0 or a positive number.
 */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Writes bytes and variable-length integers (7 bits in each byte) into a buffer that grows as needed. */
export class ByteWriter {
  length = 0;
  #bytes: Uint8Array<ArrayBuffer>;

  constructor(capacity = 1_024) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Writes a whole number from 0 to 2⁵³ - 1, the lowest 7 bits first; the highest bit of a byte says that more follow. */
  varint(value: number): void {
    if (this.length + 8 > this.#bytes.length) this.#grow(8);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
  }

  /** Copies bytes. */
  raw(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Returns a view of the written bytes, which later writes may change. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** Returns the written bytes followed by their checksum, and empties the writer. `openSealed` reads the result. */
  seal(): Uint8Array<ArrayBuffer> {
    const sealed = new Uint8Array(this.length + CHECKSUM_BYTES);
    sealed.set(this.view());
    new DataView(sealed.buffer).setUint32(this.length, checksum(this.view()));
    this.length = 0;
    return sealed;
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + needed));
    grown.set(this.view());
    this.#bytes = grown;
  }
}

/** Reads the bytes and numbers that a `ByteWriter` has written, in the same order. */
export class ByteReader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Reads the next number. Throws `DamagedSegment` at the end of the bytes. */
  varint(): number {
    const { bytes } = this;
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[this.at++];
      if (byte === undefined) throw new DamagedSegment("A number ends after the end of its block");
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** Returns a view of the next `length` bytes. Throws `DamagedSegment` if there are fewer. */
  raw(length: number): Uint8Array {
    const start = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new DamagedSegment("A block ends too early");
    return this.bytes.subarray(start, this.at);
  }
}

/**
 * Returns the bytes in the result of `ByteWriter.seal`, without the checksum. Throws `DamagedSegment` if the checksum
 * does not match.
 */
export function openSealed(sealed: Uint8Array): Uint8Array {
  const length = sealed.length - CHECKSUM_BYTES;
  if (length < 0) throw new DamagedSegment("A block is shorter than its checksum");
  const bytes = sealed.subarray(0, length);
  const view = new DataView(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (view.getUint32(length) !== checksum(bytes)) {
    throw new DamagedSegment("The checksum of a block is wrong");
  }
  return bytes;
}

const CHECKSUM_BYTES = 4;

/**
 * Computes a 32-bit checksum that detects changed, missing and additional bytes: in the manner of FNV-1a, four bytes at
 * a time.
 */
export function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let hash = 0x811c9dc5 ^ bytes.length;
  for (let at = 0; at < whole; at += 4) hash = mix(hash ^ view.getUint32(at, true));
  for (let at = whole; at < bytes.length; at++) hash = mix(hash ^ view.getUint8(at));
  return hash >>> 0;
}

const mix = (hash: number): number => {
  const product = Math.imul(hash, 0x9e3779b1);
  return product ^ (product >>> 15);
};
