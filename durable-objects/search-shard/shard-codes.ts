import { logger } from "../../src/platform/logger.ts";
import { type DenseCodes, sliceCodes } from "../../src/retrieval/dense/coded/codes.ts";
import { SignCoder } from "../../src/retrieval/dense/coded/sign-code.ts";
import { CODED_FROM } from "../../src/retrieval/dense/dense-scan.ts";
import { DamagedSegment } from "../../src/retrieval/segment/bytes.ts";
import type { NumberRun } from "../../src/retrieval/segment/columns.ts";
import { CODES_A_BLOCK, type CodeState, type CodeTables } from "./tables/code-tables.ts";

/** The vectors from which `ShardCodes` makes codes, and the WebAssembly module that makes them. */
type CodedVectors = {
  readonly kernel: WebAssembly.Module;
  readonly dimensions: number;
  /** Reads the int8 vectors of chunks with consecutive numbers, one after the other. */
  readonly readRows: (run: NumberRun) => Int8Array;
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

  /**
   * Stores the codes of the next block if the shard has enough chunks to fill it. `nextNumber` is the number of the
   * next chunk; the vectors of all chunks before it are stored. The caller opens a transaction. Takes 6 ms for a block,
   * and 25 ms more for the first one.
   */
  storeNext(nextNumber: number): void {
    if (nextNumber < CODED_FROM) return;
    const { mean, nextKey } = this.#readState();
    const first = nextKey * CODES_A_BLOCK;
    if (first + CODES_A_BLOCK > nextNumber) return;
    const { dimensions } = this.#vectors;
    if (this.#stored === null) this.#tables.begin(dimensions, mean);
    this.#tables.add(dimensions, nextKey, this.#encodeBlock(nextKey));
    this.#stored = { mean, nextKey: nextKey + 1 };
    this.#state = this.#stored;
  }

  /**
   * Yields the codes of chunks with consecutive numbers, in parts: first the stored ones, then those of newer chunks,
   * which are computed on the way.
   */
  *read({ first, count }: NumberRun): Generator<DenseCodes> {
    const storedUntil = this.#readState().nextKey * CODES_A_BLOCK;
    const end = first + count;
    for (let number = first; number < end;) {
      const key = Math.floor(number / CODES_A_BLOCK);
      const until = Math.min(end, (key + 1) * CODES_A_BLOCK);
      if (number < storedUntil) {
        const from = number - key * CODES_A_BLOCK;
        yield sliceCodes(this.#readBlock(key), from, from + until - number);
      } else {
        yield this.encode(this.#vectors.readRows({ first: number, count: until - number }));
      }
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
      this.#tables.mend(key, codes);
      return codes;
    }
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

  #measureMean(): Float32Array {
    const rows = this.#vectors.readRows({ first: 0, count: CODED_FROM });
    return SignCoder.measureMean(this.#vectors.kernel, this.#vectors.dimensions, rows);
  }
}
