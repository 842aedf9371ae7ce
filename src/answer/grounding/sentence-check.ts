import type { Citation, Passage, Removal } from "../answer-types.ts";
import type { ClaimVerdict } from "../claims/claim-types.ts";
import type { SentenceKind } from "./sentence-reader.ts";

/**
 * The verdict on a sentence of an answer, over all passages that it cites. `uncited`: it cites none. `plain`: it claims
 * nothing, as a heading does, so it needs no citation. `absence`: it says that the documents do not say something.
 */
export type SentenceVerdict = ClaimVerdict["verdict"] | "uncited" | Exclude<SentenceKind, "claim">;

/** The result of the check of a sentence. */
export type SentenceCheck = {
  readonly verdict: SentenceVerdict;
  /** The citations that were removed from the sentence. */
  readonly removals: readonly Omit<Removal, "sentence">[];
  /** True if the sentence is not sent. */
  readonly isWithheld: boolean;
};

/**
 * A sentence after its check, as it is sent: without citation markers, with verified citations. The text of a withheld
 * sentence is empty, or the line breaks that end its paragraph.
 */
export type CheckedSentence = {
  readonly text: string;
  /** The sentence without markers, also if it is withheld. */
  readonly said: string;
  readonly citations: readonly Citation[];
  readonly check: SentenceCheck;
};

/** A sentence and a passage that it cites, with the rules' verdict on the two. */
export type ClaimPair = {
  readonly sentence: string;
  readonly passage: Passage;
  readonly verdict: ClaimVerdict;
};

/** A sentence with what is known before it is decided. */
export type PendingSentence = {
  /** The sentence without its markers, with the white space that follows it. */
  readonly text: string;
  readonly kind: SentenceKind;
  /** Number of its markers that name no passage. */
  readonly unknown: number;
  /** The passages that its markers name. */
  readonly pairs: readonly ClaimPair[];
};
