import type { ClaimLanguage } from "../claim.ts";
import { NUMBER_BEFORE } from "../wordings/number-words.ts";
import { parseRules, type Rule, type WordKind } from "../wordings/wordings.ts";
import { choose, isWholeWords, replaceAt, type Swap, type TrueSentence } from "./sentence.ts";

/** A sentence with one of these states no fact that a negation turns around. */
const CONDITIONS = {
  en: /\b(?:if|whether|unless|would|not only|either|neither|than|nor)\b/i,
  de: /\b(?:wenn|ob|falls|würde|nicht nur|weder|entweder|sofern|noch)\b/i,
  zh: /如果|是否|不仅|除非|若|不但|无论|而不是|不是.*而是|尽管/u,
  th: /ถ้า|หาก|หรือไม่|ไม่เพียง|ไม่ว่า|ไม่ใช่แค่/u,
} as const;

/** A number that is a lower limit: with a smaller unit the sentence remains true. */
const LOWER_LIMIT = {
  en: /\b(?:over|more than|at least) [^ ]+[  -]$/,
  de: /(?:über|mehr als|mindestens) [^ ]+[  -]$/,
  zh: /(?:超过|至少|多于) ?[\d.,]+ ?$/u,
  th: /(?:มากกว่า|อย่างน้อย|เกิน) ?[\d.,]+ ?$/u,
} as const;

/**
 * Replaces words by those of another meaning. The new word is not in the sentence already, where it would leave the
 * meaning ("increase and decrease").
 */
export const swapWords =
  (kind: WordKind): Swap =>
  (sentence, random) => {
    const { text, language, wordings } = sentence;
    if (kind === "negation" && CONDITIONS[language].test(text)) return null;
    const before = kind === "unit" ? NUMBER_BEFORE[language] : "";
    const rules = parseRules(wordings.false[kind], language, before);
    const places = rules
      .flatMap((rule) => findPlaces(rule, sentence))
      .filter(({ start }) => kind !== "unit" || !LOWER_LIMIT[language].test(text.slice(0, start)));
    const place = choose(
      places.filter((one) => kind === "unit" || !isInNegation(text, one, language)),
      random,
    );
    return place ? replaceAt(text, place.start, place.end, place.by) : null;
  };

/** Words that negate. */
const NEGATIONS = {
  en: /\b(?:not|no|never|nor|neither|cannot|without|none|nobody)\b|n't\b/gi,
  de: /\b(?:nicht|kein\p{L}*|nie|niemals|ohne|weder|kaum)\b/giu,
  zh: /[不没无未非]/gu,
  th: /ไม่|มิ(?=ได้)/gu,
} as const;

/** Tests whether a place outside of a negation is in a negated clause, where a change of a word may leave it true. */
function isInNegation(text: string, { start, end, by }: Place, language: ClaimLanguage): boolean {
  const clause = text.slice(lastBreak(text, start), start) + text.slice(end, nextBreak(text, end));
  const count = (of: string) => (of.match(NEGATIONS[language]) ?? []).length;
  return count(clause) > 0 && (count(by) > 0 || count(text.slice(start, end)) === 0);
}

const BREAK = /[,.;:，。；：、()（）]/u;
const lastBreak = (text: string, at: number): number =>
  at - (text.slice(0, at).split(BREAK).at(-1)?.length ?? 0);
const nextBreak = (text: string, at: number): number =>
  at + (text.slice(at).split(BREAK)[0]?.length ?? 0);

type Place = { readonly start: number; readonly end: number; readonly by: string };

function findPlaces({ from, to }: Rule, { text, language }: TrueSentence): Place[] {
  return Array.from(text.matchAll(from)).flatMap((match): Place[] => {
    const by = to.replaceAll(/\$(\d)/g, (_all, group: string) => match[Number(group)] ?? "");
    const place = { start: match.index, end: match.index + match[0].length, by };
    const isRepeated = by.length > 3 && text.toLowerCase().includes(by.toLowerCase());
    const isUsable = by !== match[0] && !isRepeated && isWholeWords(text, place, language);
    return isUsable ? [place] : [];
  });
}
