/**
 * The kinds of small talk, such as `about`: a question about the assistant. A message of several kinds counts as the
 * first of them in this list.
 */
export const SMALL_TALK_KINDS = ["about", "farewell", "thanks", "greeting"] as const;
/** A kind of small talk. */
export type SmallTalkKind = (typeof SMALL_TALK_KINDS)[number];

/** The small talk of one language: phrases that users write, and the replies to them. */
export type SmallTalkTable = {
  /** True if the language writes spaces between words. */
  readonly isSpaced: boolean;
  /** Whole phrases of each kind, separated by `|`. Case, accents and punctuation do not matter. */
  readonly phrases: Readonly<Record<SmallTalkKind, string>>;
  /** Words that may occur between small talk phrases without making the message a question, separated by `|`. */
  readonly fillers: string;
  /** Words that begin a question, separated by `|`. The text before them may be small talk, even without a comma. */
  readonly questionWords: string;
  /** The beginning of the reply to each kind of small talk. */
  readonly openings: Readonly<Record<SmallTalkKind, string>>;
  /** The part of a reply that describes what the built-in model does. */
  readonly ability: string;
  /** The part of a reply that explains how to name documents, for a request that names none. */
  readonly advice: string;
};
