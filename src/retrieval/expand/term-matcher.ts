/** A term in UTF-8: the bytes from `start` to before `end`. One object may stand for many terms, one after the other. */
export type TermBytes = {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
};

/**
 * A set of terms that a walk over sorted terms looks for. The walk offers terms in the order of their UTF-8 bytes, and
 * leaves out those that the answer to an earlier one excludes.
 */
export interface TermMatcher {
  /** No term before this one matches. */
  readonly first: Uint8Array;
  /**
   * After `match` returned `NO_MATCH`: no term that begins with as many bytes as the last term matches; 0 if that is not
   * known of any prefix.
   */
  readonly prunedBytes: number;
  /** Returns the distance of a term that matches, `NO_MATCH`, or `NO_LATER_MATCH`. Terms are offered in ascending order. */
  match(term: TermBytes): number;
}

/** The term does not match. */
export const NO_MATCH = -1;
/** Neither the term nor any after it matches. */
export const NO_LATER_MATCH = -2;

/** Matches the terms that begin with a prefix, all with distance 0. */
export class PrefixMatcher implements TermMatcher {
  readonly first: Uint8Array;
  readonly prunedBytes = 0;

  constructor(prefix: string) {
    this.first = new TextEncoder().encode(prefix);
  }

  match(term: TermBytes): number {
    return countSharedBytes(term, this.first, this.first.length) === this.first.length
      ? 0
      : NO_LATER_MATCH;
  }
}

/** Returns how many bytes a term has in common with the first `length` bytes of another one, at their start. */
export function countSharedBytes(
  { bytes, start, end }: TermBytes,
  other: Uint8Array,
  length: number,
): number {
  const most = Math.min(end - start, length);
  let shared = 0;
  while (shared < most && bytes[start + shared] === other[shared]) shared++;
  return shared;
}
