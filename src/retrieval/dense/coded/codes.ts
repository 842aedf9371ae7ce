/**
 * The codes of consecutive positions, from which the coded tier estimates scores. They are made from int8 rows by a
 * `SignCoder`, stored as blobs by `packCodes`, and appended to a `CodedScan`.
 */
export type DenseCodes = {
  readonly count: number;
  /** Factor A of each position, in units of `FACTOR_UNIT`: the part of its score that does not depend on its code. */
  readonly offsets: Int16Array;
  /** Factor B of each position, in units of `FACTOR_UNIT`: the score by which its code counts. */
  readonly slopes: Int16Array;
  /** One bit for each dimension of the code, row by row: `codeBytes(dimensions)` bytes a position. */
  readonly bits: Uint8Array;
};

/** Both factors are stored as whole multiples of this. */
export const FACTOR_UNIT = 1 / 8_192;

/** Factor A of a row of zeros: its estimate is negative for every question, as its score is 0. */
export const NEVER_SIMILAR = -32_768;

/** Codes are made of vectors that are padded with zeros to a multiple of this many dimensions. */
const CODE_DIMENSIONS = 64;
const FACTORS_BYTES = 4;

/** Returns the number of dimensions in which codes are made: `dimensions`, padded to a multiple of 64. */
export function codeDimensions(dimensions: number): number {
  return Math.ceil(dimensions / CODE_DIMENSIONS) * CODE_DIMENSIONS;
}

/** Returns the bytes of one code, without its factors. */
export function codeBytes(dimensions: number): number {
  return codeDimensions(dimensions) / 8;
}

/** Returns the codes from an index to before another one, as a view. */
export function sliceCodes(codes: DenseCodes, from: number, until: number): DenseCodes {
  const bytes = codes.count === 0 ? 0 : codes.bits.length / codes.count;
  return {
    count: until - from,
    offsets: codes.offsets.subarray(from, until),
    slopes: codes.slopes.subarray(from, until),
    bits: codes.bits.subarray(from * bytes, until * bytes),
  };
}

/** Copies codes, with those of a row of zeros at some indexes. */
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

/** Writes codes as a blob, column by column, numbers with the low byte first: factors A, factors B, bits. */
export function packCodes({ count, offsets, slopes, bits }: DenseCodes): Uint8Array<ArrayBuffer> {
  const blob = new Uint8Array(count * FACTORS_BYTES + bits.length);
  const view = new DataView(blob.buffer);
  for (const [index, offset] of offsets.entries()) view.setInt16(index * 2, offset, true);
  for (const [index, slope] of slopes.entries()) view.setInt16((count + index) * 2, slope, true);
  blob.set(bits, count * FACTORS_BYTES);
  return blob;
}

/** Reads a blob of codes. Throws a RangeError if it is damaged: its length is not that of a whole number of codes. */
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
