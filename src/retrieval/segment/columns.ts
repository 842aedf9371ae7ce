import { ByteReader, ByteWriter, DamagedSegment, openSealed } from "./bytes.ts";

/**
 * A run of chunks with consecutive numbers. The chunks of a segment are in slots (places from 0) in the order of its
 * runs.
 */
export type NumberRun = { readonly first: number; readonly count: number };

/** The values of a segment's chunks that a search needs to score them, one value for each slot. */
export type SegmentColumns = {
  /** The numbers of the chunks, which are the keys of their rows, in the order of slots. */
  readonly runs: readonly NumberRun[];
  /** Number of index terms in each chunk. */
  readonly lengths: Uint32Array;
  /** The ordinal of each chunk's file: a small number that the shard gives a file on its first write. */
  readonly ordinals: Uint32Array;
};

/** Maximum number of chunks in one blob of columns, so that its row has less than 1 MB. */
const PART_CHUNKS = 8_192;
/** Version of the format, the first number of each blob. A build refuses other versions. */
const FORMAT = 1;
/** Lengths from this on do not fit in two bytes below it and are stored in a separate list. */
const LONG = 65_535;

/** Encodes the columns of a segment as sealed blobs of at most `PART_CHUNKS` chunks each. */
export function encodeColumns(columns: SegmentColumns): Uint8Array<ArrayBuffer>[] {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const { length } = columns.lengths;
  for (let from = 0; from < Math.max(1, length); from += PART_CHUNKS) {
    const until = Math.min(length, from + PART_CHUNKS);
    parts.push(encodePart(sliceColumns(columns, from, until)));
  }
  return parts;
}

function encodePart({ runs, lengths, ordinals }: SegmentColumns) {
  const writer = new ByteWriter(64 + lengths.length * 6);
  writer.varint(FORMAT);
  writer.varint(lengths.length);
  writer.varint(runs.length);
  for (const { first, count } of runs) {
    writer.varint(first);
    writer.varint(count);
  }
  const long = [...lengths.entries()].filter(([, length]) => length >= LONG);
  writer.varint(long.length);
  for (const [slot, length] of long) {
    writer.varint(slot);
    writer.varint(length);
  }
  writer.raw(bytesOf(Uint16Array.from(lengths, (length) => Math.min(length, LONG))));
  writer.raw(bytesOf(ordinals));
  return writer.seal();
}

/** Decodes the blobs of a segment's columns. Throws `DamagedSegment` if one of them is damaged. */
export function decodeColumns(parts: readonly Uint8Array[]): SegmentColumns {
  return joinColumns(parts.map(decodePart));
}

function decodePart(sealed: Uint8Array): SegmentColumns {
  const reader = new ByteReader(openSealed(sealed));
  const format = reader.varint();
  if (format !== FORMAT)
    throw new DamagedSegment(`This build knows no columns of format ${format}`);
  const count = reader.varint();
  const runs = Array.from({ length: reader.varint() }, () => ({
    first: reader.varint(),
    count: reader.varint(),
  }));
  const long = Array.from({ length: reader.varint() }, () => [reader.varint(), reader.varint()]);
  const lengths = Uint32Array.from(new Uint16Array(reader.raw(count * 2).slice().buffer));
  for (const [slot = 0, length = 0] of long) lengths[slot] = length;
  const ordinals = new Uint32Array(reader.raw(count * 4).slice().buffer);
  return { runs, lengths, ordinals };
}

/** Joins the columns of consecutive segments to the columns of one segment. */
export function joinColumns(parts: readonly SegmentColumns[]): SegmentColumns {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const count = parts.reduce((sum, { lengths }) => sum + lengths.length, 0);
  const lengths = new Uint32Array(count);
  const ordinals = new Uint32Array(count);
  let from = 0;
  for (const part of parts) {
    lengths.set(part.lengths, from);
    ordinals.set(part.ordinals, from);
    from += part.lengths.length;
  }
  return { runs: joinRuns(parts.flatMap(({ runs }) => runs)), lengths, ordinals };
}

/** Joins each run to the preceding one if its numbers continue that run. */
export function joinRuns(runs: readonly NumberRun[]): NumberRun[] {
  const joined: NumberRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last && last.first + last.count === run.first) {
      joined[joined.length - 1] = { first: last.first, count: last.count + run.count };
    } else {
      joined.push(run);
    }
  }
  return joined;
}

/** Returns the columns of the slots from `from` to before `until`. */
function sliceColumns(columns: SegmentColumns, from: number, until: number): SegmentColumns {
  return {
    runs: sliceRuns(columns.runs, from, until),
    lengths: columns.lengths.subarray(from, until),
    ordinals: columns.ordinals.subarray(from, until),
  };
}

/** Returns the runs of the slots from `from` to before `until`. */
export function sliceRuns(runs: readonly NumberRun[], from: number, until: number): NumberRun[] {
  let slot = 0;
  return runs.flatMap(({ first, count }) => {
    const start = Math.max(from - slot, 0);
    const end = Math.min(until - slot, count);
    slot += count;
    return end > start ? [{ first: first + start, count: end - start }] : [];
  });
}

/** Returns a view of an array's bytes. Numbers are little-endian on every platform of this service. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
