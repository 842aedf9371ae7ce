import { readList } from "./word-list.ts";

/** A phrase found in a sentence: the indexes of its first and its last word, and what the phrase stands for. */
export type FoundPhrase<T> = { readonly first: number; readonly last: number; readonly value: T };

/**
 * Finds phrases of a language in the words of a sentence. At each place the longest phrase is found, with all the values
 * that it stands for; phrases do not overlap. In a language without spaces, a phrase is found anywhere in the text, since
 * the runtime may cut words otherwise than the phrase.
 */
export class PhraseIndex<T> {
  readonly #isSpaced: boolean;
  /** Phrases by their first word, or their first character; the longest first. */
  readonly #phrases = new Map<string, { parts: readonly string[]; values: T[] }[]>();

  readonly #normalize: ((folded: string) => string) | null;

  /** `normalize` returns the form in which two words are the same, such as their stem. */
  constructor(
    isSpaced: boolean,
    lists: readonly (readonly [list: string, value: T])[],
    normalize: ((folded: string) => string) | null = null,
  ) {
    this.#isSpaced = isSpaced;
    this.#normalize = normalize;
    for (const [list, value] of lists)
      for (const phrase of readList(list)) this.#add(this.#split(phrase), value);
    for (const found of this.#phrases.values())
      found.sort((a, b) => b.parts.length - a.parts.length);
  }

  /** Finds all phrases in the folded words of a sentence. */
  find(folded: readonly string[]): FoundPhrase<T>[] {
    if (!this.#isSpaced) return this.#findInText(folded);
    const normalize = this.#normalize;
    return this.#findIn(normalize ? folded.map((word) => normalize(word)) : folded, (at) => at);
  }

  #split(phrase: string): string[] {
    if (!this.#isSpaced) return Array.from(phrase.replaceAll(" ", ""));
    return phrase.split(/[\s'-]+/u).map((word) => this.#normalize?.(word) ?? word);
  }

  #add(parts: readonly string[], value: T): void {
    const first = parts[0] ?? "";
    const known = this.#phrases.get(first) ?? [];
    const same = known.find((other) => other.parts.join(" ") === parts.join(" "));
    if (same) same.values.push(...(same.values.includes(value) ? [] : [value]));
    else known.push({ parts, values: [value] });
    this.#phrases.set(first, known);
  }

  #findInText(folded: readonly string[]): FoundPhrase<T>[] {
    const characters: string[] = [];
    const wordOf: number[] = [];
    for (const [at, word] of folded.entries()) {
      for (const character of word) {
        characters.push(character);
        wordOf.push(at);
      }
    }
    return this.#findIn(characters, (at) => wordOf[at] ?? 0);
  }

  #findIn(parts: readonly string[], wordOf: (at: number) => number): FoundPhrase<T>[] {
    const found: FoundPhrase<T>[] = [];
    let at = 0;
    while (at < parts.length) {
      const start = at;
      const phrase = this.#phrases
        .get(parts[at] ?? "")
        ?.find((one) => one.parts.every((part, offset) => parts[start + offset] === part));
      if (!phrase) {
        at += 1;
        continue;
      }
      at += phrase.parts.length;
      for (const value of phrase.values) {
        found.push({ first: wordOf(start), last: wordOf(at - 1), value });
      }
    }
    return found;
  }
}
