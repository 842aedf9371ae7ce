import type { Attributes } from "../../src/knowledge/attributes.ts";
import { compareHits } from "../../src/retrieval/fuse.ts";
import type {
  DenseTier,
  ExplainedCandidates,
  ShardCandidate,
  ShardQuery,
  ShardStatistics,
} from "../../src/retrieval/search-types.ts";
import type { SegmentColumns } from "../../src/retrieval/segment/columns.ts";
import {
  decodeList,
  NO_POSTINGS,
  type PostingList,
} from "../../src/retrieval/segment/posting-list.ts";
import {
  BlockCursor,
  encodeKey,
  FIELD,
  type TermBlock,
} from "../../src/retrieval/segment/term-block.ts";
import { findNearest, type FoundNearest } from "../../src/retrieval/shard/find-nearest.ts";
import type {
  MemoryHolder,
  MemoryLedger,
  MemoryPart,
} from "../../src/retrieval/shard/memory-ledger.ts";
import { PostingCache } from "../../src/retrieval/shard/posting-cache.ts";
import { type RankedChunk, rankShard, type Ranking } from "../../src/retrieval/shard/rank-shard.ts";
import { countDocuments, type FindList } from "../../src/retrieval/shard/score-terms.ts";
import {
  type IndexedSegment,
  type NewSegment,
  ShardIndex,
} from "../../src/retrieval/shard/shard-index.ts";
import { NO_WORK } from "../../src/retrieval/shard/shard-work.ts";
import { loadUnindexed, readOldList, REST } from "./load-unindexed.ts";
import { ShardAnalyzer } from "./shard-analyzer.ts";
import { ShardFilter } from "./shard-filter.ts";
import type { ShardOutbox } from "./shard-outbox.ts";
import { ShardTail, TAIL } from "./shard-tail.ts";
import { ShardVectors } from "./shard-vectors.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

/** Maximum size of the cache of decoded posting lists, in bytes. Those of one question have about 40,000 postings. */
const POSTING_BYTES_MAX = 16_000_000;

/** The chunks of a write call that are added to the tail, and their vectors, one after the other. */
type TailCall = {
  readonly columns: SegmentColumns;
  readonly vectors: Int8Array;
  readonly blocks: readonly TermBlock[];
};

/** A ranking, and how many of the nearest chunks a vector index should find first; null if they suffice. */
type Ranked = Ranking & { readonly tier: DenseTier | null; readonly depth: number | null };

/** The parts of a search shard's object that `LoadedShard` uses. */
export type ShardHost = {
  /** The id of the object. */
  readonly id: string;
  /** The module of the kernel that scans vectors. */
  readonly kernel: WebAssembly.Module;
  readonly ledger: MemoryLedger;
  /** The changes of vector indexes that wait in the shard. */
  readonly outbox: ShardOutbox;
  /** Called when the ledger frees all memory of the shard: the owner drops the loaded shard. */
  readonly onGivenUp: () => void;
};

/**
 * A search shard in memory: the columns of its chunks, and posting lists of recent questions. Vectors are loaded by the
 * first search that needs them, attributes by the first search with a filter. It is a cache of the shard's storage: the
 * first call to the object loads it, and changes are applied to both.
 */
export class LoadedShard implements MemoryHolder {
  readonly index = new ShardIndex();
  readonly analyzer: ShardAnalyzer;
  readonly tail: ShardTail;
  readonly lists = new PostingCache(POSTING_BYTES_MAX);
  /** The next unused number of a chunk, and the next unused ordinal of a file. */
  nextNumber: number;
  nextOrdinal: number;
  /** Number of dimensions of the chunks' vectors, which are all of one embedding model; 0 before the first chunk. */
  dimensions: number;
  readonly #tables: ShardTables;
  readonly #vectors: ShardVectors;
  readonly #filter: ShardFilter;
  #buffer = new Float64Array();
  readonly id: string;
  readonly #host: ShardHost;

