import { JSON_ESCAPE, isSurrogate, PARTIAL_ESCAPE, REPLACEMENT_ESCAPE } from "../../surrogates.ts";
import { joinPieces, type Piece } from "./piece.ts";

/** The format of an answer's text. In `json`, the client decodes escapes such as `\u0021` before it shows the text. */
export type OutputFormat = "text" | "json";

/**
 * A text as the client will read it, which may arrive in pieces of any size: well-formed Unicode and, in JSON, without
 * unneeded escapes, such as `\/` and `\u0021`. Lone surrogates become U+FFFD.
 */
export class ReadableText {
  readonly #format: OutputFormat;
  #held: string;

  /** `held` is the text that another `ReadableText` held back, after which this one continues. */
  constructor(format: OutputFormat, held = "") {
    this.#format = format;
    this.#held = held;
  }

  /** The end of the text that is held back until more arrives: half a surrogate pair, or a part of an escape. */
  get held(): string {
    return this.#held;
  }

  /**
   * Adds a piece of text and returns the text that is complete: half a surrogate pair or half an escape is held back.
   */
  push(text: string): string {
    const whole = this.#held + text;
    const length = whole.length - undecidedLength(whole, this.#format);
    this.#held = whole.slice(length);
    return joinPieces(readWhole(whole.slice(0, length), this.#format));
  }

  /** Returns the rest at the end of the text. */
  flush(): string {
    const rest = this.#held;
    this.#held = "";
    return joinPieces(readWhole(rest, this.#format));
  }
}

/**
 * Converts a whole text to the form that the client will read, like `ReadableText`. Returns it as pieces, each with the
 * length of the original text that it stands for.
 */
export function readWhole(given: string, format: OutputFormat): Piece[] {
  const text = given.toWellFormed();
  if (format === "text") return text === "" ? [] : [{ length: text.length, text }];
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(JSON_ESCAPE)) {
    const [escape, pair, code] = match;
    const read = pair === undefined ? readEscape(escape, code) : escape;
    if (read === escape) continue;
    pieces.push({ length: match.index - from, text: text.slice(from, match.index) });
    pieces.push({ length: escape.length, text: read });
    from = match.index + escape.length;
  }
  return [...pieces, { length: text.length - from, text: text.slice(from) }];
}

function readEscape(escape: string, code: string | undefined): string {
  if (code === undefined) return escape === "\\/" ? "/" : escape;
  const value = Number.parseInt(code, 16);
  if (isSurrogate(value)) return REPLACEMENT_ESCAPE;
  const isPlain = value >= 0x20 && value < 0x7f && value !== 0x22 && value !== 0x5c;
  return isPlain ? String.fromCharCode(value) : escape;
}

function undecidedLength(text: string, format: OutputFormat): number {
  const half = /[\ud800-\udbff]$/.test(text) ? 1 : 0;
  const escape = format === "json" ? (PARTIAL_ESCAPE.exec(text)?.[1]?.length ?? 0) : 0;
  return Math.max(half, escape);
}
