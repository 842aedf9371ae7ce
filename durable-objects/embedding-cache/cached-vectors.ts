import type {
  CacheFigures,
  VectorBatch,
  VectorForm,
} from "../../src/retrieval/embedding-cache/cache-client.ts";
import { joinKeys, KEY_BYTES, splitKeys } from "../../src/retrieval/embedding-cache/text-key.ts";
import type { CacheTables } from "./cache-tables.ts";

/** The bounds of an embedding cache. */
export type CacheLimits = {
  /** Bytes of the vectors and of their keys. */
  readonly bytesMax: number;
  /** Vectors, whose keys are in memory. */
  readonly vectorsMax: number;
  /** Bytes of the vectors of a block: what one row stores. */
  readonly blockBytes: number;
};

/** Vectors of a block at most, also if they are short. */
const BLOCK_VECTORS_MAX = 1_024;
/** The time of a use is written if the written one is older than this: each write costs a row. */
const TOUCH_MS = 3_600_000;

/** A block of vectors, as it is known without reading its vectors. */
type Block = {
  readonly id: number;
  readonly model: string;
  readonly form: VectorForm;
  readonly vectorBytes: number;
  keys: readonly string[];
  usedAt: number;
  savedAt: number;
};

/**
 * The vectors of an embedding cache: the rows of its blocks, and in memory where the vector of each key is and the order
 * of use. The unit of use is a block. Callers open transactions, and drop the instance if one fails.
 */
export class CachedVectors {
  readonly #tables: CacheTables;
  readonly #limits: CacheLimits;
  /** All blocks, the one first that was not used for the longest time. */
  readonly #blocks = new Map<number, Block>();
  /** Where the vector of each key is: the id of its block times `BLOCK_VECTORS_MAX`, plus its place in the block. */
  readonly #places = new Map<string, number>();
  #bytes = 0;

  constructor(tables: CacheTables, limits: CacheLimits) {
    this.#tables = tables;
    this.#limits = limits;
    for (const { keys, usedAt, ...head } of tables.list()) {
      this.#add({ ...head, keys: splitKeys(new Uint8Array(keys)), usedAt, savedAt: usedAt });
    }
  }

  /** Finds vectors by their keys. Those that are found count as used at `now`, in milliseconds since the epoch. */
  find(keys: Uint8Array, now: number): (Uint8Array | null)[] {
    const read = new Map<Block, Uint8Array>();
    const found = splitKeys(keys).map((key) => {
      const at = this.#places.get(key);
      const block = at === undefined ? null : this.#blocks.get(Math.floor(at / BLOCK_VECTORS_MAX));
      if (at === undefined || !block) return null;
      const vectors = read.get(block) ?? this.#readVectors(block);
      if (!vectors) return null;
      read.set(block, vectors);
      const place = at % BLOCK_VECTORS_MAX;
      return vectors.slice(place * block.vectorBytes, (place + 1) * block.vectorBytes);
    });
    for (const block of read.keys()) this.#use(block, now);
    return found;
  }

  /** Keeps the vectors of texts that have none, and makes room for them. */
  keep({ model, form, keys, vectors }: VectorBatch, now: number): void {
    const given = splitKeys(keys);
    if (given.length === 0 || vectors.length === 0) return;
    const vectorBytes = vectors.length / given.length;
    this.#dropOthers(model, form, vectorBytes);
    const fresh = new Map<string, Uint8Array>();
    for (const [index, key] of given.entries()) {
      if (this.#places.has(key)) continue;
      fresh.set(key, vectors.subarray(index * vectorBytes, (index + 1) * vectorBytes));
    }
    const added = [...fresh];
    for (let from = 0; from < added.length;) {
      const block = this.#openBlock(model, form, vectorBytes, now);
      const before = this.#readVectors(block);
      if (!before) continue;
      const room = this.#capacity(vectorBytes) - block.keys.length;
      this.#append(block, before, added.slice(from, from + room), now);
      from += room;
    }
    this.#makeRoom();
  }

  /** Drops the blocks that were last used before `time`. Returns the time of the first use that is left; null if none. */
  dropUnused(time: number): number | null {
    for (const block of this.#blocks.values()) {
      if (block.usedAt < time) this.#drop(block);
    }
    const [oldest] = this.#blocks.values();
    return oldest?.usedAt ?? null;
  }

  /** Counts the vectors and their bytes. */
  size(): Pick<CacheFigures, "vectors" | "bytes"> {
    return { vectors: this.#places.size, bytes: this.#bytes };
  }

  /** Reads the vectors of a block. Drops one whose row is lost or damaged, and returns null. */
  #readVectors(block: Block): Uint8Array | null {
    const vectors = this.#tables.vectors(block.id);
    if (vectors.length === block.keys.length * block.vectorBytes) return vectors;
    this.#drop(block);
    return null;
  }

  /** Moves a block to the end of the order of use. */
  #use(block: Block, now: number): void {
    block.usedAt = now;
    this.#blocks.delete(block.id);
    this.#blocks.set(block.id, block);
    if (now - block.savedAt < TOUCH_MS) return;
    block.savedAt = now;
    this.#tables.touch(block.id, now);
  }

