import { z } from "zod";

import type { Grounding, Passage } from "../../answer/answer-types.ts";
import { supports, verifyCitation } from "../../answer/citing/citations.ts";
import { sentences } from "../../ingest/sentences.ts";
import {
  citationOf,
  CitationsParam,
  passageOf,
  PassagesParam,
  type StepCitation,
  TEXT_CHARACTERS_MAX,
} from "./evidence.ts";

/** `verify@1`: an answer, its citations, and the passages that it was made from. */
export const VerifyWith = z.strictObject({
  text: z.string().max(TEXT_CHARACTERS_MAX),
  citations: CitationsParam,
  passages: PassagesParam,
});

/** Why a citation is not kept: its quote does not stand in its passage, it points at no words, or they share too little. */
type Flaw = "quote_not_found" | "misplaced" | "unsupported";

/**
 * Checks each citation again: its quote stands at its span of a passage, and the words that it is put at say what the
 * quote says, as far as shared terms tell. `coverage` is the share of sentences that keep a citation; `status`
 * means what it means for an answer, and `verified` that no citation had to go.
 */
export function verifyStep({ text, citations, passages }: z.output<typeof VerifyWith>) {
  const evidence = passages.map(passageOf);
  const checked = citations.map((citation) => ({
    citation,
    flaw: flawOf(citation, text, evidence),
  }));
  const stand = checked.flatMap(({ citation, flaw }) => (flaw === null ? citation : []));
  const removed = checked.flatMap(({ citation, flaw }) =>
    flaw === null ? [] : { ...citation, reason: flaw },
  );
  const said = sentences(text).filter(({ start, end }) => WORD.test(text.slice(start, end)));
  const covered = said.filter(({ start, end }) =>
    stand.some(({ start_index, end_index }) => start_index < end && start < end_index),
  ).length;
  const isWhole = covered === said.length && removed.length === 0;
  const grounded: Grounding["status"] = isWhole ? "grounded" : "partial";
  return {
    verified: removed.length === 0,
    citations: stand,
    removed,
    coverage: said.length === 0 ? 0 : covered / said.length,
    status: covered === 0 ? "ungrounded" : grounded,
  };
}

const WORD = /[\p{L}\p{N}]/u;

function flawOf(citation: StepCitation, text: string, evidence: readonly Passage[]): Flaw | null {
  const { start_index, end_index, quote } = citation;
  if (!verifyCitation(citationOf(citation), evidence)) return "quote_not_found";
  const cited = text.slice(start_index, end_index);
  if (end_index > text.length || !WORD.test(cited)) return "misplaced";
  return quote === cited || supports(quote, cited) ? null : "unsupported";
}
