import { logger } from "../../src/platform/logger.ts";
import { type DenseCodes, freeCodes, sliceCodes } from "../../src/retrieval/dense/coded/codes.ts";
import { SignCoder } from "../../src/retrieval/dense/coded/sign-code.ts";
import { DamagedSegment } from "../../src/retrieval/segment/bytes.ts";
import type { NumberRun } from "../../src/retrieval/segment/columns.ts";
import { CODES_A_BLOCK, type CodeState, type CodeTables } from "./tables/code-tables.ts";

/** The vectors from which `ShardCodes` makes codes, and the WebAssembly module that makes them. */
type CodedVectors = {
  readonly kernel: WebAssembly.Module;
  readonly dimensions: number;
  /** Reads the int8 vectors of chunks with consecutive numbers, one after the other. */
  readonly readRows: (run: NumberRun) => Int8Array;
  /** Reads the int8 vectors of the first `CODED_FROM` chunks of the index. */
  readonly readSample: () => Int8Array;
};

/**
 * The codes of a shard's vectors (see `DenseCodes`), made once and stored. A shard in the coded tier loads the codes
 * instead of the vectors when it starts: 70 KB for 1,024 chunks of 512 dimensions. The codes are relative to the mean
 * of the vectors of the first `CODED_FROM` chunks.
 */
export class ShardCodes {
  readonly #tables: CodeTables;
  readonly #vectors: CodedVectors;
  #coder: SignCoder | null = null;
  /** The state in storage, which has the same mean; null before the first codes. */
  #stored: CodeState | null;
  #state: CodeState | null;

  constructor(tables: CodeTables, vectors: CodedVectors) {
    this.#tables = tables;
    this.#vectors = vectors;
    this.#stored = this.#open();
    this.#state = this.#stored;
  }

  /** The mean to which the codes are relative. Computed from the first vectors if none is stored yet. */
  get mean(): Float32Array {
    return this.#readState().mean;
  }

  /** The number of the first chunk whose codes are not stored yet. */
  get storedUntil(): number {
    return (this.#stored?.nextKey ?? 0) * CODES_A_BLOCK;
  }

  /** True if the next block is complete. `until` is the first number whose chunk may still arrive. */
  isDue(until: number): boolean {
    return this.storedUntil + CODES_A_BLOCK <= until;
  }

  /**
   * Stores the codes of the next block that has chunks, or the mean before the first one. `next` is the first number
   * from `storedUntil` on that has a chunk. The caller opens a transaction. Takes 6 ms for a block, 15 ms for the mean.
   */
  storeNext(next: number, until: number): void {
    const { mean, nextKey } = this.#readState();
    const key = Math.floor(Math.min(next, until) / CODES_A_BLOCK);
    if (this.#stored === null) {
      this.#tables.begin(this.#vectors.dimensions, mean);
      this.#stored = { mean, nextKey };
    } else if (key > nextKey) {
      // Long files reserve more numbers than they use.
      this.#moveTo(key);
    } else {
      this.#tables.put(key, this.#encodeBlock(key));
      this.#moveTo(key + 1);
    }
  }

  /**
   * Yields the codes of chunks with consecutive numbers, in parts: first the stored ones, then those of newer chunks,
   * which are computed on the way. A part is freed when the next one is asked for.
   */
  *read({ first, count }: NumberRun): Generator<DenseCodes> {
    const end = first + count;
    for (let number = first; number < end;) {
      const key = Math.floor(number / CODES_A_BLOCK);
      const until = Math.min(end, (key + 1) * CODES_A_BLOCK);
      const from = number - key * CODES_A_BLOCK;
      const codes = this.#readPart(key, from, from + until - number);
      yield codes;
      freeCodes(codes);
      number = until;
    }
  }

  /** Computes the codes of int8 rows, which are one after the other. */
  encode(rows: Int8Array): DenseCodes {
    this.#coder ??= new SignCoder(this.#vectors.kernel, this.#vectors.dimensions, this.mean);
    return this.#coder.encode(rows);
  }

  /** Reads the stored state. Without their mean the stored codes say nothing: they are made again. */
  #open(): CodeState | null {
    try {
      return this.#tables.state(this.#vectors.dimensions);
    } catch (error) {
      if (!(error instanceof DamagedSegment)) throw error;
      logger.failed("search.codes.damaged", error, { reason: error.message });
      this.#tables.dropAll();
      return null;
    }
  }

  #readBlock(key: number): DenseCodes {
    try {
      return this.#tables.read(this.#vectors.dimensions, key);
    } catch (error) {
      if (!(error instanceof DamagedSegment)) throw error;
      logger.failed("search.codes.damaged", error, { reason: error.message });
      const codes = this.#encodeBlock(key);
      this.#tables.put(key, codes);
      return codes;
    }
  }

  /** Reads the codes of a block from the index `from` to before `until`, or computes those of a newer one. */
  #readPart(key: number, from: number, until: number): DenseCodes {
    if (key < this.#readState().nextKey) return sliceCodes(this.#readBlock(key), from, until);
    const first = key * CODES_A_BLOCK + from;
    return this.encode(this.#vectors.readRows({ first, count: until - from }));
  }

  #encodeBlock(key: number): DenseCodes {
    return this.encode(
      this.#vectors.readRows({ first: key * CODES_A_BLOCK, count: CODES_A_BLOCK }),
    );
  }

  #readState(): CodeState {
    this.#state ??= { mean: this.#measureMean(), nextKey: 0 };
    return this.#state;
  }

  #moveTo(nextKey: number): void {
    this.#tables.advance(this.#vectors.dimensions, nextKey);
    this.#stored = { mean: this.mean, nextKey };
    this.#state = this.#stored;
  }

  #measureMean(): Float32Array {
    const { kernel, dimensions, readSample } = this.#vectors;
    return SignCoder.measureMean(kernel, dimensions, readSample());
  }
}
