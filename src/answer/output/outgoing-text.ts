import type { TextPiece } from "../stop-sequences.ts";
import type { AllowedLinks } from "./allowed-links.ts";
import { OutputFilter } from "./output-filter.ts";
import { joinPieces, movePlace, type Piece } from "./piece.ts";
import { type OutputFormat, ReadableText, readWhole } from "./readable-text.ts";

/** A text that was added: what is left of its beginning, and the length that is not decided yet. */
type Waiting = { readonly piece: TextPiece; readonly shown: string; readonly undecided: number };

/**
 * Filters the text of an answer before it is sent, across all model calls of the answer: removes forbidden links and
 * images and repairs broken Unicode. The result does not depend on how the text is split into deltas. Callers remove
 * citation markers first: to remove them from the filtered text could join harmless parts to a forbidden link. A
 * sentence is sent whole, with its citations; other text is sent as soon as the filter has decided about it.
 */
export class OutgoingText {
  readonly #links: AllowedLinks;
  readonly #format: OutputFormat;
  #readable: ReadableText;
  #filter: OutputFilter;
  #waiting: readonly Waiting[] = [];

  constructor(links: AllowedLinks, format: OutputFormat) {
    this.#links = links;
    this.#format = format;
    this.#readable = new ReadableText(format);
    this.#filter = new OutputFilter(links);
  }

  /** True while text is held back until more text arrives. */
  get isHolding(): boolean {
    return this.#waiting.length > 0 || this.#readable.held !== "";
  }

  /**
   * Adds a piece of text and returns the pieces that may be sent now. A sentence of which all text is removed becomes
   * empty.
   */
  push(piece: TextPiece): TextPiece[] {
    const text = this.#readable.push(piece.text);
    this.#waiting = [...this.#waiting, { piece, shown: "", undecided: text.length }];
    return this.#release(this.#filter.push(text));
  }

  /** Returns the remaining pieces, at the end of the text. */
  flush(): TextPiece[] {
    const text = this.#readable.flush();
    this.#waiting = [...this.#waiting, { piece: UNCITED, shown: "", undecided: text.length }];
    return this.#release([...this.#filter.push(text), ...this.#filter.flush()]);
  }

  /** Returns a function that resets this object to its present state. Used when a model call fails and is repeated. */
  mark(): () => void {
    const [held, state, waiting] = [this.#readable.held, this.#filter.state, this.#waiting];
    return () => {
      this.#readable = new ReadableText(this.#format, held);
      this.#filter = new OutputFilter(this.#links, state);
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
 * A text after its forbidden links and images were removed. `move` converts the index of a character in the original
 * text to its index in the filtered text.
 */
export type FilteredText = { readonly text: string; readonly move: (index: number) => number };

/**
 * Removes from a whole text the links and images that the output policy forbids, as `links` decides. In JSON, links
 * that are written with escapes are found, too.
 */
export function filterWhole(
  links: AllowedLinks,
  given: string,
  format: OutputFormat = "text",
): FilteredText {
  const read = readWhole(given, format);
  const filter = new OutputFilter(links);
  const left = [...filter.push(joinPieces(read)), ...filter.flush()];
  return { text: joinPieces(left), move: (index) => movePlace(left, movePlace(read, index)) };
}
