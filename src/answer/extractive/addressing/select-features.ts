import { lazily } from "../../../lazily.ts";
import type { AddressFeature } from "./address-features.ts";
import type { AddressWords } from "./address-words.ts";
import { compileLanguage } from "./compile-phrases.ts";
import { makeEnglishHints } from "./english-hints.ts";
import { makeEnglishOrders } from "./english-orders.ts";
import { LATIN_LANGUAGES } from "./latin-languages.ts";
import { OTHER_LANGUAGES } from "./other-languages.ts";

const englishFeatures = lazily(() => [...makeEnglishOrders(), ...makeEnglishHints()]);

/**
 * Selects the features by which a sentence is scored, one list for each language: English, and every language whose
 * script and at least one word occur in the sentence. To score it with the features of all languages would take ten
 * times as long.
 */
export function selectFeatures(sentence: string): (readonly AddressFeature[])[] {
  const languages = isLatin(sentence) ? findLatinLanguages(sentence) : findByScript(sentence);
  return [englishFeatures(), ...languages.map((language) => readFeatures(language))];
}

const isLatin = (sentence: string) =>
  !/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(sentence);

const SCRIPTS = Object.values(OTHER_LANGUAGES).map((words) => ({
  words,
  script: new RegExp(String.raw`\p{Script=${words.script}}`, "u"),
}));

function findByScript(sentence: string): AddressWords[] {
  const others = SCRIPTS.filter(({ script }) => script.test(sentence)).map(({ words }) => words);
  return [...others, ...findLatinLanguages(sentence)];
}

/** Finds the languages with a phrase that has a word with the same beginning as one of the sentence. */
function findLatinLanguages(sentence: string): AddressWords[] {
  const found = new Set<AddressWords>();
  for (const [word] of sentence.matchAll(WORDS)) {
    const shortest = Math.min(BEGINNING_MIN, word.length);
    for (let length = shortest; length <= Math.min(BEGINNING_MAX, word.length); length++) {
      for (const language of languagesByBeginning().get(word.slice(0, length)) ?? [])
        found.add(language);
    }
  }
  return [...found];
}

/** Words that are long enough to tell a language. A word of three letters has to be the same. */
const WORDS = /[\p{L}\p{M}]{3,}/gu;
const BEGINNING_MIN = 4;
const BEGINNING_MAX = 6;
const languagesByBeginning = lazily(indexBeginnings);

function indexBeginnings(): ReadonlyMap<string, readonly AddressWords[]> {
  const index = new Map<string, AddressWords[]>();
  for (const language of Object.values(LATIN_LANGUAGES)) {
    const { ignore, role, reveal, reply, pass, call } = language;
    const phrases = [ignore, role, reveal, reply, pass, call].join(" ").normalize("NFKC");
    const beginnings = Array.from(phrases.matchAll(WORDS), ([word]) =>
      word.slice(0, BEGINNING_MAX),
    );
    for (const beginning of new Set(beginnings)) {
      index.set(beginning, [...(index.get(beginning) ?? []), language]);
    }
  }
  return index;
}

const feature = (weight: number, wording: RegExp) => ({ weight, patterns: [{ wording }] });

/** The compiled features of the languages that sentences were in so far: compiling all takes long. */
const compiled = new Map<AddressWords, readonly AddressFeature[]>();

function readFeatures(language: AddressWords): readonly AddressFeature[] {
  const known = compiled.get(language);
  if (known) return known;
  const { override, unless, role, reveal, reply, leak, call } = compileLanguage(language);
  const features = [
    feature(1.5, override),
    { weight: 1.5, patterns: [{ wording: override, except: unless }] },
    feature(3, role),
    feature(3, reveal),
    feature(3, reply),
    feature(3, leak),
    feature(3, call),
  ];
  compiled.set(language, features);
  return features;
}
