import type { FileId } from "../ids.ts";
import type { EncodedPlaces, PassagePlace } from "../knowledge/chunk-places.ts";
import type { EncodedUnits } from "../knowledge/units.ts";
import type { RemovalReason } from "./removal-reasons.ts";

/** A part of a document that a search found, and that a model may quote and cite. */
export type Passage = {
  readonly chunkId: string;
  readonly fileId: FileId;
  readonly filename: string;
  readonly heading: string;
  readonly text: string;
  /** Start of `text` in the file's extracted text, in UTF-16 code units; `end` is the position after the last one. */
  readonly start: number;
  readonly end: number;
  /** The pages and table rows of the passage, for `findPlace`; null or absent if they are unknown. */
  readonly places?: EncodedPlaces | null;
  /** The units of the passage, for `decodeUnits`; null or absent if it was indexed before they were kept. */
  readonly units?: EncodedUnits | null;
  /** The relevance that the search gave the passage, 0 to 1, from keyword and vector search. */
  readonly score: number;
  /** The part of the relevance that comes from keywords, 0 to 1; absent if it is unknown. */
  readonly lexical?: number;
};

/** A verified citation: the extracted text of the file has `quote` from the character `sourceStart` to `sourceEnd`. */
export type Citation = {
  readonly fileId: FileId;
  readonly filename: string;
  readonly chunkId: string;
  readonly quote: string;
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** The headings above the passage, joined; "" without any. */
  readonly heading?: string;
  /** The page on which the quote begins, and the first table and row that it touches; all absent in older citations. */
} & Partial<PassagePlace>;

/** The degree to which the sources support an answer, with counts of its citations. */
export type Grounding = {
  readonly status: "grounded" | "partial" | "ungrounded" | "abstained";
  /** An estimate from 0 to 1 of how well the sources support the answer. */
  readonly confidence: number;
  readonly citationsVerified: number;
  /** Number of citations of the model that were removed because they could not be verified. */
  readonly citationsRemoved: number;
  /**
   * The removed citations, at most `REMOVALS_LISTED_MAX` of them, in order. Absent in answers that an earlier build has
   * stored.
   */
  readonly removals?: readonly Removal[];
  /** Number of sentences of the model that were not sent. Absent in answers that an earlier build has stored. */
  readonly sentencesWithheld?: number;
};

/** A citation of the model that was removed. */
export type Removal = {
  readonly reason: RemovalReason;
  /** The file and the chunk of the passage that the citation named; null if it named none. */
  readonly fileId: FileId | null;
  readonly chunkId: string | null;
  /** The beginning of the sentence, which was sent without the citation; null if it was withheld. */
  readonly sentence: string | null;
};

/** A message of the user or the assistant in a conversation. */
export type TextTurn = { readonly role: "user" | "assistant"; readonly text: string };

/** The input of the built-in model `extractive-1`: the question, the messages before it, and the passages to quote. */
export type ExtractiveRequest = {
  readonly question: string;
  readonly history: readonly TextTurn[];
  readonly passages: readonly Passage[];
  /** The time of the question, in milliseconds since 1970, by which the version in force is chosen; now if absent. */
  readonly now?: number;
};

/** A sentence of an answer of `extractive-1`, with citations of the passages that it quotes. */
export type AnswerSentence = {
  /** The text that is shown: the quote, with the heading, header or lead-in that a reader needs beside it. */
  readonly text: string;
  /** True if it is on a line of its own, as an item of a list is. */
  readonly isLine?: boolean;
  readonly citations: readonly Citation[];
};

/**
 * An answer of `extractive-1`, the built-in model, which quotes passages. `confidence` is 0 to 1: how well the passages
 * support it.
 */
export type ExtractiveAnswer = {
  readonly sentences: readonly AnswerSentence[];
  readonly abstained: boolean;
  readonly confidence: number;
};
