import type { Unit } from "../../knowledge/units.ts";
import type { WrittenDate } from "../../knowledge/written-dates.ts";
import type { ExtractiveRequest, Passage } from "../answer-types.ts";
import { contentTerms } from "../content-terms.ts";
import { meetsExpectation } from "../questions/asked-kind.ts";
import { matchCodes } from "./evidence/codes.ts";
import { readPassageUnits, withoutNumber } from "./evidence/passage-units.ts";
import { ANSWER_CHARACTERS_MAX, pointsBack } from "./evidence/points-back.ts";
import { plainWords, readIdentifier, readUnitKey, readUnitValues } from "./evidence/unit-key.ts";
import { sharesStem, readQuestion, type ExtractiveQuestion } from "./extractive-question.ts";
import { shareAkin, shareNamed, sharePhrases, shareSaid, shareStems } from "./question-shares.ts";

/** A unit of a passage that may answer the question, with the features that rank it. */
export type SentenceCandidate = {
  readonly passage: Passage;
  /** The date since which the document is valid; null if it does not say so. */
  readonly since: WrittenDate | null;
  readonly unit: Unit;
  /** Start of the unit in the passage's text; `end` is after its last character. */
  readonly start: number;
  readonly end: number;
  readonly terms: readonly string[];
  /** The terms of its headings and of the text that introduces it. */
  readonly context: readonly string[];
  /** The terms of the sentences beside it. */
  readonly beside: readonly string[];
  readonly features: SentenceFeatures;
};

/**
 * The features of a unit, from which the linear models of `rankSentence` and `predictConfidence` compute their scores.
 * All are from 0 to 1.
 */
export type SentenceFeatures = {
  /** Share of the question's terms that occur in the unit, its lead or its last heading, weighted. */
  readonly cover: number;
  /** Share of the question's terms that occur in the unit, the sentences beside it or its context, weighted. */
  readonly coverAround: number;
  /** Share of the pairs of neighbouring terms in the question that are also close together in the unit. */
  readonly phrases: number;
  /**
   * Share of the question's terms, weighted, that do not occur in the unit but share a stem with one of its terms, as
   * inflections and compounds do.
   */
  readonly stems: number;
  /** 1 if the unit contains what the question asks for, such as a date for "when"; otherwise 0. */
  readonly meets: number;
  /** The retrieval score of the unit's passage, divided by that of the best passage. */
  readonly standing: number;
  /** Share of the question's names and numbers that occur in the unit, the sentences beside it or its context. */
  readonly namedCover: number;
  /**
   * Number of terms in the unit that the question does not have, divided by 4, at most 1. It is low for a title that
   * only repeats the question.
   */
  readonly fresh: number;
  /**
   * Degree to which the unit matches a number or code in the question, such as "§ 4.2" (`matchCodes`), reduced if it
   * covers few of the question's terms; 0 without a match.
   */
  readonly coded: number;
  /** Degree to which the question matches the headings above the unit, or the question above it. */
  readonly headed: number;
  /** Share of the words of a row's, member's or definition's key that the question has. */
  readonly keyed: number;
  /** Share of the question's terms, weighted, for which the unit or its context has only a word of similar meaning. */
  readonly akin: number;
};

/** The analysed question, and the units of the passages that may answer it. */
export type EvidenceReading = {
  readonly question: ExtractiveQuestion;
  readonly passages: readonly ReadPassage[];
  readonly candidates: readonly SentenceCandidate[];
};

/** Analyses the question, and computes the features of all units of the passages. */
export function readEvidence(
  request: Pick<ExtractiveRequest, "question" | "history">,
  passages: readonly Passage[],
): EvidenceReading {
  const read = readPassages(passages);
  const question = readQuestion(
    request.question,
    request.history,
    read.map(({ units }) => new Set(units.flatMap(({ terms, context }) => [...terms, ...context]))),
  );
  return weighEvidence(question, read);
}

