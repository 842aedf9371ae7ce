import { z } from "zod";

import type { Citation, Passage } from "../../answer/answer-types.ts";
import type { FileId } from "../../ids.ts";
import { type EncodedPlaces, encodePlaces, findPlace } from "../../knowledge/chunk-places.ts";
import type { SearchHit } from "../../retrieval/search-types.ts";

/** Maximum length of a question, a message, an answer or a passage in a step's parameters, in characters. */
export const TEXT_CHARACTERS_MAX = 100_000;
/** Maximum number of passages in a step's parameters. */
export const PASSAGES_MAX = 100;

/** The id of a passage's file. It is not checked, since passages may come from any source, such as an API. */
const FileIdParam = z.custom<FileId>((id) => typeof id === "string" && id.length <= 256, {
  error: "expected a text",
});

/** The page on which a passage or a quote begins, and the first table and row that it touches; null if unknown. */
const PLACE_PARAMS = {
  page: z.string().max(256).nullable().default(null),
  table: z.string().max(256).nullable().default(null),
  row: z.number().int().min(1).nullable().default(null),
};

/**
 * A passage as steps exchange it, in the form of `retrieve@1`. A passage that a workflow builds itself, for example
 * from an API's answer, needs no position and no score.
 */
const PassageParam = z
  .strictObject({
    chunk_id: z.string().min(1).max(256),
    file_id: FileIdParam,
    filename: z.string().max(1_024),
    heading: z.string().max(TEXT_CHARACTERS_MAX).default(""),
    text: z.string().max(TEXT_CHARACTERS_MAX),
    start: z.number().int().min(0).default(0),
    end: z.number().int().min(0).optional(),
    score: z.number().min(0).max(1).default(1),
    ...PLACE_PARAMS,
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  })
  .transform((passage) => ({
    ...passage,
    end: passage.end ?? passage.start + passage.text.length,
  }));
/** A passage of a document, in the JSON form in which steps pass it to each other. */
export type StepPassage = z.output<typeof PassageParam>;

/** The schema of a list of passages in a step's parameters. */
export const PassagesParam = z.array(PassageParam).max(PASSAGES_MAX);

/**
 * A citation as steps exchange it: `quote` is in its passage, and supports `start_index … end_index` of the answer.
 */
const CitationParam = z.strictObject({
  file_id: FileIdParam,
  filename: z.string().max(1_024),
  quote: z.string().max(TEXT_CHARACTERS_MAX),
  chunk_id: z.string().max(256),
  start_index: z.number().int().min(0),
  end_index: z.number().int().min(0),
  source_start: z.number().int().min(0),
  source_end: z.number().int().min(0),
  heading: z.string().max(TEXT_CHARACTERS_MAX).default(""),
  ...PLACE_PARAMS,
});
/** A citation, in the JSON form in which steps pass it to each other. */
export type StepCitation = z.output<typeof CitationParam>;

/** The schema of a list of citations in a step's parameters. */
export const CitationsParam = z.array(CitationParam).max(1_000);

/** Converts a search result to a passage in the JSON form of steps. */
export function toStepPassage(hit: SearchHit): StepPassage {
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
    ...findPlace(hit, start, end),
  };
}

/** Converts a passage from the JSON form of steps to that of the answering code. */
export function toEnginePassage(passage: StepPassage): Passage & { places: EncodedPlaces | null } {
  const { chunk_id, file_id, filename, heading, text, start, end, score } = passage;
  const places = encodeStepPlace(passage);
  return { chunkId: chunk_id, fileId: file_id, filename, heading, text, start, end, places, score };
}

/** A passage knows its first row alone; the rows of its quotes are counted from there. */
function encodeStepPlace({ start, end, page, table, row }: StepPassage): EncodedPlaces | null {
  const marks = page === null ? [] : [{ start, label: page }];
  const rowStart = row === null ? end : start;
  const tables = table === null ? [] : [{ table, start, row: row ?? 1, rowStart, end }];
  return encodePlaces(marks, tables, { start, end });
}

/**
 * Converts a passage from the JSON form of steps to a search result, which the answering code takes as evidence.
 * Properties of a search result that a passage lacks get the value 0; models do not see them.
 */
export function toSearchHit(passage: StepPassage): SearchHit {
  const { score, attributes } = passage;
  return {
    ...toEnginePassage(passage),
    units: null,
    attributes,
    version: 0,
    ordinal: 0,
    lexical: score,
    dense: 0,
  };
}

/**
 * Converts a citation of the answering code to the JSON form of steps. `start` and `end` are the positions in the
 * answer, in UTF-16 code units, between which is the text that the citation supports.
 */
export function toStepCitation(citation: Citation, start: number, end: number): StepCitation {
  const {
    fileId,
    filename,
    quote,
    chunkId,
    sourceStart,
    sourceEnd,
    heading = "",
    page = null,
    table = null,
    row = null,
  } = citation;
  return {
    file_id: fileId,
    filename,
    quote,
    chunk_id: chunkId,
    start_index: start,
    end_index: end,
    source_start: sourceStart,
    source_end: sourceEnd,
    heading,
    page,
    table,
    row,
  };
}

/** Converts a citation from the JSON form of steps to that of the answering code. */
export function toEngineCitation(citation: StepCitation): Citation {
  const { file_id, filename, quote, chunk_id, source_start, source_end, heading } = citation;
  const { page, table, row } = citation;
  return {
    fileId: file_id,
    filename,
    quote,
    chunkId: chunk_id,
    sourceStart: source_start,
    sourceEnd: source_end,
    heading,
    page,
    table,
    row,
  };
}
