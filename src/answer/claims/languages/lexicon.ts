import { indexTerms } from "../../../retrieval/tokenize.ts";
import type { ClaimMismatch } from "../claim-types.ts";
import type { LanguageTable, OppositionReason, UnitName } from "./language-table.ts";
import { PhraseIndex } from "./phrase-index.ts";
import { readList } from "./word-list.ts";

/** One side of an opposition: two cues of the same `axis` and different sides exclude each other. */
export type CueMeaning = {
  readonly axis: number;
  readonly side: number;
  readonly reason: ClaimMismatch;
  /** True if the cue is compared only with a cue at the same place of the other sentence. */
  readonly isPlaced: boolean;
  /** True if a copy says something else that has a word of unknown meaning in the place of the cue. */
  readonly isTelling: boolean;
};

/** A limit that words set to a number. */
export type Bound = "atLeast" | "atMost" | "moreThan" | "lessThan" | "about";

/** A negation: the side on which it has the words that it negates. `except` negates nothing. */
export type NegationKind = "before" | "after" | "except";

/** The part that a word has in a written number. */
export type NumberPart =
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "multiplier"; readonly value: number };

/** The table of a language, prepared for looking words up. */
export class Lexicon {
  readonly table: LanguageTable;
  readonly functionWords: ReadonlySet<string>;
  readonly references: ReadonlySet<string>;
  readonly verbs: ReadonlySet<string>;
  readonly articles: ReadonlySet<string>;
  readonly glue: ReadonlySet<string>;
  readonly numberParts = new Map<string, NumberPart>();
  /** The first words of `numberParts`, of which some are pairs of words. */
  readonly numberBeginnings: ReadonlySet<string>;
  readonly ordinals: ReadonlyMap<string, number>;
  readonly ordinalEndings: ReadonlySet<string>;
  readonly ordinalSigns: ReadonlySet<string>;
  readonly percentBefore: ReadonlySet<string>;
  readonly units = new Map<string, UnitName>();
  readonly months: ReadonlyMap<string, number>;
  readonly weekdays: ReadonlyMap<string, number>;
  readonly morning: ReadonlySet<string>;
  readonly afternoon: ReadonlySet<string>;
  readonly hour: ReadonlySet<string>;
  readonly #names: ReadonlySet<string>;
  readonly leadIns: PhraseIndex<true>;
  readonly sources: ReadonlySet<string>;
  readonly openers: ReadonlySet<string>;
  readonly conjunctions: ReadonlySet<string>;
  readonly cues: PhraseIndex<CueMeaning>;
  /** More cues, which are found beside the others: a longer one hides none of these. */
  readonly cuesAtPlace: PhraseIndex<CueMeaning>;
  /** Words and phrases with the number of each group of equivalents that they are in. */
  readonly equivalents: PhraseIndex<number>;
  readonly negations: PhraseIndex<NegationKind>;
  readonly bounds: PhraseIndex<Bound>;
  readonly #endings: readonly string[];
  readonly #prefixes: readonly string[];
  readonly #attached: readonly string[];
  readonly #synonyms = new Map<string, string>();
  readonly #terms = new Map<string, string>();

