import { type ClaimLanguage, isSpaced } from "../claim.ts";
import { LIMITS } from "../wordings/number-words.ts";
import { choose, escapePattern, type Swap, shuffle, type TrueSentence } from "./sentence.ts";
import { PLURAL_VERBS, SUBJECTS } from "./swap-subject.ts";

/** A value of a sentence: two values of the same class can take each other's place. */
type Value = { readonly text: string; readonly class: string };

const YEAR =
  /(?<![\d.,$€£–/×-]|× )(?:1[0-9]|20)\d\d(?![\d,.–/-]?\d|[–/-]|s\b|er|年代| ?(?:คน|名|人|位))/gu;
const AMOUNT =
  /(?<![\d.,\p{L}/:–#-])([$€£]?)(\d+(?:[.,]\d+)*)(?![\d/:–-]|[.,]\d| ?世纪|th|st|nd|rd|\. \p{L})( ?%| percent| per cent| Prozent| million| billion| Millionen)?/gu;

/** Share of the claims that take the subject of another sentence, where two sentences have names as subjects. */
const SUBJECT_SHARE = 0.5;

/** Joins two facts of a passage wrongly: a sentence gets a value, or the subject, of another one. */
export const joinFacts: Swap = (sentence, random) =>
  (random() < SUBJECT_SHARE ? takeSubject(sentence, random) : null) ?? takeValue(sentence, random);

/**
 * Puts the subject of another sentence in the place of the sentence's own. Both subjects are proper names without a
 * common word, since a pronoun or "the city" may mean the same as a name.
 */
const takeSubject: Swap = (sentence, random) => {
  const { text, language, passages } = sentence;
  const own = readSubject(text, language);
  if (!own || listValues(text, sentence).length === 0) return null;
  const heading = passages.map((passage) => passage.heading).join("\n");
  const others = sentence.others
    .flatMap((other) => readSubject(other, language) ?? [])
    .filter(
      ({ name, isPlural }) =>
        isPlural === own.isPlural && !sharesWord(name, text) && !heading.includes(name),
    );
  const chosen = choose(others, random);
  return chosen ? chosen.name + text.slice(own.name.length) : null;
};

function readSubject(text: string, language: ClaimLanguage) {
  const match = language === "en" ? SUBJECTS.en.exec(text) : null;
  const verb = match?.[1] ?? "";
  const name = match?.[0].slice(0, -verb.length).trim() ?? "";
  if (!/^(?:The )?\p{Lu}[\p{L}.'-]*(?: \p{Lu}[\p{L}.'-]*)+$/u.test(name)) return null;
  return { name, isPlural: PLURAL_VERBS.test(verb) };
}

const sharesWord = (name: string, text: string): boolean =>
  name.split(" ").some((word) => word !== "The" && text.includes(word));

/**
 * Puts a value of another sentence of the passage in the place of the sentence's own: both values are in the passage,
 * and no sentence of it joins them in this way. Neither sentence has the value of the other.
 */
const takeValue: Swap = (sentence, random) => {
  const own = shuffle(listValues(sentence.text, sentence), random);
  for (const value of own) {
    const foreign = sentence.others
      .filter((other) => !includesValue(other, value.text) && !isAlike(other, sentence))
      .flatMap((other) => listValues(other, sentence))
      .filter((other) => other.class === value.class && !includesValue(sentence.text, other.text));
    const chosen = choose(foreign, random);
    if (!chosen) continue;
    const at = positionOf(sentence.text, value.text);
    if (LIMITS[sentence.language].test(sentence.text.slice(0, at))) continue;
    return sentence.text.slice(0, at) + chosen.text + sentence.text.slice(at + value.text.length);
  }
  return null;
};

function listValues(text: string, { passages, language }: TrueSentence): Value[] {
  const years = Array.from(text.matchAll(YEAR), ([year]) => ({ text: year, class: "year" }));
  const amounts = Array.from(text.matchAll(AMOUNT)).flatMap((match): Value[] => {
    const [written, currency, digits = "", scale = ""] = match;
    if (/^(?:1\d|20)\d\d$/.test(digits) || match.index === 0) return [];
    return [
      {
        text: written,
        class: `amount ${currency}${scale.trim()} ${unitAfter(text.slice(match.index + written.length), language)}`,
      },
    ];
  });
  const names = passages
    .flatMap((passage) => passage.names)
    .filter((name) => text.includes(name))
    .map((name) => ({ text: name, class: "name" }));
  return [...years, ...amounts, ...names];
}

/** Returns the word after an amount, which its class depends on. */
const unitAfter = (after: string, language: ClaimLanguage): string =>
  isSpaced(language) ? "" : (/^ ?\S/u.exec(after)?.[0].trim() ?? "");

function includesValue(text: string, value: string): boolean {
  return positionOf(text, value) >= 0;
}

function positionOf(text: string, value: string): number {
  return text.search(
    new RegExp(`(?<![\\d\\p{Lu}.,])${escapePattern(value)}(?![\\d]|[.,]\\d)`, "u"),
  );
}

const longWords = (text: string): ReadonlySet<string> =>
  new Set(text.toLowerCase().match(/\p{L}{4,}/gu));

/** Tests whether another sentence tells nearly the same, in which case its value may be true in this one. */
function isAlike(other: string, { text }: TrueSentence): boolean {
  const own = longWords(text);
  const shared = [...longWords(other)].filter((word) => own.has(word)).length;
  return shared > 0.6 * own.size;
}