  constructor(tables: ShardTables, host: ShardHost) {
    this.id = host.id;
    this.#tables = tables;
    this.#host = host;
    this.#filter = new ShardFilter(tables.chunks);
    this.analyzer = new ShardAnalyzer(tables.analyzer);
    this.tail = new ShardTail(tables.limits, this.analyzer);
    const unindexed = tables.unindexed.read();
    const next = tables.segments.next();
    const indexedUntil = Math.max(next.nextNumber, (unindexed?.lastNumber ?? 0) + 1);
    this.dimensions =
      next.dimensions || unindexed?.dimensions || tables.vectors.ownDimensions(indexedUntil);
    for (const { id, dropped } of tables.segments.list()) {
      this.index.append({ id, columns: tables.segments.readColumns(id), dropped });
    }
    const rest = unindexed && loadUnindexed(tables, unindexed);
    if (rest && rest.lengths.length > 0) {
      this.index.append({ id: REST, columns: rest, dropped: 0 });
    }
    const newest = tables.chunks.tailChunks(indexedUntil);
    const columns = this.tail.load(newest);
    if (newest.length > 0) this.index.append({ id: TAIL, columns, dropped: 0 });
    for (const run of tables.removals.list()) this.index.remove(run);
    this.nextNumber = (newest.at(-1)?.number ?? indexedUntil - 1) + 1;
    this.nextOrdinal = unindexed
      ? Math.max(next.nextOrdinal, tables.chunks.nextOrdinal())
      : columns.ordinals.reduce((most, one) => Math.max(most, one + 1), next.nextOrdinal);
    this.#vectors = new ShardVectors(tables, this, host);
  }

  /** Bytes that the shard holds in memory, without the decoded texts of a search. */
  get heldBytes(): number {
    const columns = this.index.bytes + this.#buffer.byteLength;
    return columns + this.#filter.bytes + this.lists.bytes + this.#vectors.bytes;
  }

  /** Bytes that the shard may hold while the other shards of the isolate keep theirs. */
  get roomBytes(): number {
    return this.#host.ledger.roomFor(this);
  }

  /** Frees a part of the memory for other shards of the isolate. */
  giveUp(part: MemoryPart): void {
    if (part === "postings") this.lists.clear();
    else if (part === "rows") this.#vectors.dropRows();
    else this.#host.onGivenUp();
  }

  /** True if the codes of a complete block of chunks are not stored yet. */
  get areCodesDue(): boolean {
    return this.#vectors.areCodesDue;
  }

  /** Stores the codes of the next complete block of chunks. The caller opens a transaction. */
  storeCodes(): void {
    this.#vectors.storeCodes();
  }

  /**
   * The number of the first chunk in the tail, or the next unused number if the tail is empty. Chunks with lower
   * numbers are in stored segments or wait to be indexed.
   */
  get indexedUntil(): number {
    return this.tail.count > 0 ? this.tail.first : this.nextNumber;
  }

  /** Adds a segment after the others. The segment and the vectors of its chunks are already in storage. */
  append(segment: NewSegment): void {
    this.index.append(segment);
    this.#vectors.append(segment.columns.runs);
  }

  /** Adds the chunks of a write call to the tail. Their rows are already in storage. */
  appendToTail({ columns, vectors, blocks }: TailCall): void {
    const before = this.index.segments.at(-1);
    this.index.append({ id: TAIL, columns, dropped: 0 });
    this.#vectors.appendRows(vectors);
    const added = this.index.segments.at(-1);
    if (before?.id === TAIL && added) this.index.replace([before, added], TAIL, 0);
    const [run] = columns.runs;
    if (run) this.tail.add(blocks, run);
    this.lists.forget(new Set([TAIL]));
  }

  /** Replaces the attributes of a file. */
  setAttributes(ordinal: number, attributes: Attributes): void {
    this.#filter.set(ordinal, attributes);
  }

  /** Returns the number of posting lists of a term that are not in memory. */
  missingLists(term: string): number {
    return this.index.segments.filter(({ id }) => !this.lists.has(id, term)).length;
  }

  /** Reads the posting lists of terms into memory. */
  loadLists(terms: readonly string[]): void {
    for (const term of terms)
      for (const segment of this.index.segments) this.#findList(segment, term);
  }

