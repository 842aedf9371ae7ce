import {
  blob,
  columns,
  integer,
  nullable,
  type RowOf,
  text,
  withBound,
} from "../../../src/columns.ts";
import { compareBytes, DamagedSegment } from "../../../src/retrieval/segment/bytes.ts";
import type { SegmentColumns } from "../../../src/retrieval/segment/columns.ts";
import { decodeColumns, encodeColumns } from "../../../src/retrieval/segment/columns.ts";
import { packBlocks, unpackBlocks } from "../../../src/retrieval/segment/pack-blocks.ts";
import {
  blocksFrom,
  findBlock,
  type TermBlock,
} from "../../../src/retrieval/segment/term-block.ts";
import { SHARD_LIMITS, type ShardLimits } from "../shard-limits.ts";

const PART_BYTES_MAX = 1_950_000;
/** Bound of the key of a posting list, in bytes. A term has at most 64 code units, so keys are much shorter. */
const KEY_BYTES_MAX = 1_000;

/** Blocks that a walk over many reads at once, about 16 KB each. */
const BLOCKS_READ = 8;

/** The columns of the table of segments, of which the index of a search shard consists. */
export const SEGMENT = columns("segment", {
  id: integer(),
  state: text<"live" | "staged" | "merging" | "dropped">(),
  place: integer(),
  chunkCount: integer(),
  dropped: integer(),
  dimensions: integer(),
  analyzer: integer(),
  nextNumber: integer(),
  nextOrdinal: integer(),
  columns: nullable(withBound(blob(), SHARD_LIMITS.inlineBytes * 2)),
  terms: nullable(withBound(blob(), SHARD_LIMITS.inlineBytes * 2)),
});
/** The columns of the table of segments' parts that are too large for the segment's row: columns and posting lists. */
export const SEGMENT_PART = columns("segment_part", {
  segment: integer(),
  kind: integer(),
  firstKey: withBound(blob(), KEY_BYTES_MAX),
  bytes: withBound(blob(), PART_BYTES_MAX),
});
const LISTED = SEGMENT.omit("columns", "terms");

/** The row of a segment without its columns and posting lists. */
export type SegmentRow = RowOf<typeof LISTED>;

const KIND = { columns: 0, terms: 1 } as const;

const LIST = `SELECT ${LISTED.select()} FROM segment WHERE state = 'live' ORDER BY place`;
const FIND = `SELECT ${LISTED.select()} FROM segment WHERE id = ?`;
const NEXT = `SELECT coalesce(max(id), 0) + 1 AS id, coalesce(max(next_number), 1) AS nextNumber,
  coalesce(max(next_ordinal), 0) AS nextOrdinal, coalesce(max(dimensions), 0) AS dimensions FROM segment`;
const PUT = `INSERT OR REPLACE INTO segment (${SEGMENT.names}) VALUES (${SEGMENT.marks})`;
const PUT_PART = `INSERT OR REPLACE INTO segment_part (${SEGMENT_PART.names})
  VALUES (${SEGMENT_PART.marks})`;
const ENLIVEN = "UPDATE segment SET state = 'live', place = ?, next_number = ? WHERE id = ?";
const FINISH = "UPDATE segment SET state = 'live', dropped = ? WHERE id = ?";
const DROP = "DELETE FROM segment WHERE id = ?";
const DROP_PARTS = "DELETE FROM segment_part WHERE segment = ?";
const DROP_ALL = "DELETE FROM segment";
const DROP_ALL_PARTS = "DELETE FROM segment_part";
const INLINE_COLUMNS = "SELECT columns AS bytes FROM segment WHERE id = ? AND columns IS NOT NULL";
const INLINE_TERMS = "SELECT terms AS bytes FROM segment WHERE id = ? AND terms IS NOT NULL";
const COLUMN_PARTS = `SELECT bytes FROM segment_part WHERE segment = ? AND kind = ${KIND.columns}
  ORDER BY first_key`;
const FIND_BLOCK = `SELECT first_key AS firstKey, bytes FROM segment_part
  WHERE segment = ? AND kind = ${KIND.terms} AND first_key <= ? ORDER BY first_key DESC LIMIT 1`;
