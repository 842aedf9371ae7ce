import type { CueMeaning, Lexicon, NegationKind } from "../languages/lexicon.ts";
import type { FoundPhrase } from "../languages/phrase-index.ts";
import { plainClaim } from "./plain-claim.ts";
import { type FoundDate, readDates } from "./read-dates.ts";
import { type Quantity, readQuantities } from "./read-quantities.ts";
import { splitWords, type Word } from "./words.ts";

/** A word of an opposition in a sentence, with the indexes of its words. `isNegated`: a negation is just before it. */
export type Cue = CueMeaning & {
  readonly first: number;
  readonly last: number;
  readonly isNegated: boolean;
};

/** A negation in a sentence, with the index of its first and last word. */
export type Negation = {
  readonly kind: NegationKind;
  readonly first: number;
  readonly last: number;
};

/** A name or a code in a sentence: its word's index and term. */
export type Name = { readonly at: number; readonly term: string; readonly isCode: boolean };

/** A sentence, split into what can be compared with another sentence. */
export type Sentence = {
  readonly lexicon: Lexicon;
  readonly words: readonly Word[];
  /** The index of the first word behind an opening that claims nothing, such as "As the document says,". */
  readonly start: number;
  /**
   * The term of each word by which sentences are compared: empty for function words, marks, and words of a number or a
   * date.
   */
  readonly terms: readonly string[];
  readonly termSet: ReadonlySet<string>;
  readonly quantities: readonly Quantity[];
  readonly dates: readonly FoundDate[];
  readonly names: readonly Name[];
  readonly cues: readonly Cue[];
  readonly negations: readonly Negation[];
};

/** Splits a sentence of a passage into its words, numbers, dates, names, negations and words of oppositions. */
export function readPassageSentence(text: string, lexicon: Lexicon): Sentence {
  const words = splitWords(text, lexicon);
  return readWords(words, markEnd(words), lexicon);
}

/** Splits a claim in the same way. An opening such as "As the document says," is no part of what it claims. */
export function readClaim(text: string, lexicon: Lexicon): Sentence {
  const words = splitWords(plainClaim(text), lexicon);
  return readWords(words, openingEnd(words, lexicon), lexicon);
}

function readWords(words: readonly Word[], start: number, lexicon: Lexicon): Sentence {
  const folded = words.map((word) => word.folded);
  const taken = new Set<number>();
  markTaken(taken, 0, start - 1);
  const dates = readDates(words, lexicon);
  for (const { first, last } of dates) markTaken(taken, first, last);
  const quantities = readQuantities(words, lexicon, taken);
  for (const { first, last, unitWords } of quantities) {
    markTaken(taken, first, last);
    for (const at of unitWords) taken.add(at);
  }
  const terms = words.map(({ term }, at) => (taken.has(at) ? "" : term));
  const negations = readNegations(folded, lexicon).filter(({ first }) => first >= start);
  const cues = toCues(lexicon.cues.find(folded), negations);
  return {
    lexicon,
    words,
    start,
    terms,
    termSet: new Set(terms.filter((term) => term !== "")),
    quantities,
    dates,
    names: readNames(words, terms, lexicon).filter(
      ({ at }) => at > start || !cues.some(({ first }) => first === at),
    ),
    cues,
    negations: negations.filter(({ kind }) => kind !== "except"),
  };
}

/** Words of an opening that names the source. */
const OPENING_WORDS_MAX = 9;

/** Returns the index of the first word behind the marks and the number of an entry of a list. */
function markEnd(words: readonly Word[]): number {
  let start = 0;
  while (/^[-–—•|#]$/u.test(words[start]?.text ?? "")) start += 1;
  const isNumbered =
    words[start]?.kind === "number" && /^[.)]$/u.test(words[start + 1]?.text ?? "");
  return isNumbered ? start + 2 : start;
}

/** Returns the index of the first word behind openings such as "However," and "As the document says,". */
function openingEnd(words: readonly Word[], lexicon: Lexicon): number {
  const start = markEnd(words);
  const head = words.slice(start, start + OPENING_WORDS_MAX);
  const mark = head.findIndex(({ text }) => /^[,:，：、،]$/u.test(text));
  const isOpener =
    lexicon.openers.size === 0 ||
    lexicon.openers.has(head[0]?.folded ?? "") ||
    /^[:：]$/u.test(head[mark]?.text ?? "");
  const hasSource = head
    .slice(0, Math.max(0, mark))
    .some(({ folded }) => lexicon.sources.has(folded));
  if (isOpener && hasSource) return start + mark + 1;
  const [opening] = lexicon.leadIns.find(head.map(({ folded }) => folded));
  if (opening?.first !== 0) return start;
  const next = start + opening.last + 1;
  // "No" is an opening before a comma; elsewhere it denies something.
  return !lexicon.table.isSpaced || words[next]?.kind === "break" ? next : start;
}

function markTaken(taken: Set<number>, first: number, last: number): void {
  for (let at = first; at <= last; at++) taken.add(at);
}

function readNegations(folded: readonly string[], lexicon: Lexicon): Negation[] {
  return lexicon.negations
    .find(folded)
    .map(({ first, last, value }) => ({ kind: value, first, last }));
}

/** Adds to found cues whether one of the negations of their sentence is just before them. */
export function toCues(
  found: readonly FoundPhrase<CueMeaning>[],
  negations: readonly Negation[],
): Cue[] {
  return found.map(({ first, last, value }) => ({
    ...value,
    first,
    last,
    isNegated: negations.some((negation) =>
      negation.kind === "after"
        ? negation.first > last && negation.first - last <= 2
        : negation.kind === "before" && negation.last < first && first - negation.last <= 2,
    ),
  }));
}

/** Finds words that are names by their form: capital letters inside a sentence, codes, and Latin or katakana runs. */
function readNames(words: readonly Word[], terms: readonly string[], lexicon: Lexicon): Name[] {
  const foreign = lexicon.table.script === "latin" ? KATAKANA : FOREIGN;
  return words.flatMap((word, at): Name[] => {
    const term = terms[at] ?? "";
    if (term === "") return [];
    if (word.kind === "code") return [{ at, term, isCode: true }];
    if (word.kind !== "word" || word.text.length < 2) return [];
    const isName =
      word.isUnknown ||
      lexicon.isKnownName(word.folded) ||
      lexicon.table.namePattern?.test(word.text) ||
      foreign.test(word.text) ||
      (word.isCapital && isCapitalName(words, at, terms));
    return isName ? [{ at, term, isCode: false }] : [];
  });
}

/** A run of katakana, and in a text of another script a run of Latin letters. */
const KATAKANA = /^[\p{Script=Katakana}ー]{2,}$/u;
const FOREIGN = /^(?:[\p{Script=Katakana}ー]{2,}|\p{Script=Latin}{2,})$/u;

/**
 * Tells a name from a word that has a capital letter because it is the first. The first word is a name if it has another
 * capital, as "NASA" has, or if a second name follows it.
 */
function isCapitalName(words: readonly Word[], at: number, terms: readonly string[]): boolean {
  const before = words[at - 1];
  const isFirst = before === undefined || /^[|:.!?。-]$/u.test(before.text);
  if (!isFirst || /\p{Lu}/u.test((words[at]?.text ?? "").slice(1))) return true;
  return words[at + 1]?.isCapital === true && terms[at + 1] !== "";
}
