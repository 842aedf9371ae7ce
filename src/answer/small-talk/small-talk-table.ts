/** The kinds of small talk. A message of several kinds is of the first of them. */
export const SMALL_TALK_KINDS = ["about", "farewell", "thanks", "greeting"] as const;
/** A kind of small talk. */
export type SmallTalkKind = (typeof SMALL_TALK_KINDS)[number];

/** The small talk of one language: what people say, and the replies. */
export type SmallTalkTable = {
  /** True if words are written with spaces between them. */
  readonly isSpaced: boolean;
  /** Whole phrases of each kind, divided by `|`. Case, accents and punctuation do not matter. */
  readonly phrases: Readonly<Record<SmallTalkKind, string>>;
  /** Words that may stand between phrases, divided by `|`. */
  readonly fillers: string;
  /** Words that begin a question, divided by `|`: what is before them may be small talk without a comma. */
  readonly questionWords: string;
  /** The beginning of a reply to each kind. */
  readonly openings: Readonly<Record<SmallTalkKind, string>>;
  /** Says what the built-in model does. */
  readonly ability: string;
  /** Says how to name documents, in a request without any. */
  readonly advice: string;
};
