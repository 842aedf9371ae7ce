import { z } from "zod";

import type { AnswerFinished, AnswerRequest } from "../answer/answer-request.ts";
import type { Citation } from "../answer/answer-types.ts";
import { turnsOf } from "../answer/question.ts";
import type { FileId } from "../ids.ts";
import type { AnswerFact } from "./answer-fact.ts";

/** What a workflow that answers in a response's place is started with: its `input`. */
export function workflowInputOf(
  request: AnswerRequest,
  metadata: Readonly<Record<string, string>>,
) {
  const { question, history } = turnsOf(request);
  return {
    question,
    history,
    model: request.model,
    instructions: request.instructions,
    vector_store_ids: request.fileSearch?.storeIds ?? [],
    metadata,
  };
}

const CitationOutput = z.object({
  file_id: z.custom<FileId>((id) => typeof id === "string" && id.startsWith("file-")),
  filename: z.string(),
  chunk_id: z.string().default(""),
  quote: z.string(),
  source_start: z.number(),
  source_end: z.number(),
  /** Where the text leans on it; the whole text when it does not say. */
  start_index: z.number().default(0),
  end_index: z.number().default(Number.POSITIVE_INFINITY),
});

const GroundingOutput = z.object({
  status: z.enum(["grounded", "partial", "ungrounded", "abstained"]),
  confidence: z.number(),
  citations_verified: z.number().default(0),
  citations_removed: z.number().default(0),
});

const AnswerOutput = z.union([
  z.string().transform((text) => ({ text, citations: [], grounding: null })),
  z.object({
    text: z.string(),
    citations: z.array(CitationOutput).default([]),
    grounding: GroundingOutput.nullish().transform((grounding) => grounding ?? null),
  }),
]);

export type WorkflowAnswer = {
  readonly facts: readonly AnswerFact[];
  readonly end: AnswerFinished;
};

/**
 * The answer that a workflow's output says: a text, or `{text, citations, grounding}` as `generate@1` returns them.
 * Null when it says none.
 */
export function answerOfOutput(output: unknown): WorkflowAnswer | null {
  const parsed = AnswerOutput.safeParse(output);
  if (!parsed.success) return null;
  const { text, citations, grounding } = parsed.data;
  return {
    facts: factsOf(text, citations),
    end: {
      type: "finished",
      outcome: "completed",
      incompleteReason: null,
      usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 },
      degraded: null,
      grounding: grounding && {
        status: grounding.status,
        confidence: grounding.confidence,
        citationsVerified: grounding.citations_verified,
        citationsRemoved: grounding.citations_removed,
      },
    },
  };
}

/** One fact for each stretch of the text that has citations of its own, so that an annotation spans what it supports. */
function factsOf(
  text: string,
  citations: readonly z.output<typeof CitationOutput>[],
): AnswerFact[] {
  const within = (index: number) => Math.min(Math.max(0, index), text.length);
  const bounds = new Set([0, text.length]);
  for (const { start_index: start, end_index: end } of citations) {
    bounds.add(within(start)).add(within(end));
  }
  const sorted = [...bounds].toSorted((left, right) => left - right);
  return sorted.slice(0, -1).map((start, index): AnswerFact => {
    const end = sorted[index + 1] ?? text.length;
    const ending = citations.filter(({ end_index: at }) => within(at) === end);
    return { type: "text", text: text.slice(start, end), citations: ending.map(citationOf) };
  });
}

const citationOf = (citation: z.output<typeof CitationOutput>): Citation => ({
  fileId: citation.file_id,
  filename: citation.filename,
  chunkId: citation.chunk_id,
  quote: citation.quote,
  sourceStart: citation.source_start,
  sourceEnd: citation.source_end,
});
