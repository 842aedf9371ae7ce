/**
 * Thrown when a stored part of the index is damaged: its checksum is wrong, it ends too early, or it is missing. A
 * damaged part is never searched; the shard rebuilds its index from its chunks.
 */
export class DamagedSegment extends Error {
  override readonly name = "DamagedSegment";
}

/**
 * Bytes of an array from `start` to before `end`. Merges pass many short slices, and a view of each would take longer
 * than copying it.
 */
export type ByteSlice = {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
};

/**
 * Compares two byte strings as unsigned bytes; a prefix comes before longer strings. This is the order of SQLite's
 * blobs, and of UTF-8 texts by code point. Returns a negative number, 0 or a positive number.
 */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number =>
  compareSlices(wholeOf(a), wholeOf(b));

/** Compares the bytes of two slices as `compareBytes` does. */
export function compareSlices(a: ByteSlice, b: ByteSlice): number {
  const shared = Math.min(a.end - a.start, b.end - b.start);
  for (let index = 0; index < shared; index++) {
    const difference = (a.bytes[a.start + index] ?? 0) - (b.bytes[b.start + index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.end - a.start - (b.end - b.start);
}

/** Returns a view of the bytes of a slice. */
export const viewOf = ({ bytes, start, end }: ByteSlice): Uint8Array => bytes.subarray(start, end);

/** Returns the slice of all bytes of an array. */
export const wholeOf = (bytes: Uint8Array): ByteSlice => ({ bytes, start: 0, end: bytes.length });

/** Fewer bytes are copied one by one, which takes less time than a view of them. */
const LOOP_BYTES_MAX = 48;

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
    this.copy(wholeOf(bytes));
  }

  /** Copies the bytes of a slice. */
  copy(slice: ByteSlice): void {
    const { bytes, start, end } = slice;
    const count = end - start;
    if (this.length + count > this.#bytes.length) this.#grow(count);
    if (count > LOOP_BYTES_MAX) {
      this.#bytes.set(viewOf(slice), this.length);
    } else {
      for (let at = 0; at < count; at++) this.#bytes[this.length + at] = bytes[start + at] ?? 0;
    }
    this.length += count;
  }

  /** The slice of the written bytes, which later writes may change. */
  get slice(): ByteSlice {
    return { bytes: this.#bytes, start: 0, end: this.length };
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

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
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
    const start = this.skip(length);
    return this.bytes.subarray(start, this.at);
  }

  /** Skips the next `length` bytes. Returns the place where they begin. Throws `DamagedSegment` if there are fewer. */
  skip(length: number): number {
    const start = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new DamagedSegment("A block ends too early");
    return start;
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
