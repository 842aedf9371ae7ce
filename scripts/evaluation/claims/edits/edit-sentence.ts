import { choose, isWholeWords, replaceAt, shuffle, type TrueSentence } from "../swaps/sentence.ts";
import { parseRules } from "../wordings/wordings.ts";
import { CLAUSE_EDITS } from "./rewrite-clauses.ts";
import { rewriteNumbers } from "./rewrite-numbers.ts";

/** Number of edits of a sentence at most, without its prefix. */
const EDITS_MAX = 3;
/** Chance of a prefix. A sentence that has nothing else to edit is used with the same chance. */
const PREFIX_CHANCE = 0.25;

/**
 * Writes a sentence in other words and forms that keep it true: other forms of its numbers and dates, synonyms, another
 * order of its clauses, less detail, a beginning that refers to the document. Returns null if nothing applies.
 */
export function editSentence(sentence: TrueSentence, random: () => number): string | null {
  const clauses = CLAUSE_EDITS.map((edit) => (text: string) => edit({ ...sentence, text }) ?? text);
  const numbers = sentence.wordings.rewritings.map(
    (form) => (text: string) => rewriteNumbers(text, form, sentence.language),
  );
  const edited = applyEdits(sentence, [
    ...shuffle(clauses, random),
    ...shuffle(numbers, random),
    ...synonymEdits(sentence, random),
  ]);
  if (random() < PREFIX_CHANCE) return addPrefix({ ...sentence, text: edited }, random);
  return edited === sentence.text ? null : edited;
}

/** Rewrites a sentence without leaving anything out, so that a false part of it stays. */
export function editLightly(sentence: TrueSentence, random: () => number): string {
  const edited = applyEdits(sentence, synonymEdits(sentence, random));
  return random() < PREFIX_CHANCE ? addPrefix({ ...sentence, text: edited }, random) : edited;
}

function applyEdits({ text }: TrueSentence, edits: readonly ((text: string) => string)[]): string {
  let edited = text;
  let done = 0;
  for (const edit of edits) {
    const next = edit(edited);
    if (next !== edited) done += 1;
    edited = next;
    if (done === EDITS_MAX) break;
  }
  return edited;
}

function synonymEdits({ language, wordings }: TrueSentence, random: () => number) {
  return shuffle(parseRules(wordings.synonyms, language), random).map(
    ({ from, to }) =>
      (text: string): string => {
        const match = Array.from(text.matchAll(from)).find((found) =>
          isWholeWords(text, { start: found.index, end: found.index + found[0].length }, language),
        );
        return match ? replaceAt(text, match.index, match.index + match[0].length, to) : text;
      },
  );
}

function addPrefix({ text, wordings, language }: TrueSentence, random: () => number): string {
  const prefix = choose(wordings.prefixes.split("|"), random) ?? "";
  if (
    language === "de" ||
    !/^(?:The|It|In|A|An|They|He|She|This|These|On|At|For|There|All|Some)\b/.test(text)
  )
    return prefix + text;
  return prefix + text.charAt(0).toLowerCase() + text.slice(1);
}
