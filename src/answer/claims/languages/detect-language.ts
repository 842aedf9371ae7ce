import { lazily } from "../../../lazily.ts";
import { foldText } from "../../../retrieval/fold.ts";
import type { Script } from "./language-table.ts";
import { Lexicon } from "./lexicon.ts";
import { LANGUAGE_TABLES } from "./tables.ts";
import { readList } from "./word-list.ts";

const lexicons = new Map<string, Lexicon>();

/** Returns the lexicon of a language of `LANGUAGE_TABLES`; that of the first one for a code that is not listed. */
export function findLexicon(code: string): Lexicon {
  const known = lexicons.get(code);
  if (known) return known;
  const table = LANGUAGE_TABLES.find((one) => one.code === code) ?? LANGUAGE_TABLES[0];
  if (!table) throw new Error("There is no language table");
  const lexicon = new Lexicon(table);
  lexicons.set(code, lexicon);
  return lexicon;
}

/** Length of the beginning of a text by which its language is detected, in characters. */
const SAMPLE_CHARACTERS = 400;

/**
 * Tells the language of a text by its script and, among languages of one script, by its function words. Where they tell
 * nothing, as in a short text, it is `expected` if that has the same script.
 */
export function detectLanguage(text: string, expected: Lexicon | null): Lexicon {
  const sample = text.slice(0, SAMPLE_CHARACTERS);
  const script = mainScript(sample);
  const isExpected = expected && isSameScript(script, expected.table.script, sample);
  if (isExpected && script !== "latin") return expected;
  const tables = LANGUAGE_TABLES.filter((table) => table.script === script);
  const [only] = tables;
  if (!only) return expected ?? findLexicon("en");
  if (tables.length === 1) return findLexicon(only.code);
  const codes = tables.map(({ code }) => code);
  return findLexicon(findMostFrequent(sample, codes, expected));
}

/** Function words more than another language has, before a text counts as written in a language. */
const LEAD_MIN = 2;

/** The languages that have a word among their most frequent ones. */
const languagesByWord = lazily(() => {
  const codes = new Map<string, string[]>();
  for (const { code, functionWords, verbs, units, months, weekdays } of LANGUAGE_TABLES) {
    const lists = [functionWords, verbs, ...Object.keys(units), ...months, ...weekdays];
    for (const word of new Set(lists.flatMap((list) => readList(list)))) {
      codes.set(word, [...(codes.get(word) ?? []), code]);
    }
  }
  return codes;
});

/** Returns the code of the language that has most words of a text among its frequent ones. */
function findMostFrequent(
  text: string,
  codes: readonly string[],
  expected: Lexicon | null,
): string {
  const counts = new Map(codes.map((code) => [code, 0]));
  for (const word of foldText(text).match(/\p{L}+/gu) ?? []) {
    for (const code of languagesByWord().get(word) ?? []) {
      const count = counts.get(code);
      if (count !== undefined) counts.set(code, count + 1);
    }
  }
  const [best] = [...counts].toSorted(([, one], [, other]) => other - one);
  if (!best) return "en";
  const expectedCount = expected && counts.get(expected.table.code);
  if (!expected || expectedCount === null || expectedCount === undefined) return best[0];
  return best[1] >= expectedCount + LEAD_MIN ? best[0] : expected.table.code;
}

/** A Japanese text has kana; a Chinese one has none. A short claim of Chinese characters alone may be either. */
function isSameScript(script: Script, expected: Script, text: string): boolean {
  return script === expected || (script === "han" && expected === "kana" && text.length < 40);
}

const SCRIPTS: readonly (readonly [Script, RegExp])[] = [
  ["hangul", /\p{Script=Hangul}/gu],
  ["thai", /\p{Script=Thai}/gu],
  ["arabic", /\p{Script=Arabic}/gu],
  ["han", /\p{Script=Han}/gu],
];
/** One Latin word says as much as two characters of a script without spaces. */
const LATIN = /\p{Script=Latin}+/gu;
/** A character of any of the other scripts. */
const OTHER_SCRIPT = /[\u0600-\u06ff\u0e00-\u0e7f\u1100-\u11ff\u3040-\u9fff\uac00-\ud7af]/;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;

function mainScript(text: string): Script {
  if (!OTHER_SCRIPT.test(text)) return "latin";
  let [best, most]: [Script, number] = ["latin", text.match(LATIN)?.length ?? 0];
  for (const [script, pattern] of SCRIPTS) {
    const count = (text.match(pattern)?.length ?? 0) / 2;
    if (count > most) [best, most] = [script, count];
  }
  return best === "han" && KANA.test(text) ? "kana" : best;
}
