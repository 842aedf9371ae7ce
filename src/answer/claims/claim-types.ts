import type { Span } from "../../ingest/text/sentences.ts";

/** The reasons why a passage does not support a claim, in the words of the API (`removals[].reason`). */
export const CLAIM_MISMATCHES = [
  "number",
  "unit",
  "date",
  "name",
  "subject",
  "negation",
  "comparison",
  "direction",
  "quantifier",
  "modality",
  "overlap",
  "joined",
] as const;

/**
 * The reason why a passage does not support a claim. `overlap`: they have too few words in common. `joined`: the passage
 * says each part, but of something else. Any other reason names the kind of words in which the two disagree.
 */
export type ClaimMismatch = (typeof CLAIM_MISMATCHES)[number];

/** A passage that claims are compared with. `heading` is the headings above it; they count as its context. */
export type ClaimPassage = { readonly heading: string; readonly text: string };

/**
 * The relation of a claim to a passage. `partial`: they differ in language, and the numbers, dates, names and codes that
 * can be compared agree. `contradicted`: the passage says something else about the same thing. `unsupported`: the passage
 * does not say it. `isSure` is false where the rules decide on little, and a model may decide better. `span` is the
 * sentences of the passage's text that decided: those that support the claim, or those that differ from it.
 */
export type ClaimVerdict =
  | {
      readonly verdict: "supported" | "partial";
      readonly isSure: boolean;
      readonly span: Span;
    }
  | {
      readonly verdict: "unsupported" | "contradicted";
      readonly reason: ClaimMismatch;
      readonly isSure: boolean;
      readonly span: Span | null;
    };
