import type { ReadRows } from "./dense-scan.ts";
import type { Kernel } from "./kernel/kernel.ts";
import type { QuestionRow } from "./question-row.ts";
import { RowPart, ScoringRoom } from "./row-part.ts";

const PART_ROWS = 128;

/** Reads rows from storage and scores them exactly. */
export class RowScorer {
  readonly #dimensions: number;
  readonly #readRows: ReadRows;
  readonly #part: RowPart;
  readonly #room: ScoringRoom;

  constructor(kernel: Kernel, dimensions: number, readRows: ReadRows) {
    this.#dimensions = dimensions;
    this.#readRows = readRows;
    this.#part = new RowPart(kernel, dimensions, PART_ROWS);
    this.#room = new ScoringRoom(kernel, dimensions, PART_ROWS);
  }

  /**
   * Reads and scores the rows of positions, which are ascending and without duplicates. Returns the scores in their
   * order.
   */
  score(positions: Uint32Array, target: QuestionRow): Float64Array {
    const dimensions = this.#dimensions;
    const rows = this.read(positions);
    const scores = new Float64Array(positions.length);
    this.#room.ask(target);
    for (let from = 0; from < positions.length; from += PART_ROWS) {
      const count = Math.min(PART_ROWS, positions.length - from);
      this.#part.put(0, rows.subarray(from * dimensions, (from + count) * dimensions));
      scores.set(this.#part.score(0, count, this.#room), from);
    }
    return scores;
  }

  /** Reads the rows of positions. Throws a RangeError if storage returns another number of bytes: it is damaged. */
  read(positions: Uint32Array): Int8Array {
    const rows = positions.length === 0 ? new Int8Array() : this.#readRows(positions);
    if (rows.length !== positions.length * this.#dimensions) {
      throw new RangeError(
        `Storage has ${rows.length} bytes for ${positions.length} rows of ${this.#dimensions} dimensions.`,
      );
    }
    return rows;
  }
}
