import type { FileId } from "../ids.ts";

/** A passage as evidence: what a model may cite. */
export type Passage = {
  readonly chunkId: string;
  readonly fileId: FileId;
  readonly filename: string;
  readonly heading: string;
  readonly text: string;
  /** Span of `text` in the file's extracted text. */
  readonly start: number;
  readonly end: number;
  /** The fused retrieval score, 0 … 1. */
  readonly score: number;
};

/** A verified citation: `quote` stands at `sourceStart … sourceEnd` of the file's extracted text. */
export type Citation = {
  readonly fileId: FileId;
  readonly filename: string;
  readonly chunkId: string;
  readonly quote: string;
  readonly sourceStart: number;
  readonly sourceEnd: number;
};

export type Grounding = {
  readonly status: "grounded" | "partial" | "ungrounded" | "abstained";
  /** 0 … 1: how well the evidence supports an answer; the answer abstains below a threshold. */
  readonly confidence: number;
  readonly citationsVerified: number;
  /** Citations that were removed because they could not be verified. */
  readonly citationsRemoved: number;
};

export type TextTurn = { readonly role: "user" | "assistant"; readonly text: string };

/** What `extractive-1` is asked: the question, the turns before it, and the evidence. */
export type ExtractiveRequest = {
  readonly question: string;
  readonly history: readonly TextTurn[];
  readonly passages: readonly Passage[];
};

/** A sentence of the answer and the passages that it is taken from. */
export type AnswerSentence = {
  readonly text: string;
  readonly citations: readonly Citation[];
};

export type ExtractiveAnswer = {
  readonly sentences: readonly AnswerSentence[];
  readonly abstained: boolean;
  readonly confidence: number;
};