const NEXT_BLOCK = `SELECT first_key AS firstKey, bytes FROM segment_part
  WHERE segment = ? AND kind = ${KIND.terms} AND first_key > ? ORDER BY first_key LIMIT 1`;
const blocksBetween = (from: string) => `SELECT first_key AS firstKey, bytes FROM segment_part
  WHERE segment = ?1 AND kind = ${KIND.terms} AND first_key ${from} AND first_key < ?3
  ORDER BY first_key LIMIT ${BLOCKS_READ}`;
const FIRST_BLOCKS = blocksBetween(`>= coalesce((SELECT max(first_key) FROM segment_part
  WHERE segment = ?1 AND kind = ${KIND.terms} AND first_key <= ?2), ?2)`);
const NEXT_BLOCKS = blocksBetween("> ?2");

type Bytes = { readonly bytes: ArrayBuffer };
type BlockRow = Bytes & { readonly firstKey: ArrayBuffer };

/** Reads and writes the segments of a search shard. It makes no decisions; callers open transactions. */
export class SegmentTables {
  readonly #sql: SqlStorage;
  readonly #inlineBytes: number;

  constructor(sql: SqlStorage, { inlineBytes }: ShardLimits) {
    this.#sql = sql;
    this.#inlineBytes = inlineBytes;
  }

  /** Lists the segments that searches use, in the order of `place`. */
  list(): SegmentRow[] {
    return this.#sql.exec<SegmentRow>(LIST).toArray();
  }

  /** Reads the row of a segment; null if there is none. */
  find(id: number): SegmentRow | null {
    return this.#sql.exec<SegmentRow>(FIND, id).toArray()[0] ?? null;
  }

  /**
   * Returns the next unused segment id, chunk number and file ordinal, and the number of dimensions of the vectors (0
   * without any).
   */
  next(): { id: number; nextNumber: number; nextOrdinal: number; dimensions: number } {
    type Next = { id: number; nextNumber: number; nextOrdinal: number; dimensions: number };
    return this.#sql.exec<Next>(NEXT).one();
  }

  /** Writes a segment. Small columns and posting lists are in its row, large ones in rows of their own. */
  put(row: SegmentRow, columnValues: SegmentColumns, blocks: readonly TermBlock[]): void {
    const parts = encodeColumns(columnValues);
    const [onlyPart] = parts;
    const hasOnePart = parts.length === 1 && onlyPart && onlyPart.length <= this.#inlineBytes;
    const columnBytes = hasOnePart ? onlyPart.buffer : null;
    const bytes = blocks.reduce((sum, block) => sum + block.bytes.length, 0);
    const isSmall = bytes > 0 && bytes <= this.#inlineBytes;
    const terms = isSmall ? packBlocks(blocks).buffer : null;
    this.#sql.exec(PUT, ...SEGMENT.bind({ ...row, columns: columnBytes, terms }));
    if (columnBytes === null) {
      for (const [index, part] of parts.entries()) {
        this.#putPart(row.id, KIND.columns, Uint8Array.of(index), part);
      }
    }
    if (terms === null) this.addBlocks(row.id, blocks);
  }

  /** Adds blocks of posting lists to a segment. */
  addBlocks(segment: number, blocks: readonly TermBlock[]): void {
    for (const { firstKey, bytes } of blocks) this.#putPart(segment, KIND.terms, firstKey, bytes);
  }