  /** Drops the vectors that a model made before its vectors had another length. */
  #dropOthers(model: string, form: VectorForm, vectorBytes: number): void {
    for (const block of this.#blocks.values()) {
      const isSame = block.model === model && block.form === form;
      if (isSame && block.vectorBytes !== vectorBytes) this.#drop(block);
    }
  }

  /** Finds a block of a model and form that has room, or makes one without a row. */
  #openBlock(model: string, form: VectorForm, vectorBytes: number, now: number): Block {
    const capacity = this.#capacity(vectorBytes);
    for (const block of this.#blocks.values()) {
      const isSame = block.model === model && block.form === form;
      if (isSame && block.keys.length < capacity) return block;
    }
    const id = Math.max(0, ...this.#blocks.keys()) + 1;
    const block = { id, model, form, vectorBytes, keys: [], usedAt: now, savedAt: now };
    this.#add(block);
    return block;
  }

  /** Adds vectors behind those of a block, `before`. */
  #append(
    block: Block,
    before: Uint8Array,
    added: readonly (readonly [string, Uint8Array])[],
    now: number,
  ): void {
    const { id, model, form, vectorBytes } = block;
    const vectors = new Uint8Array(before.length + added.length * vectorBytes);
    vectors.set(before);
    for (const [index, [key, bytes]] of added.entries()) {
      const place = block.keys.length + index;
      vectors.set(bytes, place * vectorBytes);
      this.#places.set(key, id * BLOCK_VECTORS_MAX + place);
    }
    block.keys = [...block.keys, ...added.map(([key]) => key)];
    block.savedAt = now;
    this.#bytes += added.length * (KEY_BYTES + vectorBytes);
    const keys = joinKeys(block.keys).buffer;
    this.#tables.save({ id, model, form, vectorBytes, usedAt: now, keys, vectors: vectors.buffer });
    this.#use(block, now);
  }

  /** Drops the blocks that were not used for the longest time, but not the last one. */
  #makeRoom(): void {
    const { bytesMax, vectorsMax } = this.#limits;
    for (const block of this.#blocks.values()) {
      const isFull = this.#bytes > bytesMax || this.#places.size > vectorsMax;
      if (!isFull || this.#blocks.size === 1) return;
      this.#drop(block);
    }
  }

  #add(block: Block): void {
    this.#blocks.set(block.id, block);
    for (const [place, key] of block.keys.entries()) {
      this.#places.set(key, block.id * BLOCK_VECTORS_MAX + place);
    }
    this.#bytes += block.keys.length * (KEY_BYTES + block.vectorBytes);
  }

  #drop({ id, keys, vectorBytes }: Block): void {
    this.#tables.drop(id);
    this.#blocks.delete(id);
    for (const key of keys) this.#places.delete(key);
    this.#bytes -= keys.length * (KEY_BYTES + vectorBytes);
  }

  #capacity(vectorBytes: number): number {
    const fitting = Math.floor(this.#limits.blockBytes / vectorBytes);
    return Math.min(BLOCK_VECTORS_MAX, Math.max(1, fitting));
  }
}