/** Computes the features of all units for another question, such as a part of the first one. */
export function weighEvidence(
  question: ExtractiveQuestion,
  read: readonly ReadPassage[],
): EvidenceReading {
  const best = Math.max(...read.map(({ passage }) => passage.score), 1e-9);
  const termsOf = remember(contentTerms);
  const matchOf = remember((heading) => matchHeading(question, termsOf(heading)));
  const candidates = read.flatMap((passage) =>
    weighPassage(question, passage, { scoreBest: best, termsOf, matchOf }),
  );
  return { question, passages: read, candidates };
}

/** Makes a function of a text that computes each result once: the units of a section share its headings. */
function remember<Value>(compute: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const value = known.get(text) ?? compute(text);
    known.set(text, value);
    return value;
  };
}

type Weighing = {
  readonly scoreBest: number;
  readonly termsOf: (text: string) => readonly string[];
  /** Returns how well the question matches a heading, as `matchHeading` does. */
  readonly matchOf: (heading: string) => number;
};

type ReadUnit = {
  readonly unit: Unit;
  readonly terms: readonly string[];
  readonly context: readonly string[];
};

/** A passage with its units, each with its terms. */
export type ReadPassage = {
  readonly passage: Passage;
  readonly since: WrittenDate | null;
  readonly units: readonly ReadUnit[];
};

/** Reads the units of passages. */
function readPassages(passages: readonly Passage[]): ReadPassage[] {
  const termsOf = remember(contentTerms);
  return passages.map((passage) => {
    const { units, since } = readPassageUnits(passage);
    const read = units.flatMap((unit) => {
      const text = passage.text.slice(unit.start, unit.end);
      if (!isQuotable(text) || (unit.kind === "member" && text === unit.lead)) return [];
      const context = [
        ...unit.headings.flatMap(termsOf),
        ...termsOf(unit.lead),
        ...termsOf(stemOf(passage.filename)),
      ];
      return { unit, terms: contentTerms(text), context };
    });
    return { passage, since, units: read };
  });
}

const stemOf = (filename: string) => filename.replace(/\.\w{1,5}$/, "").replaceAll(/[_-]/g, " ");

/** Questions and lines without letters answer nothing, nor does the member that says which object the others are of. */
const isQuotable = (text: string) => /[\p{L}\p{N}]/u.test(text) && !/[?？؟]\s*$/u.test(text);

function weighPassage(
  question: ExtractiveQuestion,
  { passage, since, units }: ReadPassage,
  { scoreBest, termsOf, matchOf }: Weighing,
): SentenceCandidate[] {
  return units.map(({ unit, terms, context }, index) => {
    const beside = neighbourTerms(units, index);
    const around = new Set([...context, ...beside, ...terms]);
    const said = new Set([...terms, ...termsOf(unit.lead), ...termsOf(readSection(unit))]);
    const meant = readMeant(units, index, passage.text);
    const shareOf = (share: ShareOf) => shareMeant(share, said, meant);
    const text = passage.text.slice(unit.start, unit.end);
    const features: SentenceFeatures = {
      cover: shareOf((seen) => shareSaid(question, seen)),
      coverAround: shareSaid(question, around),
      phrases: Math.max(
        sharePhrases(question, terms),
        MEANT_SHARE * sharePhrases(question, [...meant, ...terms]),
      ),
      stems: shareOf((seen) => shareStems(question, seen)),
      meets: meetsExpectation(question.expectation, withoutNumber(text), question.text) ? 1 : 0,
      standing: Math.max(0, passage.score) / scoreBest,
      namedCover: shareNamed(question, around),
      fresh: Math.min(1, terms.filter((term) => !question.terms.has(term)).length / FRESH_TERMS),
      coded: (matchCodes(question.codes, unit, text) * (1 + shareSaid(question, around))) / 2,
      headed: matchHeadings(unit, matchOf),
      keyed: matchKey(question, unit, text, terms),
      akin: shareAkin(question, new Set([...terms, ...context])),
    };
    const { start, end } = unit;
    return { passage, since, unit, start, end, terms, context, beside, features };
  });
}

type ShareOf = (seen: ReadonlySet<string>) => number;

/** Weight of the words for which a pronoun stands, relative to the words of the sentence itself. */
const MEANT_SHARE = 0.8;

