import { readList } from "./word-list.ts";

/** A phrase found in a sentence: the indexes of its first and its last word, and what the phrase stands for. */
export type FoundPhrase<T> = { readonly first: number; readonly last: number; readonly value: T };

/** Forms of words that are remembered. */
const FORMS_MAX = 20_000;

type Phrase<T> = { readonly parts: readonly string[]; readonly values: T[] };

/**
 * Finds phrases of a language in the words of a sentence. At each place the longest phrase is found, with all the values
 * that it stands for; phrases do not overlap, but for those of `findAll`. In a language without spaces, a phrase is found anywhere in the text, since
 * the runtime may cut words otherwise than the phrase.
 */
export class PhraseIndex<T> {
  readonly #isSpaced: boolean;
  /** Phrases by their first word, or their first character; the longest first. */
  readonly #phrases = new Map<string, Phrase<T>[]>();

  readonly #normalize: ((folded: string) => string) | null;
  /** The forms of words that were looked for, since words repeat. */
  readonly #forms = new Map<string, string>();

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

  /** Finds the phrases in the folded words of a sentence. */
  find(folded: readonly string[]): FoundPhrase<T>[] {
    const { parts, wordOf } = this.#read(folded);
    const found: FoundPhrase<T>[] = [];
    for (let at = 0; at < parts.length;) {
      const phrase = this.#longestAt(parts, at);
      if (phrase) found.push(...this.#place(phrase, at, wordOf));
      at += phrase?.parts.length ?? 1;
    }
    return found;
  }

  /** Finds all phrases, also those that overlap or are a part of a longer one. */
  findAll(folded: readonly string[]): FoundPhrase<T>[] {
    const { parts, wordOf } = this.#read(folded);
    const found: FoundPhrase<T>[] = [];
    for (const [at, part] of parts.entries()) {
      for (const phrase of this.#phrases.get(part) ?? []) {
        if (isAt(phrase.parts, parts, at)) found.push(...this.#place(phrase, at, wordOf));
      }
    }
    return found;
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

  /** The parts of which phrases are made, words or characters, with the index of the word of each. */
  #read(folded: readonly string[]): { parts: readonly string[]; wordOf: (at: number) => number } {
    if (this.#isSpaced) {
      const parts = this.#normalize ? folded.map((word) => this.#form(word)) : folded;
      return { parts, wordOf: (at) => at };
    }
    const characters: string[] = [];
    const words: number[] = [];
    for (const [at, word] of folded.entries()) {
      for (const character of word) {
        characters.push(character);
        words.push(at);
      }
    }
    return { parts: characters, wordOf: (at) => words[at] ?? 0 };
  }

  #form(folded: string): string {
    const known = this.#forms.get(folded);
    if (known !== undefined) return known;
    if (this.#forms.size >= FORMS_MAX) this.#forms.clear();
    const form = this.#normalize?.(folded) ?? folded;
    this.#forms.set(folded, form);
    return form;
  }

  /** The longest phrase that begins at a place. */
  #longestAt(parts: readonly string[], start: number): Phrase<T> | undefined {
    return this.#phrases.get(parts[start] ?? "")?.find((one) => isAt(one.parts, parts, start));
  }

  #place(
    { parts, values }: Phrase<T>,
    start: number,
    wordOf: (at: number) => number,
  ): FoundPhrase<T>[] {
    const [first, last] = [wordOf(start), wordOf(start + parts.length - 1)];
    return values.map((value) => ({ first, last, value }));
  }
}

function isAt(phrase: readonly string[], parts: readonly string[], start: number): boolean {
  for (let at = 1; at < phrase.length; at++) if (parts[start + at] !== phrase[at]) return false;
  return true;
}
