import { findOpenFormula } from "./verbatim-spans.ts";

/** A block of Markdown code, or a displayed formula, that a line has opened, and the characters that close it. */
export type OpenBlock = { readonly kind: "code" | "formula"; readonly closing: string };

const FENCE = /^\s*(?:>\s?|[-*+]\s+|\d{1,3}[.)]\s+)*(`{3,}(?=[^`]*$)|~{3,})/;

/** Returns the block that a sentence outside of blocks opens and does not close. Null if there is none. */
export function findOpenBlock(sentence: string): OpenBlock | null {
  const fence = FENCE.exec(sentence)?.[1];
  if (fence !== undefined) return { kind: "code", closing: fence };
  const closing = findOpenFormula(sentence);
  return closing === null ? null : { kind: "formula", closing };
}

/** Finds the place in a line of a block after the characters that close the block. Null if none close it. */
export function findBlockEnd(line: string, { kind, closing }: OpenBlock): number | null {
  if (kind === "formula") {
    const at = line.indexOf(closing);
    return at === -1 ? null : at + closing.length;
  }
  const [fence] = /^\s*(?:>\s?)*(?:`{3,}|~{3,})(?!\w)/.exec(line) ?? [];
  const isClosed = fence?.trimEnd().endsWith(closing) ?? false;
  return fence !== undefined && isClosed ? fence.length : null;
}
