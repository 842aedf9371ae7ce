/** A term in UTF-8: the bytes from `start` to before `end`. A cursor may reuse one object for all of its terms. */
export type TermBytes = {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
};

/**
 * A description of the terms to find in a sorted index. A walk offers terms in the order of their UTF-8 bytes, and
 * skips those that an earlier result excludes.
 */
export interface TermMatcher {
  /** No term before this one matches. */
  readonly first: Uint8Array;
  /**
   * Valid after `match` returned `NO_MATCH`: no term between the last one and this key matches. Null if no such key is
   * known.
   */
  readonly resume: Uint8Array | null;
  /**
   * Returns the distance of a matching term (0 or more), `NO_MATCH`, or `NO_LATER_MATCH`. Terms must be offered in
   * ascending order.
   */
  match(term: TermBytes): number;
}

/** Result of `match` for a term that does not match. */
export const NO_MATCH = -1;
/** Result of `match` if neither this term nor any later one matches. */
export const NO_LATER_MATCH = -2;

/** Matches the terms that begin with a prefix, all with distance 0. */
export class PrefixMatcher implements TermMatcher {
  readonly first: Uint8Array;
  readonly resume = null;

  constructor(prefix: string) {
    this.first = new TextEncoder().encode(prefix);
  }

  match(term: TermBytes): number {
    return countSharedBytes(term, this.first, this.first.length) === this.first.length
      ? 0
      : NO_LATER_MATCH;
  }
}

/** Returns the number of leading bytes that a term shares with the first `length` bytes of `other`. */
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
