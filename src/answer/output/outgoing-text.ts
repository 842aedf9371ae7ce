import type { TextPiece } from "../stop-sequences.ts";
import type { LinkJudge } from "./link-judge.ts";
import { OutputFilter } from "./output-filter.ts";
import { joinPieces, movePlace, type Piece } from "./piece.ts";
import { type OutputFormat, ReadableText, readWhole } from "./readable-text.ts";

/** A text that was added: what is left of its beginning, and the length that is not decided yet. */
type Waiting = { readonly piece: TextPiece; readonly shown: string; readonly undecided: number };

/**
 * Filters the text of an answer before it is sent, over all model calls: removes forbidden links and images and repairs
 * broken Unicode. The result does not depend on how the text is split into deltas. The text is filtered after the
 * markers of citations were removed, since what is removed later could join harmless texts to a forbidden one. A
 * sentence leaves whole, with its citations; other text leaves as soon as it is decided.
 */
export class OutgoingText {
  readonly #judge: LinkJudge;
  readonly #format: OutputFormat;
  #readable: ReadableText;
  #filter: OutputFilter;
  #waiting: readonly Waiting[] = [];

  constructor(judge: LinkJudge, format: OutputFormat) {
    this.#judge = judge;
    this.#format = format;
    this.#readable = new ReadableText(format);
    this.#filter = new OutputFilter(judge);
  }

  /** True while text waits for the text after it. */
  get isHolding(): boolean {
    return this.#waiting.length > 0 || this.#readable.held !== "";
  }

  /** Adds a text and returns the texts that may be sent; a sentence of which nothing is left is empty. */
  push(piece: TextPiece): TextPiece[] {
    const text = this.#readable.push(piece.text);
    this.#waiting = [...this.#waiting, { piece, shown: "", undecided: text.length }];
    return this.#release(this.#filter.push(text));
  }

  /** Returns the rest, when no text follows. */
  flush(): TextPiece[] {
    const text = this.#readable.flush();
    this.#waiting = [...this.#waiting, { piece: UNCITED, shown: "", undecided: text.length }];
    return this.#release([...this.#filter.push(text), ...this.#filter.flush()]);
  }

  /** Returns a function that resets the text to this point. */
  mark(): () => void {
    const [held, memory, waiting] = [this.#readable.held, this.#filter.memory, this.#waiting];
    return () => {
      this.#readable = new ReadableText(this.#format, held);
      this.#filter = new OutputFilter(this.#judge, memory);
      this.#waiting = waiting;
    };
  }

  #release(decided: readonly Piece[]): TextPiece[] {
    const waiting = share(decided, this.#waiting);
    const open = waiting.findIndex(({ undecided }) => undecided > 0);
    const first = open === -1 ? undefined : waiting[open];
    const left = waiting.slice(0, open === -1 ? waiting.length : open);
    this.#waiting = open === -1 ? [] : waiting.slice(open);
    if (first && !isSentence(first)) {
      left.push(first);
      this.#waiting = [{ ...first, shown: "" }, ...waiting.slice(open + 1)];
    }
    return left
      .filter((one) => one.shown !== "" || isSentence(one))
      .map(({ piece, shown }) => ({ ...piece, text: shown }));
  }
}

const isSentence = ({ piece }: Waiting) => piece.sentence !== null || piece.citations.length > 0;

const UNCITED: TextPiece = { text: "", citations: [], sentence: null };

/** Gives decided pieces to the texts that they are from. One that replaces parts of several goes to the first. */
function share(decided: readonly Piece[], texts: readonly Waiting[]): Waiting[] {
  const shared = [...texts];
  let at = 0;
  for (const { length, text } of decided) {
    const isKept = text.length === length;
    for (let done = 0; done < length;) {
      while (shared[at]?.undecided === 0) at += 1;
      const one = shared[at];
      if (!one) break;
      const part = Math.min(one.undecided, length - done);
      const replaced = done === 0 ? text : "";
      const added = isKept ? text.slice(done, done + part) : replaced;
      shared[at] = { ...one, shown: one.shown + added, undecided: one.undecided - part };
      done += part;
    }
  }
  return shared;
}

/**
 * A text without forbidden links and images, and a function from an index in the original text to one in the new text.
 */
export type FilteredText = { readonly text: string; readonly move: (index: number) => number };

/** Removes the links and images that `judge` forbids from a whole text, of which readers of JSON decode the escapes. */
export function filterWhole(
  judge: LinkJudge,
  given: string,
  format: OutputFormat = "text",
): FilteredText {
  const read = readWhole(given, format);
  const filter = new OutputFilter(judge);
  const left = [...filter.push(joinPieces(read)), ...filter.flush()];
  return { text: joinPieces(left), move: (index) => movePlace(left, movePlace(read, index)) };
}
