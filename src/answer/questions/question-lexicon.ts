import { foldText } from "../../retrieval/fold.ts";
import { indexTerms } from "../../retrieval/tokenize.ts";
import type { QuestionLanguage } from "./question-language.ts";

/** The lists of a language's table that are looked for in a text. */
type ListName = {
  [Name in keyof QuestionLanguage]: Name extends "code" | "letters"
    ? never
    : QuestionLanguage[Name] extends string
      ? Name
      : never;
}[keyof QuestionLanguage];

/** A wording that was found in a text: its position in the folded text, and its folded words. */
export type FoundWording = { readonly index: number; readonly words: string };

/**
 * The table of a language, ready for use: its lists as patterns and as index terms, each made when it is first needed.
 * Texts are compared without regard to case and accents.
 */
export class QuestionLexicon {
  readonly language: QuestionLanguage;
  readonly #patterns = new Map<string, RegExp>();
  readonly #terms = new Map<ListName, ReadonlySet<string>>();
  #asking: RegExp | null = null;

  constructor(language: QuestionLanguage) {
    this.language = language;
  }

  /** Returns the first entry of a list in a folded text; null if it has none. */
  find(list: ListName, folded: string): FoundWording | null {
    return this.#exec(list, this.language[list], folded);
  }

  /** Returns the first wording in a folded question that asks for a kind of thing; null if it has none. */
  findAsked(kind: keyof QuestionLanguage["asks"], folded: string): FoundWording | null {
    return this.#exec(`asks ${kind}`, this.language.asks[kind], folded);
  }

  /** Tests whether a folded text begins with an entry of a list. */
  opensWith(list: ListName, folded: string): boolean {
    const found = this.find(list, folded);
    return found !== null && !/[\p{L}\p{N}]/u.test(folded.slice(0, found.index));
  }

  /** The index terms of a list's entries. */
  termsOf(list: ListName): ReadonlySet<string> {
    const known = this.#terms.get(list);
    if (known) return known;
    const terms = new Set(indexTerms(this.language[list].replaceAll(/[|*]/g, " ")));
    this.#terms.set(list, terms);
    return terms;
  }

  /** Removes the words that ask from a question: "who", "how many". Its other words keep their form. */
  removeAsking(question: string): string {
    const { asks, questionWords, isSpaced } = this.language;
    const list = [...Object.values(asks), questionWords].join("|");
    this.#asking ??= new RegExp(
      compileEntries(
        list.split("|").filter((entry) => entry !== ""),
        isSpaced,
      ),
      "giu",
    );
    return question.replace(this.#asking, " ").trim();
  }

  #exec(name: string, list: string, folded: string): FoundWording | null {
    const pattern = this.#patterns.get(name) ?? compileList(list, this.language.isSpaced);
    this.#patterns.set(name, pattern);
    const found = pattern.exec(folded);
    return found && { index: found.index, words: found[0] };
  }
}

/** Makes the pattern that finds any entry of a list in a folded text. */
function compileList(list: string, isSpaced: boolean): RegExp {
  const entries = splitList(list);
  return entries.length === 0 ? /(?!)/u : new RegExp(compileEntries(entries, isSpaced), "u");
}

/** Returns the source of the pattern that finds any of some entries, the longest first. */
function compileEntries(list: readonly string[], isSpaced: boolean): string {
  const entries = list
    .toSorted((a, b) => b.length - a.length)
    .map((entry) => escape(entry.replace(/\*$/, "")) + (entry.endsWith("*") ? LETTERS : ""));
  const any = `(?:${entries.join("|")})`;
  return isSpaced ? `(?<!${LETTER})${any}(?!${LETTER})` : any;
}

const LETTER = String.raw`[\p{L}\p{M}\p{N}]`;
const LETTERS = String.raw`[\p{L}\p{M}]*`;

const escape = (entry: string) => entry.replaceAll(/[.()?+[\]{}^$|\\]/g, String.raw`\$&`);

/** Splits a list into its folded entries. */
export function splitList(list: string): string[] {
  return list.split("|").flatMap((entry) => (entry === "" ? [] : [foldText(entry)]));
}
