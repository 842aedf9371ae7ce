import type { Citation } from "./answer-types.ts";

/** A text on its way to the client. */
export type TextPiece = {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Set for the beginning of a sentence of the model: the number of its markers that name no passage. */
  readonly sentence: { readonly removed: number } | null;
};

/**
 * Ends an answer before the first stop sequence. The end of a text that may be the beginning of a sequence is held
 * back until the next text decides it, so nothing of a sequence is ever sent, and the result does not depend on how
 * the text was split. The sequence that is complete first ends the answer.
 */
export class StopSequences {
  readonly #stops: readonly string[];
  #held: readonly TextPiece[] = [];
  #isReached = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** True once the text has a stop sequence: nothing is sent after it. */
  get isReached(): boolean {
    return this.#isReached;
  }

  /** True while text waits for the text after it. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Adds a text. Returns the texts that can be sent now. */
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

  /** Returns the texts that were held back, when no text follows. */
  flush(): readonly TextPiece[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  /** Returns a function that resets the texts to this point. */
  mark(): () => void {
    const [held, isReached] = [this.#held, this.#isReached];
    return () => {
      this.#held = held;
      this.#isReached = isReached;
    };
  }
}

/**
 * Finds the start of the sequence that is complete first, and of the longest one if several end there; null if the text
 * has none.
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
