import { JsonEscapes } from "./json-escapes.ts";
import type { LinkJudge } from "./link-judge.ts";
import { NO_MEMORY, OutputFilter, type OutputMemory } from "./output-filter.ts";
import type { Piece } from "./piece.ts";

/**
 * The text of a model on its way out: well-formed Unicode without forbidden links and images, whatever the pieces are
 * in which it arrives.
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

  /** The memory for the text of the next model call of the same answer. */
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

/** A whole text without forbidden links and images, and the new place of each of its characters. */
export type FilteredText = { readonly text: string; readonly move: (index: number) => number };

/**
 * Removes the links and images that `judge` forbids from a whole text. An index of the old text within a removed part
 * becomes the end of the mark that takes its place.
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
