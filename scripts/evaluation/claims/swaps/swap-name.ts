import { type ClaimLanguage, isSpaced } from "../claim.ts";
import { choose, escapePattern, passagesSay, type Swap, type TrueSentence } from "./sentence.ts";

/** A name of two or more words with capital letters, inside a sentence. */
const CAPITALS =
  /(?<=[\p{Ll},;] )\p{Lu}\p{Ll}+(?: (?:(?:of|the|de|von|van) )?\p{Lu}\p{Ll}+){1,2}/gu;
/** Names of things that no person's name replaces. */
const NO_PERSON =
  /(?:Church|Palace|Park|War|University|Country|Building|Theatre|Death|Council|Street|School|State|States|Act|River|Bridge|Sea|Center|Movies|Digital|Weltkrieg|Freeway|Airport|County|Party|League|Empire|Law|Museum|Straße|Meer)s?$|摇滚|战争|大学|机场|สงคราม|มหาวิทยาลัย|สนามบิน|ทะเล/u;
/** A foreign person's name in Chinese. */
const DOTTED = /[\u4E00-\u9FFF]{2,6}·[\u4E00-\u9FFF]{2,6}/gu;

/** Replaces a name by another of its kind that the passages do not have: a country, a city, a people or a person. */
export const swapName: Swap = (sentence, random) => {
  const found = [...listedNames(sentence), ...otherNames(sentence)];
  const name = choose(found, random);
  if (!name) return null;
  const by = choose(
    name.others.filter((other) => !passagesSay(sentence, other)),
    random,
  );
  if (by === undefined) return null;
  return replaceName(sentence.text, name.text, by, sentence.language);
};

/** Replaces a name wherever it occurs as a whole. */
function replaceName(
  text: string,
  name: string,
  by: string,
  language: ClaimLanguage,
): string | null {
  const escaped = escapePattern(name);
  const pattern = isSpaced(language) ? `(?<![\\p{L}-])${escaped}(?![\\p{L}-])` : escaped;
  const changed = text.replaceAll(new RegExp(pattern, "gu"), by);
  return changed === text ? null : changed;
}

type Name = { readonly text: string; readonly others: readonly string[] };

/** Finds the names of a sentence that are in a group of names. */
function listedNames({ text, language, wordings }: TrueSentence): Name[] {
  return wordings.names.flatMap((group) => {
    const names = group.split("|");
    return names.flatMap((name): Name[] => {
      const pattern = isSpaced(language)
        ? `(?<![\\p{L}-]|New |South |North )${name}(?![\\p{L}-]| \\p{Lu})`
        : name;
      if (!new RegExp(pattern, "u").test(text)) return [];
      return [{ text: name, others: names.filter((other) => other !== name) }];
    });
  });
}

/** Finds names that are in no group, in whose place persons are put. */
function otherNames({ text, passages, language, wordings }: TrueSentence): Name[] {
  const persons = wordings.names.at(-1)?.split("|") ?? [];
  const patterns = { en: CAPITALS, de: null, zh: DOTTED, th: null }[language];
  const matched = patterns ? Array.from(text.matchAll(patterns), ([name]) => name) : [];
  const asked = passages.flatMap(({ names }) => names).filter((name) => text.includes(name));
  const all = [...new Set([...matched, ...asked])].filter((name) => !NO_PERSON.test(name));
  return all.map((name) => ({ text: name, others: persons }));
}
