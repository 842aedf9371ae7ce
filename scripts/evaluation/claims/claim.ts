/** The languages of the claims. */
export const CLAIM_LANGUAGES = ["en", "de", "zh", "th"] as const;
/** The language of a claim and of its passages. */
export type ClaimLanguage = (typeof CLAIM_LANGUAGES)[number];

/** Tests whether a language has spaces between its words. */
export const isSpaced = (language: ClaimLanguage): boolean =>
  language === "en" || language === "de";

/** The ways to make a false claim of a true sentence. */
export const FALSE_KINDS = [
  "number",
  "date",
  "unit",
  "name",
  "subject",
  "negation",
  "comparison",
  "quantifier",
  "direction",
  "modality",
  "joined",
] as const;
/** The way in which a claim was made false. */
export type FalseKind = (typeof FALSE_KINDS)[number];

/** The halves of the claims: rules are tuned with one, and only measured with the other. */
export const HALVES = ["tuning", "kept"] as const;
/** A half of the claims. No document is in both. */
export type Half = (typeof HALVES)[number];

/** The test collection from which a document comes. */
export type Source = "squad" | "xquad" | "handbook" | "mtrag";

/** A passage of a document, as a search would return it. */
export type SourcePassage = {
  readonly heading: string;
  readonly text: string;
  /** The names in the text that the collection's questions ask for. */
  readonly names: readonly string[];
};

/** A document whose sentences become claims. */
export type SourceDocument = {
  /** Names the document, or the group of documents that stay in one half. The same in all translations. */
  readonly key: string;
  readonly source: Source;
  readonly language: ClaimLanguage;
  readonly passages: readonly SourcePassage[];
};

/** An answer that a person wrote over passages. */
export type HumanAnswer = {
  /** Names the group of documents that stay in one half. */
  readonly key: string;
  readonly text: string;
  readonly passages: readonly SourcePassage[];
};

/** A sentence about passages, of which it is known to be true or false. */
export type Claim = {
  readonly text: string;
  /** The sentence of the passage, or of the human answer, that the claim was made of. */
  readonly original: string;
  readonly passages: readonly SourcePassage[];
  readonly key: string;
  readonly source: Source;
  readonly language: ClaimLanguage;
  readonly half: Half;
  /** The way in which a false claim was made; for a true one its origin: written by a person or an edited copy. */
  readonly kind: FalseKind | "human" | "edited";
};

/** Tests whether a claim is true. */
export const isTrue = ({ kind }: Claim): boolean => kind === "human" || kind === "edited";
