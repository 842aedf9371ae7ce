import { logger } from "../../src/platform/logger.ts";
import { type DenseCodes, sliceCodes } from "../../src/retrieval/dense/coded/codes.ts";
import { SignCoder } from "../../src/retrieval/dense/coded/sign-code.ts";
import { CODED_FROM } from "../../src/retrieval/dense/dense-scan.ts";
import { DamagedSegment } from "../../src/retrieval/segment/bytes.ts";
import type { NumberRun } from "../../src/retrieval/segment/columns.ts";
import { CODES_A_BLOCK, type CodeState, type CodeTables } from "./tables/code-tables.ts";

/** The vectors of a shard of which codes are made, and the module of the kernel that makes them. */
type CodedVectors = {
  readonly kernel: WebAssembly.Module;
  readonly dimensions: number;
  /** Reads the rows of the vectors of chunks with consecutive numbers, one after the other. */
  readonly readRows: (run: NumberRun) => Int8Array;
};

/**
 * The codes of a shard's vectors, which are made once and stored: a shard that is searched by them reads 70 KB for 1,024
 * chunks of 512 dimensions when it starts, and not their vectors. The mean around which they are made is that of the
 * vectors of the first chunks.
 */
export class ShardCodes {
  readonly #tables: CodeTables;
  readonly #vectors: CodedVectors;
  #coder: SignCoder | null = null;
  #state: CodeState | null;

  constructor(tables: CodeTables, vectors: CodedVectors) {
    this.#tables = tables;
    this.#vectors = vectors;
    this.#state = tables.state(vectors.dimensions);
  }

  /** The mean around which the codes are made. Computed of the first vectors, if none is stored yet. */
  get mean(): Float32Array {
    return this.#readState().mean;
  }

  /**
   * Stores the codes of the next block of chunks, if there are as many new ones. `nextNumber` is that of the next chunk:
   * all before it have their vectors. The caller opens a transaction. Takes 6 ms for a block, and 25 ms more for the
   * first one.
   */
  storeNext(nextNumber: number): void {
    if (nextNumber < CODED_FROM) return;
    const { mean, nextKey } = this.#readState();
    const first = nextKey * CODES_A_BLOCK;
    if (first + CODES_A_BLOCK > nextNumber) return;
    if (this.#tables.state(this.#vectors.dimensions) === null)
      this.#tables.begin(this.#vectors.dimensions, mean);
    this.#tables.add(this.#vectors.dimensions, nextKey, this.#encodeBlock(nextKey));
    this.#state = { mean, nextKey: nextKey + 1 };
  }

  /** Yields the codes of chunks with consecutive numbers, in parts: stored ones, then others, which are made now. */
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

  /** Makes the codes of rows, one after the other. */
  encode(rows: Int8Array): DenseCodes {
    this.#coder ??= new SignCoder(this.#vectors.kernel, this.#vectors.dimensions, this.mean);
    return this.#coder.encode(rows);
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
