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
 * Reads the kinds of the sentences of an answer, one after the other: a fence begins a block of code, and the first row
 * of a table names its columns.
 */
export class SentenceReader {
  #isCode = false;
  #isTable = false;

  /** Returns the kind of the next sentence, which is given without citation markers. */
  read(sentence: string): SentenceKind {
    const said = sentence.trim();
    if (said === "") return "plain";
    const isFence = /^(?:```|~~~)/u.test(said);
    const isOneLineFence = isFence && /.(?:```|~~~)$/u.test(said);
    if (isFence && !isOneLineFence) this.#isCode = !this.#isCode;
    if (isFence || this.#isCode) return "plain";
    const isRow = said.startsWith("|");
    const isFirstRow = isRow && !this.#isTable;
    this.#isTable = isRow;
    if (isRow) return isFirstRow || !HAS_LETTER.test(said) ? "plain" : "claim";
    return readProse(said);
  }

  /** Returns a function that resets this object to its present state. Used when a model call fails and is repeated. */
  mark(): () => void {
    const [isCode, isTable] = [this.#isCode, this.#isTable];
    return () => {
      this.#isCode = isCode;
      this.#isTable = isTable;
    };
  }
}

const HAS_LETTER = /[\p{L}\p{N}]/u;

function readProse(said: string): SentenceKind {
  if (!HAS_LETTER.test(said) || /^\(?\d{1,3}[.)]$/u.test(said)) return "plain";
  if (/^#{1,6}\s/u.test(said) || isHeadline(said)) return "plain";
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
