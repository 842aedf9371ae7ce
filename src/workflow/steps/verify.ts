import { z } from "zod";

import type { Grounding, Passage } from "../../answer/answer-types.ts";
import { supports, verifyCitation } from "../../answer/citing/citations.ts";
import { sentences } from "../../ingest/sentences.ts";
import {
  toEngineCitation,
  CitationsParam,
  toEnginePassage,
  PassagesParam,
  type StepCitation,
  TEXT_CHARACTERS_MAX,
} from "./evidence.ts";

/**
 * The schema of the parameters of `verify@1`: an answer, its citations, and the passages that it was generated from.
 */
export const VerifyWith = z.strictObject({
  text: z.string().max(TEXT_CHARACTERS_MAX),
  citations: CitationsParam,
  passages: PassagesParam,
});

/**
 * The reason to drop a citation: its quote is not in its passage, its span has no words, or they share too few
 * terms.
 */
type Flaw = "quote_not_found" | "misplaced" | "unsupported";

/**
 * Runs a `verify@1` step: checks each citation of an answer again. Its quote must be in a passage at the stated
 * position, and share enough words with the sentence that it supports. In the output, `coverage` is the share of
 * sentences that keep a citation, `status` is as in the grounding of an answer, and `verified` is true if no citation
 * was dropped.
 */
export function verifyStep({ text, citations, passages }: z.output<typeof VerifyWith>) {
  const evidence = passages.map(toEnginePassage);
  const checked = citations.map((citation) => ({
    citation,
    flaw: findFlaw(citation, text, evidence),
  }));
  const kept = checked.flatMap(({ citation, flaw }) => (flaw === null ? citation : []));
  const removed = checked.flatMap(({ citation, flaw }) =>
    flaw === null ? [] : { ...citation, reason: flaw },
  );
  const said = sentences(text).filter(({ start, end }) => WORD.test(text.slice(start, end)));
  const covered = said.filter(({ start, end }) =>
    kept.some(({ start_index, end_index }) => start_index < end && start < end_index),
  ).length;
  const isWhole = covered === said.length && removed.length === 0;
  const grounded: Grounding["status"] = isWhole ? "grounded" : "partial";
  return {
    verified: removed.length === 0,
    citations: kept,
    removed,
    coverage: said.length === 0 ? 0 : covered / said.length,
    status: covered === 0 ? "ungrounded" : grounded,
  };
}

const WORD = /[\p{L}\p{N}]/u;

function findFlaw(citation: StepCitation, text: string, evidence: readonly Passage[]): Flaw | null {
  const { start_index, end_index, quote } = citation;
  if (!verifyCitation(toEngineCitation(citation), evidence)) return "quote_not_found";
  const cited = text.slice(start_index, end_index);
  if (end_index > text.length || !WORD.test(cited)) return "misplaced";
  return quote === cited || supports(quote, cited) ? null : "unsupported";
}
