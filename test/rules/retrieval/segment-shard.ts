import type { FileId } from "../../../src/ids.ts";
import { ExactScan } from "../../../src/retrieval/dense/exact-scan.ts";
import kernel from "../../../src/retrieval/dense/kernel/kernel.wasm";
import { compareHits } from "../../../src/retrieval/fuse.ts";
import type { ShardQuery, ShardStatistics } from "../../../src/retrieval/search-types.ts";
import { decodeColumns, encodeColumns } from "../../../src/retrieval/segment/columns.ts";
import { type IndexedDocument, makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { mergeBlocks } from "../../../src/retrieval/segment/merge-blocks.ts";
import { decodeList, NO_POSTINGS } from "../../../src/retrieval/segment/posting-list.ts";
import {
  BlockCursor,
  encodeKey,
  FIELD,
  type TermBlock,
  lastKeyOf,
} from "../../../src/retrieval/segment/term-block.ts";
import { AttributeColumns } from "../../../src/retrieval/shard/attribute-columns.ts";
import { rankShard } from "../../../src/retrieval/shard/rank-shard.ts";
import { countDocuments } from "../../../src/retrieval/shard/score-terms.ts";
import { type IndexedSegment, ShardIndex } from "../../../src/retrieval/shard/shard-index.ts";

/** A hit as the oracle and a shard of segments both give it. */
export type Hit = {
  readonly chunkId: string;
  readonly lexical: number;
  readonly dense: number;
};

/** A search shard in memory, made of the same segments as a search shard object, without its storage. */
export class SegmentShard {
  readonly index = new ShardIndex();
  readonly blocks = new Map<number, readonly TermBlock[]>();
  readonly #ids = new Map<number, string>();
  readonly #files = new Map<FileId, { first: number; count: number; ordinal: number }>();
  readonly #attributes = new AttributeColumns();
  #dense: ExactScan | null = null;
  #next = 1;
  #nextSegment = 1;

  /** Writes files in one call, in place of their older versions. */
  write(documents: readonly IndexedDocument[]): void {
    const batch = makeBatch(documents);
    const first = this.#next;
    const ordinals: number[] = [];
    const lengths: number[] = [];
    for (const { fileId, chunks, attributes } of batch.documents) {
      this.remove(fileId);
      const ordinal = this.#files.get(fileId)?.ordinal ?? this.#files.size;
      this.#attributes.set(ordinal, attributes);
      this.#files.set(fileId, { first: this.#next, count: chunks.length, ordinal });
      for (const { id, length } of chunks) {
        this.#ids.set(this.#next++, id);
        ordinals.push(ordinal);
        lengths.push(length);
      }
    }
    const parts = encodeColumns({
      runs: [{ first, count: lengths.length }],
      lengths: Uint32Array.from(lengths),
      ordinals: Uint32Array.from(ordinals),
    });
    const id = this.#nextSegment++;
    this.blocks.set(id, batch.blocks);
    this.index.append({ id, columns: decodeColumns(parts), dropped: 0 });
    if (batch.dimensions > 0) {
      this.#dense ??= new ExactScan(kernel, batch.dimensions);
      this.#dense.append(batch.vectors);
    }
  }

  /** Removes the chunks of a file. */
  remove(fileId: FileId): void {
    const file = this.#files.get(fileId);
    if (file) this.index.remove({ first: file.first, count: file.count });
  }

  setAttributes(document: Pick<IndexedDocument, "fileId" | "attributes">): void {
    const file = this.#files.get(document.fileId);
    if (file) this.#attributes.set(file.ordinal, document.attributes);
  }

  /** Merges segments, in as many steps as there are blocks, each continuing after the last key of the one before. */
  merge(sources: readonly IndexedSegment[], interrupted: boolean): void {
    const { index } = this;
    const [start] = sources;
    if (!start) return;
    const inputs = () =>
      sources.map((source) => {
        const offset = source.base - start.base;
        const slots = Int32Array.from({ length: source.count }, (_, slot) =>
          index.live[source.base + slot] === 1 ? offset + slot : -1,
        );
        const { lengths } = index.columnsOf(source);
        const blocks = (this.blocks.get(source.id) ?? []).map(({ bytes }) => bytes);
        const keepsAll = source.removed === source.dropped;
        return { blocks, offset, slots: keepsAll ? null : slots, lengths };
      });
    let merged = [...mergeBlocks(inputs(), { blockBytes: 60 })];
    for (const [position, block] of interrupted ? merged.slice(0, -1).entries() : []) {
      merged = [
        ...merged.slice(0, position + 1),
        ...mergeBlocks(inputs(), { after: lastKeyOf(block), blockBytes: 60 }),
      ];
    }
    const removed = sources.reduce((sum, source) => sum + source.removed, 0);
    const id = this.#nextSegment++;
    this.blocks.set(id, merged);
    index.replace(sources, id, removed);
  }

  statistics(terms: readonly string[]): ShardStatistics {
    return countDocuments(this.index, this.#findList, terms);
  }

  search(query: ShardQuery): Hit[] {
    const { index } = this;
    const admitted = query.filter
      ? this.#attributes.admit(query.filter, this.#files.size).slice()
      : new Uint8Array(this.#files.size).fill(1);
    for (const fileId of query.hidden) admitted[this.#files.get(fileId)?.ordinal ?? -1] = 0;
    const idAt = (position: number) => this.#ids.get(index.numberAt(position)) ?? "";
    return rankShard(
      {
        index,
        findList: this.#findList,
        dense: this.#dense,
        nearest: null,
        buffer: new Float64Array(index.count),
        readIds: (positions) => new Map(positions.map((position) => [position, idAt(position)])),
      },
      query,
      admitted,
    )
      .chunks.map(({ position, ...scores }) => ({ chunkId: idAt(position), ...scores }))
      .toSorted(compareHits)
      .map(({ chunkId, lexical, dense }) => ({ chunkId, lexical, dense }));
  }

  readonly #findList = ({ id }: IndexedSegment, term: string) => {
    const key = encodeKey(FIELD.text, term);
    for (const { bytes } of this.blocks.get(id) ?? []) {
      const cursor = new BlockCursor(bytes);
      if (cursor.seek(key)) return decodeList(cursor);
    }
    return NO_POSTINGS;
  };
}

/** Returns the key of a block's last list. */
