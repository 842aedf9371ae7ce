import { findBlockEnd, findOpenBlock, type OpenBlock } from "../citing/open-block.ts";
import { readSmallTalk } from "../small-talk/read-small-talk.ts";
import { isAbsence, isCourtesy } from "./plain-words.ts";

/**
 * The kind of a sentence. `claim`: it says something about the world, and needs a source. `plain`: it does not: a
 * heading, a line of code, a lead-in that ends with a colon, a question, a courtesy. `absence`: it says that the
 * documents do not say something, for which there can be no source.
 */
export type SentenceKind = "claim" | "plain" | "absence";

/** Longer sentences claim something besides. */
const COURTESY_CHARACTERS_MAX = 200;
const HEADLINE_CHARACTERS_MAX = 80;

/**
 * Reads the kinds of the sentences of an answer, one after the other: a fence begins a block of code, which claims
 * nothing, and the first row of a table names its columns.
 */
export class SentenceReader {
  #code: OpenBlock | null = null;
  #isTable = false;

  /** Returns the kind of the next sentence, which is given without citation markers. */
  read(sentence: string): SentenceKind {
    const lines = sentence.split("\n").map((line) => this.#skipCode(line));
    const said = lines.join("\n").trim();
    if (said === "") return "plain";
    const isRow = said.startsWith("|");
    const isFirstRow = isRow && !this.#isTable;
    this.#isTable = isRow;
    if (isRow) return isFirstRow || !HAS_LETTER.test(said) ? "plain" : "claim";
    return readProse(said);
  }

  /** Returns a function that resets this object to its present state. Used when a model call fails and is repeated. */
  mark(): () => void {
    const [code, isTable] = [this.#code, this.#isTable];
    return () => {
      this.#code = code;
      this.#isTable = isTable;
    };
  }

  /** Returns the part of a line that is outside of blocks of code. */
  #skipCode(line: string): string {
    if (this.#code) {
      const end = findBlockEnd(line, this.#code);
      if (end === null) return "";
      this.#code = null;
      return line.slice(end);
    }
    const block = findOpenBlock(line);
    if (block?.kind !== "code") return line;
    this.#code = block;
    return "";
  }
}

const HAS_LETTER = /[\p{L}\p{N}]/u;

function readProse(said: string): SentenceKind {
  if (!HAS_LETTER.test(said) || /^\(?\d{1,3}[.)]$/u.test(said)) return "plain";
  if (/^#{1,6}\s/u.test(said) || isHeadline(said)) return "plain";
  if (/^```.+```$/u.test(said)) return "plain";
  const bare = said
    .replace(/^(?:[-*+•–>]\s+|\d{1,3}[.)]\s+)+/u, "")
    .replaceAll(/[*_`]/gu, "")
    .trim();
  if (/[:：]$/u.test(bare) || /[?？؟][\s"'”’»)）」』]*$/u.test(bare)) return "plain";
  if (bare.length > COURTESY_CHARACTERS_MAX) return "claim";
  if (isCourtesy(bare) || readSmallTalk(bare) !== null) return "plain";
  return isAbsence(bare) && !/\d/u.test(bare) ? "absence" : "claim";
}

/** A short line that is bold as a whole, without a full stop: models write it as a heading. */
const isHeadline = (said: string) =>
  said.length <= HEADLINE_CHARACTERS_MAX && /^(\*\*|__)[^*_\d]*[^*_\d.!。！]\1:?$/u.test(said);
