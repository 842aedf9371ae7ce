import { CLAIM_MISMATCHES } from "./claims/claim-types.ts";

/**
 * The reasons why a citation is removed, in the words of the API: those why a passage does not support a claim;
 * `no_passage` if the citation names no passage; `judge` if the rules accepted it and the project's model for
 * verification did not.
 */
export const REMOVAL_REASONS = [...CLAIM_MISMATCHES, "no_passage", "judge"] as const;
/** The reason why a citation was removed. */
export type RemovalReason = (typeof REMOVAL_REASONS)[number];
