import type { FileId } from "../ids.ts";

/** A passage of a document that a model may cite. */
export type Passage = {
  readonly chunkId: string;
  readonly fileId: FileId;
  readonly filename: string;
  readonly heading: string;
  readonly text: string;
  /** Span of `text` in the file's extracted text. */
  readonly start: number;
  readonly end: number;
  /** The fused retrieval score, 0 to 1. */
  readonly score: number;
};

/** A verified citation: `quote` is found at `sourceStart` to `sourceEnd` of the file's extracted text. */
export type Citation = {
  readonly fileId: FileId;
  readonly filename: string;
  readonly chunkId: string;
  readonly quote: string;
  readonly sourceStart: number;
  readonly sourceEnd: number;
};

/** The degree to which the sources support an answer. */
export type Grounding = {
  readonly status: "grounded" | "partial" | "ungrounded" | "abstained";
  /** 0 to 1: how well the evidence supports the answer. Below a threshold, the answer abstains. */
  readonly confidence: number;
  readonly citationsVerified: number;
  /** Citations that were removed because they could not be verified. */
  readonly citationsRemoved: number;
};

/** A text message of the conversation. */
export type TextTurn = { readonly role: "user" | "assistant"; readonly text: string };

/** The input of `extractive-1`: the question, the turns before it, and the evidence. */
export type ExtractiveRequest = {
  readonly question: string;
  readonly history: readonly TextTurn[];
  readonly passages: readonly Passage[];
};

/** A sentence of the answer with citations of the passages that it comes from. */
export type AnswerSentence = {
  readonly text: string;
  readonly citations: readonly Citation[];
};

/** An answer of `extractive-1`, the built-in model, which quotes passages. `confidence` is 0 to 1. */
export type ExtractiveAnswer = {
  readonly sentences: readonly AnswerSentence[];
  readonly abstained: boolean;
  readonly confidence: number;
};