function shareMeant(share: ShareOf, said: ReadonlySet<string>, meant: readonly string[]): number {
  const own = share(said);
  return meant.length === 0 ? own : own + MEANT_SHARE * (share(new Set([...said, ...meant])) - own);
}

/** Returns the terms of the sentence that a sentence points back to, if both fit into an answer; otherwise none. */
function readMeant(units: readonly ReadUnit[], index: number, text: string): readonly string[] {
  const [before, own] = [units[index - 1], units[index]];
  if (before?.unit.kind !== "sentence" || own?.unit.kind !== "sentence") return [];
  if (before.unit.block !== own.unit.block) return [];
  const length = before.unit.end - before.unit.start + own.unit.end - own.unit.start;
  if (length >= ANSWER_CHARACTERS_MAX) return [];
  return pointsBack(text.slice(own.unit.start, own.unit.end)) ? before.terms : [];
}

/** Returns the heading below which a unit is; "" if it is only the title of the document, which says less. */
const readSection = ({ headings }: Unit) => (headings.length < 2 ? "" : (headings.at(-1) ?? ""));

/** The sentences beside a sentence are its context; the rows beside a row are about something else. */
function neighbourTerms(units: readonly ReadUnit[], index: number): readonly string[] {
  if (units[index]?.unit.kind !== "sentence") return [];
  return [units[index - 1], units[index + 1]].flatMap((one) =>
    one?.unit.kind === "sentence" ? one.terms : [],
  );
}

/** Returns how well the question matches what is above a unit: its last heading, its last two, or what introduces it. */
function matchHeadings(
  { headings, lead, kind }: Unit,
  matchOf: (heading: string) => number,
): number {
  const [last = "", before = ""] = headings.toReversed();
  const above = [last, `${before} ${last}`, ...(kind === "item" || kind === "code" ? [lead] : [])];
  return Math.max(...above.map((text) => matchOf(text)));
}

/** Returns how well a heading and the question match, from 0 to 1: the harmonic mean of the shares of both. */
function matchHeading(question: ExtractiveQuestion, terms: readonly string[]): number {
  if (terms.length === 0 || question.weightTotal === 0) return 0;
  const asked = [...question.terms.keys()];
  const hits = terms.filter((term) => question.terms.has(term) || sharesStem(term, asked)).length;
  const seen = new Set(terms);
  let covered = 0;
  for (const [term, { weight }] of question.terms) {
    if (seen.has(term) || sharesStem(term, seen)) covered += weight;
  }
  const [precision, recall] = [hits / terms.length, covered / question.weightTotal];
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/**
 * Returns the share of a unit's key that the question has, from 0 to 1. If the question names something, another value
 * of the unit also counts, if the question has all of its words: "Ben Jones" matches a row with the value "Ben Jones",
 * but not one with "Ben Jones Smith". An identifier is named only as it is written: `rate_limited` is not what "rate limiting"
 * is about.
 */
function matchKey(
  question: ExtractiveQuestion,
  { kind, lead }: Unit,
  text: string,
  all: readonly string[],
): number {
  const key = readUnitKey(kind, lead, text);
  const identifier = kind === "member" ? null : readIdentifier(key);
  if (identifier !== null && !plainWords(question.text).includes(identifier)) return 0;
  const terms = new Set(contentTerms(key));
  const asked = [...question.terms.keys()];
  const hits = [...terms].filter((term) => question.terms.has(term) || sharesStem(term, asked));
  const share = terms.size === 0 ? 0 : hits.length / terms.size;
  if (share >= VALUE_KEYED || !all.some((term) => question.terms.get(term)?.named)) return share;
  const isNamed = readUnitValues(kind, lead, text).some((value) => {
    const own = contentTerms(value);
    return own.length > 0 && own.every((term) => question.terms.has(term));
  });
  return isNamed ? VALUE_KEYED : share;
}

/** The match of a unit by a value that is not its key, which identifies the unit with less certainty. */
const VALUE_KEYED = 0.8;

/** Number of new terms that is enough for an answer. */
const FRESH_TERMS = 4;
