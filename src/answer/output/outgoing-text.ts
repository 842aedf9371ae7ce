import { JsonEscapes } from "./json-escapes.ts";
import type { LinkJudge } from "./link-judge.ts";
import { NO_MEMORY, OutputFilter, type OutputMemory } from "./output-filter.ts";
import type { Piece } from "./piece.ts";

/**
 * Filters the text of one model call before it is sent: removes forbidden links and images and repairs broken Unicode.
 * The result does not depend on how the text is split into deltas.
 */
export class OutgoingText {
  readonly #filter: OutputFilter;
  readonly #escapes: JsonEscapes | null;
  /** The first half of a surrogate pair. */
  #half = "";

  /** `format` is the format of the text: in JSON, escapes are decoded first, since clients decode them. */
  constructor(judge: LinkJudge, format: "text" | "json", memory: OutputMemory = NO_MEMORY) {
    this.#filter = new OutputFilter(judge, memory);
    this.#escapes = format === "json" ? new JsonEscapes() : null;
  }

  /** The state to pass to the filter of the next model call of the same answer. */
  get memory(): OutputMemory {
    return this.#filter.memory;
  }

  /** Adds a delta and returns the text that may be sent. */
  push(delta: string): string {
    const text = this.#half + delta;
    this.#half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : "";
    const whole = text.slice(0, text.length - this.#half.length).toWellFormed();
    return joinPieces(this.#filter.push(this.#escapes ? this.#escapes.push(whole) : whole));
  }

  /** Returns the rest at the end of the text. */
  flush(): string {
    const half = this.#half.toWellFormed();
    this.#half = "";
    const rest = this.#escapes ? this.#escapes.push(half) + this.#escapes.flush() : half;
    return joinPieces([...this.#filter.push(rest), ...this.#filter.flush()]);
  }
}

const joinPieces = (pieces: readonly Piece[]) => pieces.map(({ text }) => text).join("");

/**
 * A text without forbidden links and images, and a function from an index in the original text to one in the new text.
 */
export type FilteredText = { readonly text: string; readonly move: (index: number) => number };

/**
 * Removes the links and images that `judge` forbids from a complete text. The result's `move` maps an index within a
 * removed part to the end of the mark that replaces it.
 */
export function filterWhole(judge: LinkJudge, given: string): FilteredText {
  const filter = new OutputFilter(judge);
  const pieces = [...filter.push(given.toWellFormed()), ...filter.flush()];
  return {
    text: joinPieces(pieces),
    move(index) {
      let [from, to] = [0, 0];
      for (const { length, text } of pieces) {
        if (index < from + length) {
          const isKept = text.length === length;
          return to + (isKept || index === from ? index - from : text.length);
        }
        from += length;
        to += text.length;
      }
      return to;
    },
  };
}
