/**
 * The codes of consecutive positions, from which the coded tier estimates scores. They are made from int8 rows by a
 * `SignCoder`, stored as blobs by `packCodes`, and appended to a `CodedScan`.
 */
export type DenseCodes = {
  readonly count: number;
  /**
   * Factor A of each position, in units of `FACTOR_UNIT`: the part of its score that depends neither on its code nor on
   * the question (see `SignCoder`).
   */
  readonly offsets: Int16Array;
  /** Factor B of each position, in units of `FACTOR_UNIT`: the scale of the part of its score that its code gives. */
  readonly slopes: Int16Array;
  /** One bit for each dimension of the code, row by row: `codeBytes(dimensions)` bytes a position. */
  readonly bits: Uint8Array;
};

/** Unit in which the factors A and B are stored, as int16. */
export const FACTOR_UNIT = 1 / 8_192;

/** Stored factor A of a row of zeros. Its estimate is negative for every question, as its exact score is 0. */
export const NEVER_SIMILAR = -32_768;

/** Vectors are padded with zeros to a multiple of this many dimensions before they are encoded. */
const CODE_DIMENSIONS = 64;
const FACTORS_BYTES = 4;

/** Returns the number of dimensions of a code: `dimensions`, rounded up to a multiple of 64. */
export function codeDimensions(dimensions: number): number {
  return Math.ceil(dimensions / CODE_DIMENSIONS) * CODE_DIMENSIONS;
}

/** Returns the size of one code in bytes, without its factors. */
export function codeBytes(dimensions: number): number {
  return codeDimensions(dimensions) / 8;
}

/** Returns a view of the codes with indexes from `from` to before `until`. */
export function sliceCodes(codes: DenseCodes, from: number, until: number): DenseCodes {
  const bytes = codes.count === 0 ? 0 : codes.bits.length / codes.count;
  return {
    count: until - from,
    offsets: codes.offsets.subarray(from, until),
    slopes: codes.slopes.subarray(from, until),
    bits: codes.bits.subarray(from * bytes, until * bytes),
  };
}

/**
 * Frees the memory of codes, which cannot be used afterwards, nor can slices of them. The garbage collector would free
 * it much later: a start that reads all codes of a shard would hold them twice.
 */
export function freeCodes({ bits }: DenseCodes): void {
  if (bits.buffer instanceof ArrayBuffer) bits.buffer.transfer(0);
}

/** Returns a copy of `codes` in which those at `indexes` are replaced by the code of a row of zeros. */
export function forgetCodes(codes: DenseCodes, indexes: readonly number[]): DenseCodes {
  const [offsets, slopes, bits] = [codes.offsets.slice(), codes.slopes.slice(), codes.bits.slice()];
  const bytes = bits.length / codes.count;
  for (const index of indexes) {
    offsets[index] = NEVER_SIMILAR;
    slopes[index] = 0;
    bits.fill(0, index * bytes, (index + 1) * bytes);
  }
  return { count: codes.count, offsets, slopes, bits };
}

/** Serializes codes: all factors A, then all factors B, then all bits; numbers are little-endian. */
export function packCodes({ count, offsets, slopes, bits }: DenseCodes): Uint8Array<ArrayBuffer> {
  const blob = new Uint8Array(count * FACTORS_BYTES + bits.length);
  const view = new DataView(blob.buffer);
  for (const [index, offset] of offsets.entries()) view.setInt16(index * 2, offset, true);
  for (const [index, slope] of slopes.entries()) view.setInt16((count + index) * 2, slope, true);
  blob.set(bits, count * FACTORS_BYTES);
  return blob;
}

/**
 * Reads codes that `packCodes` has serialized. Throws a RangeError if the length of the blob fits no whole number of
 * codes.
 */
export function unpackCodes(blob: Uint8Array, dimensions: number): DenseCodes {
  const count = blob.length / (FACTORS_BYTES + codeBytes(dimensions));
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `A blob of ${blob.length} bytes holds no whole number of codes of ${dimensions} dimensions.`,
    );
  }
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const offsets = Int16Array.from({ length: count }, (_, index) => view.getInt16(index * 2, true));
  const slopes = Int16Array.from({ length: count }, (_, index) =>
    view.getInt16((count + index) * 2, true),
  );
  return { count, offsets, slopes, bits: blob.subarray(count * FACTORS_BYTES) };
}