  constructor(table: LanguageTable) {
    this.table = table;
    this.functionWords = readSet(table.functionWords);
    this.references = readSet(table.references);
    this.verbs = readSet(table.verbs);
    this.sources = readSet(table.sources);
    this.openers = readSet(table.openers);
    this.conjunctions = readSet(table.conjunctions);
    this.articles = readSet(table.numbers.articles);
    this.glue = readSet(table.numbers.glue);
    this.ordinals = numbered(table.numbers.ordinals.split("|"), 1);
    this.ordinalEndings = readSet(table.numbers.ordinalEndings);
    this.ordinalSigns = readSet(table.numbers.ordinalSigns);
    this.percentBefore = readSet(table.numbers.percentBefore);
    this.months = numbered(table.months, 1);
    this.weekdays = numbered(table.weekdays, 1);
    this.morning = readSet(table.clock.morning);
    this.afternoon = readSet(table.clock.afternoon);
    this.hour = readSet(table.clock.hour);
    this.#names = readSet(table.names);
    this.#endings = readList(table.endings);
    this.#attached = readList(table.attached);
    this.#prefixes = readList(table.negations.prefixes);
    this.#addNumbers();
    this.numberBeginnings = new Set(
      [...this.numberParts.keys()].map((words) => words.split(" ", 1)[0] ?? words),
    );
    for (const [names, unit] of Object.entries(table.units)) {
      for (const name of readList(names)) this.units.set(name, unit);
    }
    const { isSpaced, negations } = table;
    this.leadIns = new PhraseIndex(isSpaced, [[table.leadIns, true]]);
    // Inflected forms count as the listed ones, except in English, whose endings make other words: "last", "lasts".
    const normalize = (folded: string) =>
      this.functionWords.has(folded) ? folded : this.#cutEnding(this.#cutEnding(folded));
    const cueForm = this.#endings.length === 0 ? null : normalize;
    this.cues = new PhraseIndex(isSpaced, cueLists(table), cueForm);
    this.cuesAtPlace = new PhraseIndex(isSpaced, cueListsAtPlace(table), cueForm);
    this.negations = new PhraseIndex<NegationKind>(isSpaced, [
      [negations.before, "before"],
      [negations.after, "after"],
      [negations.except, "except"],
    ]);
    this.bounds = new PhraseIndex(isSpaced, boundLists(table));
    this.equivalents = new PhraseIndex(
      isSpaced,
      table.equivalents.map((group, at) => [group, at] as const),
      isSpaced ? (folded) => (this.functionWords.has(folded) ? folded : this.#stem(folded)) : null,
    );
    this.#addSynonyms();
  }

  /** Returns the term by which a folded word is compared: its stem, or the stem of a synonym. */
  term(folded: string): string {
    const known = this.#terms.get(folded);
    if (known !== undefined) return known;
    if (this.#terms.size >= TERMS_MAX) this.#terms.clear();
    const stem = this.#stem(folded);
    const term = this.#synonyms.get(stem) ?? stem;
    this.#terms.set(folded, term);
    return term;
  }

  /** Returns true for a name of the table, also with one more character: a city's "city", a people's "people". */
  isKnownName(folded: string): boolean {
    return this.#names.has(folded) || this.#names.has(folded.slice(0, -1));
  }

  /** Returns true for an ending of inflection, such as a particle of Korean, and for the empty text. */
  isEnding(text: string): boolean {
    return text === "" || this.#endings.includes(text);
  }

  /** Splits a word from the verb or ending that is written together with it; null if there is none. */
  splitAttached(text: string): [word: string, attached: string] | null {
    const attached = this.#attached.find(
      (one) => text.endsWith(one) && text.length >= one.length + ATTACHED_WORD_MIN,
    );
    return attached === undefined ? null : [text.slice(0, -attached.length), attached];
  }

  /** Returns the term that a word negates by its prefix: the term of "lawful" for "unlawful". Null without a prefix. */
  negatedTerm(folded: string): string | null {
    const prefix = this.#prefixes.find(
      (one) => folded.startsWith(one) && folded.length >= one.length + 4,
    );
    return prefix === undefined ? null : this.term(folded.slice(prefix.length));
  }

