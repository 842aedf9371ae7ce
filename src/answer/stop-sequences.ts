import type { Citation } from "./answer-types.ts";
import type { SentenceCheck } from "./grounding/sentence-check.ts";

/** A piece of an answer's text with its citations, before the text is cut at a stop sequence. */
export type TextPiece = {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Set if the piece begins a sentence of the model: the result of the check of its citations. Null for other pieces. */
  readonly sentence: SentenceCheck | null;
};

/**
 * Ends a streamed answer before the first stop sequence. Text that may be the beginning of a sequence is held back
 * until the text after it decides, so no part of a sequence is ever sent, and the result does not depend on how the
 * text was split. If several sequences overlap, the one that is complete first counts.
 */
export class StopSequences {
  readonly #stops: readonly string[];
  #held: readonly TextPiece[] = [];
  #isReached = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** True once a stop sequence was found: no further text is sent. */
  get isReached(): boolean {
    return this.#isReached;
  }

  /** True while text is held back that may begin a stop sequence. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Adds a piece of text. Returns the pieces that can be sent now. */
  push(piece: TextPiece): TextPiece[] {
    if (this.#isReached) return [];
    if (this.#stops.length === 0) return [piece];
    const pieces = [...this.#held, piece];
    const text = pieces.map((one) => one.text).join("");
    const stop = findStop(text, this.#stops);
    if (stop === null) {
      const { before, after } = splitPieces(pieces, text.length - openingLength(text, this.#stops));
      this.#held = after;
      return before;
    }
    this.#isReached = true;
    this.#held = [];
    return splitPieces(pieces, stop).before;
  }

  /** Reads a text that is not sent. A stop sequence in it ends the answer, too. */
  skip(text: string): void {
    this.#isReached ||= findStop(text, this.#stops) !== null;
  }

  /** Returns the pieces that were held back, because no text follows. */
  flush(): readonly TextPiece[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  /** Returns a function that resets this object to its present state. Used when a model call fails and is repeated. */
  mark(): () => void {
    const [held, isReached] = [this.#held, this.#isReached];
    return () => {
      this.#held = held;
      this.#isReached = isReached;
    };
  }
}

/**
 * Finds the stop sequence that is complete first in a text, the longest if several end at the same place. Returns the
 * index of its start; null if the text has none.
 */
export function findStop(text: string, stops: readonly string[]): number | null {
  let first: { start: number; end: number } | null = null;
  for (const stop of stops) {
    const start = text.indexOf(stop);
    if (start === -1) continue;
    const end = start + stop.length;
    if (!first || end < first.end || (end === first.end && start < first.start)) {
      first = { start, end };
    }
  }
  return first && first.start;
}

/** Returns the length of the longest end of a text that begins a sequence. */
function openingLength(text: string, stops: readonly string[]): number {
  const lengthMax = Math.max(...stops.map((stop) => stop.length)) - 1;
  for (let length = Math.min(lengthMax, text.length); length > 0; length--) {
    const end = text.slice(-length);
    if (stops.some((stop) => stop.length > length && stop.startsWith(end))) return length;
  }
  return 0;
}

/** Splits texts at a character of their sum. */
function splitPieces(pieces: readonly TextPiece[], at: number) {
  const [before, after]: [TextPiece[], TextPiece[]] = [[], []];
  let start = 0;
  for (const piece of pieces) {
    const cut = Math.min(Math.max(at - start, 0), piece.text.length);
    const [left, right] = splitPiece(piece, cut);
    if (left) before.push(left);
    if (right) after.push(right);
    start += piece.text.length;
  }
  return { before, after };
}

/** Splits a text in two, either of which may be null. The part where the words begin keeps the citations. */
function splitPiece(piece: TextPiece, cut: number): [TextPiece | null, TextPiece | null] {
  if (cut === 0) return [null, piece];
  if (cut === piece.text.length) return [piece, null];
  const [left, right] = [piece.text.slice(0, cut), piece.text.slice(cut)];
  const bare = { citations: [], sentence: null };
  return left.trim() === ""
    ? [
        { text: left, ...bare },
        { ...piece, text: right },
      ]
    : [
        { ...piece, text: left },
        { text: right, ...bare },
      ];
}