  /** Reads the numbers from which BM25 scores are computed. */
  statistics(terms: readonly string[]): ShardStatistics {
    const { dimensions } = this;
    const { filterKeys } = this.#host.outbox;
    const counted = countDocuments(this.index, this.#findList, terms);
    return {
      ...counted,
      ...(dimensions > 0 && { dimensions }),
      ...(filterKeys !== null && { filterKeys }),
    };
  }

  /** Finds the best chunks for a query, with their texts, best first. */
  search(query: ShardQuery): ShardCandidate[] {
    const nearest = query.nearest && { ...query.nearest, mayDeepen: false };
    return this.#readCandidates(this.#rank({ ...query, nearest }, this.#findList).chunks);
  }

  /**
   * Finds the best chunks as `search` does, and counts the work for it. If a vector index can be asked for more of the
   * nearest chunks, and that helps, finds nothing and says how many.
   */
  searchExplained(query: ShardQuery): ExplainedCandidates {
    const { hits, misses } = this.lists;
    let postings = 0;
    const { chunks, isCapped, tier, depth } = this.#rank(query, (segment, term) => {
      const list = this.#findList(segment, term);
      postings += list.slots.length;
      return list;
    });
    if (depth !== null) return { candidates: [], work: NO_WORK, depth };
    const work = {
      dense: tier,
      isCapped,
      segments: this.index.segments.length,
      postings,
      cachedLists: this.lists.hits - hits,
      readLists: this.lists.misses - misses,
    };
    return { candidates: this.#readCandidates(chunks), work };
  }

  #rank(query: ShardQuery, findList: FindList): Ranked {
    const { index } = this;
    const isDense = query.vector !== null && query.weights.dense > 0;
    if (this.#buffer.length < index.count) this.#buffer = new Float64Array(index.lengths.length);
    const admitted = this.#filter.admit(query, this.nextOrdinal);
    const found = isDense ? this.#findNearest(query, admitted) : null;
    const depth = found?.depth ?? null;
    if (depth !== null) return { chunks: [], isCapped: false, tier: null, depth };
    const nearest = found?.positions ?? null;
    const dense = isDense ? this.#vectors.load(nearest) : null;
    const readIds = (positions: readonly number[]) => this.#readIds(positions);
    const shard = { index, findList, dense, nearest, buffer: this.#buffer, readIds };
    return { ...rankShard(shard, query, admitted), tier: dense?.tier ?? null, depth };
  }

  /** Finds the chunks that a vector index has found; null if the shard has to search its vectors itself. */
  #findNearest(query: ShardQuery, admitted: Uint8Array | null): FoundNearest | null {
    const { candidatesMax } = query;
    const { outbox } = this.#host;
    if (!this.#vectors.serves(query.nearest)) return null;
    // A shard whose vectors are in memory finds the best faster than another question to the index does.
    const mayDeepen = query.nearest.mayDeepen && !this.#vectors.isHeld;
    const overlay = () => outbox.overlay();
    const context = { candidatesMax, admitted, overlay };
    const found = findNearest(this.index, { ...query.nearest, mayDeepen }, context);
    outbox.noteStrays(found.strays);
    return found;
  }

  /** Reads the texts of ranked chunks. Returns the candidates, best first. */
  #readCandidates(chunks: readonly RankedChunk[]): ShardCandidate[] {
    const ranked = chunks.map((chunk) => ({
      ...chunk,
      number: this.index.numberAt(chunk.position),
    }));
    const passages = this.#tables.chunks.passages(ranked.map(({ number }) => number));
    return ranked
      .flatMap(({ number, lexical, dense, score }) => {
        const passage = passages.get(number);
        return passage ? [{ ...passage, lexical, dense, score }] : [];
      })
      .toSorted(compareHits)
      .map(({ score: _score, ...candidate }) => candidate);
  }

  #readIds(positions: readonly number[]): Map<number, string> {
    const numbers = positions.map((position) => this.index.numberAt(position));
    const ids = this.#tables.chunks.chunkIds(numbers);
    return new Map(positions.map((position, at) => [position, ids.get(numbers[at] ?? -1) ?? ""]));
  }

  readonly #findList = (segment: IndexedSegment, term: string): PostingList =>
    this.lists.find(segment.id, term, () => {
      if (segment.id === REST) return readOldList(this.#tables, segment, term);
      const key = encodeKey(FIELD.text, term);
      const block =
        segment.id === TAIL
          ? this.tail.findBlock(key)
          : this.#tables.segments.findBlock(segment.id, key);
      if (!block) return NO_POSTINGS;
      const cursor = new BlockCursor(block);
      return cursor.seek(key) ? decodeList(cursor) : NO_POSTINGS;
    });
}