  #stem(folded: string): string {
    if (this.table.code === "en") return indexTerms(folded)[0] ?? folded;
    if (this.table.script === "arabic") return this.#cutEnding(indexTerms(folded)[0] ?? folded);
    return this.#cutEnding(folded);
  }

  #cutEnding(folded: string): string {
    const left = this.table.script === "hangul" ? 1 : STEM_MIN;
    const ending = this.#endings.find(
      (one) => folded.endsWith(one) && folded.length >= one.length + left,
    );
    return ending === undefined ? folded : folded.slice(0, -ending.length);
  }

  #addSynonyms(): void {
    for (const group of this.table.synonyms) {
      const words = readList(group).map((word) => this.#stem(word));
      const [first = ""] = words;
      for (const word of words) {
        if (!this.#synonyms.has(word)) this.#synonyms.set(word, first);
      }
    }
  }

  #addNumbers(): void {
    const { ones, tens, others, multipliers } = this.table.numbers;
    const add = (words: Iterable<readonly [string, number]>, kind: NumberPart["kind"]) => {
      for (const [word, value] of words) this.numberParts.set(word, { kind, value });
    };
    add(numbered(ones.split("|"), 0), "value");
    for (const [word, value] of numbered(tens.split("|"), 1)) add([[word, value * 10]], "value");
    for (const [word, value] of Object.entries(others))
      add([[readList(word)[0] ?? "", value]], "value");
    for (const [words, value] of Object.entries(multipliers)) {
      for (const word of readList(words)) add([[word, value]], "multiplier");
    }
  }
}

/** Terms that are remembered for one language. */
const TERMS_MAX = 20_000;
/** Characters that are left of a word when an attached verb is split from it. */
const ATTACHED_WORD_MIN = 2;
/** Characters that are left of a word when an ending is taken off. */
const STEM_MIN = 3;

function readSet(list: string): ReadonlySet<string> {
  return new Set(readList(list));
}

function boundLists({ bounds }: LanguageTable): (readonly [string, Bound])[] {
  return [
    [bounds.atLeast, "atLeast"],
    [bounds.atMost, "atMost"],
    [bounds.moreThan, "moreThan"],
    [bounds.lessThan, "lessThan"],
    [bounds.about, "about"],
  ];
}

/** Numbers a list, counting from `first`. Alternatives within an entry are separated by `/` or `|`. */
function numbered(entries: readonly string[], first: number): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const [at, entry] of entries.entries()) {
    for (const word of readList(entry.replaceAll("/", "|"))) {
      if (word !== "") numbers.set(word, first + at);
    }
  }
  return numbers;
}

const REASONS: readonly OppositionReason[] = ["quantifier", "modality", "direction", "comparison"];

/** Oppositions that are of one kind. */
type CueKind = Omit<CueMeaning, "axis" | "side"> & { readonly oppositions: readonly string[] };

function cueLists({ oppositions }: LanguageTable): (readonly [string, CueMeaning])[] {
  const { placed, placedModality } = oppositions;
  return numberSides([
    ...REASONS.map((reason) => ({
      oppositions: oppositions[reason],
      reason,
      isPlaced: false,
      isTelling: true,
    })),
    { oppositions: placed, reason: "direction", isPlaced: true, isTelling: false },
    { oppositions: placedModality, reason: "modality", isPlaced: true, isTelling: false },
  ]);
}

/** Axis of the first opposition at the same place: their axes differ from those of the other oppositions. */
const FIRST_AXIS_AT_PLACE = 1_000;

function cueListsAtPlace({ oppositions }: LanguageTable): (readonly [string, CueMeaning])[] {
  const { atPlace } = oppositions;
  return numberSides(
    REASONS.map((reason) => ({
      oppositions: atPlace[reason],
      reason,
      isPlaced: true,
      isTelling: true,
    })),
    FIRST_AXIS_AT_PLACE,
  );
}

function numberSides(
  kinds: readonly CueKind[],
  firstAxis = 0,
): (readonly [list: string, meaning: CueMeaning])[] {
  return kinds
    .flatMap(({ oppositions, ...kind }) => oppositions.map((opposition) => ({ opposition, kind })))
    .flatMap(({ opposition, kind }, at) =>
      opposition
        .split("<>")
        .map((list, side) => [list, { ...kind, axis: firstAxis + at, side }] as const),
    );
}
