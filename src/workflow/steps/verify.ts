import { z } from "zod";

import type { Grounding } from "../../answer/answer-types.ts";
import { describeUnsupported } from "../rules/check-rules.ts";
import { checkClaims } from "./check-claims.ts";
import { CitationsParam, PassagesParam, TEXT_CHARACTERS_MAX } from "./evidence.ts";

/**
 * The schema of the parameters of `verify@1`: an answer, its citations, and the passages that it was generated from.
 */
export const VerifyWith = z.strictObject({
  text: z.string().max(TEXT_CHARACTERS_MAX),
  citations: CitationsParam,
  passages: PassagesParam,
});

/** The rule that the violations of `verify@1` name: each claim needs support. */
const VERIFY_RULE = { id: "verify", kind: "grounding" } as const;

/**
 * Runs a `verify@1` step: checks each citation of an answer again. Its quote must be in a passage at the stated
 * position, and the passage must support the sentence that cites it. In the output, `coverage` is the share of the
 * sentences that claim something which keep a citation, `status` is as in the grounding of an answer, `verified` is true
 * if no citation was dropped, and `violations` has the claims without support, in the form that `repair@1` and
 * `generate@1` take.
 */
export function verifyStep({ text, citations, passages }: z.output<typeof VerifyWith>) {
  const { kept, removed, claims, unsupported, isPartial } = checkClaims(text, citations, passages);
  const covered = claims.length - unsupported.length;
  const isWhole = unsupported.length === 0 && removed.length === 0 && !isPartial;
  const grounded: Grounding["status"] = isWhole ? "grounded" : "partial";
  return {
    verified: removed.length === 0,
    citations: kept,
    removed,
    coverage: claims.length === 0 ? 0 : covered / claims.length,
    status: covered === 0 ? "ungrounded" : grounded,
    violations: describeUnsupported(VERIFY_RULE, text, unsupported),
  };
}
