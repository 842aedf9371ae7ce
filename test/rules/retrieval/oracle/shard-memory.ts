import type { FileId } from "../../../../src/ids.ts";
import { inverseNorm } from "../../../../src/retrieval/quantize.ts";

/**
 * The data by which a search scores a chunk. A shard keeps these data in memory, and reads the rest of a chunk only for
 * results.
 */
export type ChunkColumns = {
  /** The number by which the shard's inverted index refers to the chunk. */
  readonly number: number;
  readonly chunkId: string;
  readonly fileId: FileId;
  /** Number of index terms in the chunk. */
  readonly length: number;
  readonly vector: Int8Array;
};

/**
 * The scoring data of all chunks of a search shard, in contiguous arrays that a search scans. It is a cache of the
 * shard's storage, about 500 bytes per chunk, built by the first search after the shard's object starts. The index of a
 * chunk in the arrays is called its slot. When a chunk is removed, the last chunk moves to its slot.
 */
export class ShardMemory {
  readonly dimensions: number;
  count = 0;
  totalLength = 0;
  readonly chunkIds: string[] = [];
  readonly fileIds: FileId[] = [];
  lengths: Uint32Array;
  vectors: Int8Array;
  inverseNorms: Float32Array;
  readonly #numbers: number[] = [];
  readonly #slots = new Map<number, number>();

  constructor(dimensions: number, capacity = 64) {
    this.dimensions = dimensions;
    this.lengths = new Uint32Array(capacity);
    this.vectors = new Int8Array(capacity * dimensions);
    this.inverseNorms = new Float32Array(capacity);
  }

  /** Returns the slot of the chunk with this number in the inverted index; undefined if the chunk is not in memory. */
  findSlot(number: number): number | undefined {
    return this.#slots.get(number);
  }

  /** Returns the number in the inverted index of the chunk in a slot; -1 for an empty slot. */
  numberAt(slot: number): number {
    return this.#numbers[slot] ?? -1;
  }

  /** Adds a chunk in the next free slot. */
  add(chunk: ChunkColumns): void {
    if (this.count === this.lengths.length) this.#grow();
    const slot = this.count++;
    this.#slots.set(chunk.number, slot);
    this.#numbers[slot] = chunk.number;
    this.chunkIds[slot] = chunk.chunkId;
    this.fileIds[slot] = chunk.fileId;
    this.lengths[slot] = chunk.length;
    this.vectors.set(chunk.vector.subarray(0, this.dimensions), slot * this.dimensions);
    // A vector of another size, from another model, is similar to nothing; the chunk is still found by its words.
    this.inverseNorms[slot] =
      chunk.vector.length === this.dimensions ? inverseNorm(chunk.vector) : 0;
    this.totalLength += chunk.length;
  }

  /**
   * Removes the chunk with this number in the inverted index; the last slot's chunk takes its place. An unknown number
   * changes nothing.
   */
  remove(number: number): void {
    const slot = this.#slots.get(number);
    if (slot === undefined) return;
    this.#slots.delete(number);
    this.totalLength -= this.lengths[slot] ?? 0;
    const last = --this.count;
    const { dimensions } = this;
    this.lengths.copyWithin(slot, last, last + 1);
    this.inverseNorms.copyWithin(slot, last, last + 1);
    this.vectors.copyWithin(slot * dimensions, last * dimensions, (last + 1) * dimensions);
    fillFromEnd(this.chunkIds, slot);
    fillFromEnd(this.fileIds, slot);
    fillFromEnd(this.#numbers, slot);
    if (slot < last) this.#slots.set(this.numberAt(slot), slot);
  }

  #grow(): void {
    const capacity = this.lengths.length * 2;
    this.lengths = copyInto(new Uint32Array(capacity), this.lengths);
    this.vectors = copyInto(new Int8Array(capacity * this.dimensions), this.vectors);
    this.inverseNorms = copyInto(new Float32Array(capacity), this.inverseNorms);
  }
}

function fillFromEnd<Value>(values: Value[], slot: number): void {
  const last = values.pop();
  if (slot < values.length && last !== undefined) values[slot] = last;
}

function copyInto<Column extends Uint32Array | Int8Array | Float32Array>(
  column: Column,
  values: Column,
): Column {
  column.set(values);
  return column;
}