  #putPart(segment: number, kind: number, firstKey: Uint8Array, bytes: Uint8Array): void {
    const part = { segment, kind, firstKey: firstKey.slice().buffer, bytes: bytes.slice().buffer };
    this.#sql.exec(PUT_PART, ...SEGMENT_PART.bind(part));
  }

  /**
   * Makes a staged segment visible to searches, at `place` in their order. `nextNumber` is the next unused chunk
   * number.
   */
  enliven(id: number, place: number, nextNumber: number): void {
    this.#sql.exec(ENLIVEN, place, nextNumber, id);
  }

  /**
   * Makes the target of a merge visible to searches. Its posting lists leave out `dropped` of its removed chunks; -1 if
   * that number is unknown.
   */
  finish(id: number, dropped: number): void {
    this.#sql.exec(FINISH, dropped, id);
  }

  /** Deletes a segment. */
  drop(id: number): void {
    this.#sql.exec(DROP, id);
    this.#sql.exec(DROP_PARTS, id);
  }

  /** Deletes all segments, staged ones included. */
  dropAll(): void {
    this.#sql.exec(DROP_ALL);
    this.#sql.exec(DROP_ALL_PARTS);
  }

  /** Reads the columns of a segment. Throws `DamagedSegment` if they are damaged or incomplete. */
  readColumns(id: number): SegmentColumns {
    const inline = this.#sql.exec<Bytes>(INLINE_COLUMNS, id).toArray();
    const parts = inline.length > 0 ? inline : this.#sql.exec<Bytes>(COLUMN_PARTS, id).toArray();
    const columnsOf = decodeColumns(parts.map(({ bytes }) => new Uint8Array(bytes)));
    if (columnsOf.lengths.length !== this.find(id)?.chunkCount) {
      throw new DamagedSegment(`The columns of segment ${id} are not of all its chunks`);
    }
    return columnsOf;
  }

  /** Reads the only block of a segment that can contain the posting list of a key; null if no block can. */
  findBlock(segment: number, key: Uint8Array): Uint8Array | null {
    const [found] = this.#sql.exec<BlockRow>(FIND_BLOCK, segment, toBuffer(key)).toArray();
    return found ? new Uint8Array(found.bytes) : findBlock(this.#inlineBlocks(segment), key);
  }

  /**
   * Yields the blocks of a segment in the order of their keys. With `after`, leaves out blocks whose keys all precede
   * this key; null yields all.
   */
  *blocks(segment: number, after: Uint8Array | null): Generator<Uint8Array, void, undefined> {
    let [row] = after
      ? this.#sql.exec<BlockRow>(FIND_BLOCK, segment, toBuffer(after)).toArray()
      : [];
    row ??= this.#nextBlock(segment, new ArrayBuffer());
    if (!row) {
      const inline = this.#inlineBlocks(segment);
      for (const { bytes } of after ? blocksFrom(inline, after) : inline) yield bytes;
    }
    while (row) {
      yield new Uint8Array(row.bytes);
      row = this.#nextBlock(segment, row.firstKey);
    }
  }

  /**
   * Yields the blocks of a segment in the order of their keys, a few of which are read at once: from the only block that
   * can contain the posting list of the key `from`, to the last one that can have keys before `before`.
   */
  *blocksBetween(segment: number, from: Uint8Array, before: Uint8Array): Generator<Uint8Array> {
    const end = toBuffer(before);
    let rows = this.#sql.exec<BlockRow>(FIRST_BLOCKS, segment, toBuffer(from), end).toArray();
    if (rows.length === 0) yield* this.#inlineBetween(segment, from, before);
    for (;;) {
      for (const { bytes } of rows) yield new Uint8Array(bytes);
      const last = rows.at(-1);
      if (!last || rows.length < BLOCKS_READ) return;
      rows = this.#sql.exec<BlockRow>(NEXT_BLOCKS, segment, last.firstKey, end).toArray();
    }
  }

  /** Yields the blocks of a small segment, which are in its row, as `blocksBetween` does. */
  *#inlineBetween(segment: number, from: Uint8Array, before: Uint8Array): Generator<Uint8Array> {
    for (const { firstKey, bytes } of blocksFrom(this.#inlineBlocks(segment), from)) {
      if (compareBytes(firstKey, before) < 0) yield bytes;
    }
  }

  #inlineBlocks(segment: number): TermBlock[] {
    const [inline] = this.#sql.exec<Bytes>(INLINE_TERMS, segment).toArray();
    return inline ? unpackBlocks(new Uint8Array(inline.bytes)) : [];
  }

  #nextBlock(segment: number, key: ArrayBuffer): BlockRow | undefined {
    return this.#sql.exec<BlockRow>(NEXT_BLOCK, segment, key).toArray()[0];
  }
}

const toBuffer = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer;
