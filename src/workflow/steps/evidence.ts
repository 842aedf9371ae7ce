import { z } from "zod";

import type { Citation, Passage } from "../../answer/answer-types.ts";
import type { FileId } from "../../ids.ts";
import type { SearchHit } from "../../retrieval/search-types.ts";

/** Characters of a question, a message, an answer or a passage that a step reads. */
export const TEXT_CHARACTERS_MAX = 100_000;
export const PASSAGES_MAX = 100;

/** Passages may come from anywhere, a call of an API say, so a file's id is not checked here. */
const FileIdParam = z.custom<FileId>((id) => typeof id === "string" && id.length <= 256, {
  error: "expected a text",
});

/**
 * A passage between steps, as `retrieve@1` gives it. One that a workflow puts together itself, from the
 * answer of an API say, needs no place and no score.
 */
export const PassageParam = z
  .strictObject({
    chunk_id: z.string().min(1).max(256),
    file_id: FileIdParam,
    filename: z.string().max(1_024),
    heading: z.string().max(TEXT_CHARACTERS_MAX).default(""),
    text: z.string().max(TEXT_CHARACTERS_MAX),
    start: z.number().int().min(0).default(0),
    end: z.number().int().min(0).optional(),
    score: z.number().min(0).max(1).default(1),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  })
  .transform((passage) => ({
    ...passage,
    end: passage.end ?? passage.start + passage.text.length,
  }));
export type StepPassage = z.output<typeof PassageParam>;

export const PassagesParam = z.array(PassageParam).max(PASSAGES_MAX);

/** A citation between steps: `quote` stands in its passage, and `start_index … end_index` of the answer rests on it. */
export const CitationParam = z.strictObject({
  file_id: FileIdParam,
  filename: z.string().max(1_024),
  quote: z.string().max(TEXT_CHARACTERS_MAX),
  chunk_id: z.string().max(256),
  start_index: z.number().int().min(0),
  end_index: z.number().int().min(0),
  source_start: z.number().int().min(0),
  source_end: z.number().int().min(0),
});
export type StepCitation = z.output<typeof CitationParam>;

export const CitationsParam = z.array(CitationParam).max(1_000);

export function stepPassageOf(hit: SearchHit): StepPassage {
  const { chunkId, fileId, filename, heading, text, start, end, score, attributes } = hit;
  return {
    chunk_id: chunkId,
    file_id: fileId,
    filename,
    heading,
    text,
    start,
    end,
    score,
    attributes: { ...attributes },
  };
}

export function passageOf(passage: StepPassage): Passage {
  const { chunk_id, file_id, filename, heading, text, start, end, score } = passage;
  return { chunkId: chunk_id, fileId: file_id, filename, heading, text, start, end, score };
}

/** The engine takes evidence as hits of a search; what a passage does not carry, no model is shown. */
export function hitOf(passage: StepPassage): SearchHit {
  const { score, attributes } = passage;
  return { ...passageOf(passage), attributes, version: 0, ordinal: 0, lexical: score, dense: 0 };
}

export function stepCitationOf(citation: Citation, start: number, end: number): StepCitation {
  const { fileId, filename, quote, chunkId, sourceStart, sourceEnd } = citation;
  return {
    file_id: fileId,
    filename,
    quote,
    chunk_id: chunkId,
    start_index: start,
    end_index: end,
    source_start: sourceStart,
    source_end: sourceEnd,
  };
}

export function citationOf(citation: StepCitation): Citation {
  const { file_id, filename, quote, chunk_id, source_start, source_end } = citation;
  return {
    fileId: file_id,
    filename,
    quote,
    chunkId: chunk_id,
    sourceStart: source_start,
    sourceEnd: source_end,
  };
}
