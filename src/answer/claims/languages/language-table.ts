/**
 * The words of one language that decide whether a claim and a passage agree. A list of words or phrases is a text with
 * `|` between them, in lower case; accents do not matter. The first entry of a list has no special meaning.
 */
export type LanguageTable = {
  /** The code of the language in ISO 639-1. */
  readonly code: string;
  readonly script: Script;
  /** True if words are separated by spaces. Otherwise phrases are looked for anywhere in a sentence. */
  readonly isSpaced: boolean;
  /** True if a capital letter inside a sentence marks a name. In German, it marks any noun. */
  readonly capitals: "names" | "nouns" | "none";
  /** Names of countries, peoples and cities, in a language without capital letters; otherwise empty. */
  readonly names: string;
  /** The form of other names in such a language. */
  readonly namePattern: RegExp | null;
  /** Words without a meaning of their own. They also tell the language of a text, so each language lists many. */
  readonly functionWords: string;
  /** Pronouns, and nouns such as "company", with which a sentence refers to something that was named before. */
  readonly references: string;
  /** Verbs that end the subject of a sentence: auxiliary verbs, and verbs as frequent as they. */
  readonly verbs: string;
  /** Prepositions and conjunctions with which a sentence begins before its subject: "After two years, …". */
  readonly openers: string;
  /** Words that join two clauses. */
  readonly conjunctions: string;
  /** Openings of a sentence that claim nothing, such as "in short". */
  readonly leadIns: string;
  /** Nouns for a source: an opening such as "As the document says," claims nothing. */
  readonly sources: string;
  /** Endings that inflection adds to words, longest first. Empty if the search index stems the language. */
  readonly endings: string;
  /** Verbs and endings that are written together with the word before them, and are read as words of their own. */
  readonly attached: string;
  /** Groups of words with the same meaning, which a paraphrase exchanges. */
  readonly synonyms: readonly string[];
  readonly numbers: NumberWords;
  /** Units of measure by their names. */
  readonly units: Readonly<Record<string, UnitName>>;
  /** The twelve months, from January on. */
  readonly months: readonly string[];
  /** The days of the week, from Monday on. */
  readonly weekdays: readonly string[];
  /** Words around the hours of a day, such as "am" and "noon". */
  readonly clock: ClockWords;
  /** Order of day and month in a date of numbers such as 05/04/2020. */
  readonly dateOrder: "dmy" | "mdy" | "ymd";
  readonly negations: Negations;
  /** Words that limit a number: "at least", "about". */
  readonly bounds: BoundWords;
  readonly oppositions: Oppositions;
  /**
   * Groups of words and phrases that say the same, of which a copy may put one in the place of another: "because" and
   * "since". The words of one side of an opposition are such a group already. Empty if they have not been listed: then a
   * copy is not rejected for a word of unknown meaning.
   */
  readonly equivalents: readonly string[];
};

/** The writing system of a language. */
export type Script = "latin" | "han" | "kana" | "thai" | "arabic" | "hangul";

/** The words of a language for numbers. Alternatives for one number are separated by `/`. */
type NumberWords = {
  /** The mark between groups of three digits; the other of `.` and `,` is before the decimals. A space also groups. */
  readonly group: "." | ",";
  /** The numbers from 0 on, in order. */
  readonly ones: string;
  /** The tens from 10 on, in order. */
  readonly tens: string;
  /** Other words and pairs of words that are a number, such as "half" and "quatre vingt". */
  readonly others: Readonly<Record<string, number>>;
  /** Words that multiply the number before them: "hundred", "million". */
  readonly multipliers: Readonly<Record<string, number>>;
  /** Words between the parts of a number, such as "and". */
  readonly glue: string;
  /** True if the parts of a number are written as one word, as in "fünfundzwanzig". */
  readonly isCompound: boolean;
  /** Words that often mean "a" and not the number 1. They count as a number only before a unit. */
  readonly articles: string;
  /** Ordinal words from "first" on, in order. */
  readonly ordinals: string;
  /** Endings of digits that make an ordinal, as in "19th", and signs before them, as in "第19". */
  readonly ordinalEndings: string;
  readonly ordinalSigns: string;
  /** Words before a number that make it a percentage, as in "百分之三十". */
  readonly percentBefore: string;
};

/**
 * A unit, as the factor by which a quantity in it is multiplied, and the dimension of the product. Quantities of one
 * dimension can be compared. Days and months are apart, since a month has no fixed number of days; so are currencies.
 */
export type UnitName = readonly [dimension: string, factor: number];

/** Words around the hours of a day. */
type ClockWords = {
  readonly morning: string;
  readonly afternoon: string;
  /** Words beside a number that make it an hour, such as "o'clock". */
  readonly hour: string;
};

/** Negations, by the side on which they have the words that they negate. */
type Negations = {
  readonly before: string;
  readonly after: string;
  /** Phrases that contain a negation and negate nothing, such as "not only". */
  readonly except: string;
  /** Beginnings of words that negate the rest: "un" in "unlawful". */
  readonly prefixes: string;
};

/** Words beside a number that limit it. */
type BoundWords = {
  readonly atLeast: string;
  readonly atMost: string;
  readonly moreThan: string;
  readonly lessThan: string;
  readonly about: string;
};

/**
 * Words that exclude each other, by the reason for which a claim fails that has one where its passage has the other.
 * Each text is one opposition, such as `rise|grow <> fall|sink`: sides, and on each the words with the same meaning.
 */
type Oppositions = Readonly<Record<OppositionReason, readonly string[]>> & {
  /**
   * More words, and words with other meanings too, which are compared at the same place of two sentences only: "day" and
   * "night".
   */
  readonly atPlace: Readonly<Record<OppositionReason, readonly string[]>>;
  /** Directions that are too frequent to be compared anywhere but at the same place of two sentences: "from", "to". */
  readonly placed: readonly string[];
  /** Verbs of modality that are compared in the same way: "will" and "may". */
  readonly placedModality: readonly string[];
};

/** The reason for which a claim fails that has another word of an opposition than its passage. */
export type OppositionReason = "quantifier" | "modality" | "direction" | "comparison";
