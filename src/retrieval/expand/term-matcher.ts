/** A term in UTF-8: the bytes from `start` to before `end`. A cursor may reuse one object for all of its terms. */
export type TermBytes = {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
};

/** A description of the terms to find in a sorted index. */
export interface TermMatcher {
  /** Every term that matches begins with these bytes. */
  readonly prefix: Uint8Array;
  /**
   * Returns the distance of a term that matches (0 or more), `NO_MATCH`, or `NO_LATER_MATCH`. Terms are offered in
   * ascending order of their bytes.
   */
  match(term: TermBytes): number;
  /**
   * Returns a key after the last term, which did not match: no term between them matches. Null if the next term may
   * match, or none.
   */
  resume(): Uint8Array | null;
}

/** Result of `match` for a term that does not match. */
export const NO_MATCH = -1;
/** Result of `match` if neither this term nor any later one matches. */
export const NO_LATER_MATCH = -2;

/** Matches the terms that begin with a prefix, all with distance 0. */
export class PrefixMatcher implements TermMatcher {
  readonly prefix: Uint8Array;

  constructor(prefix: string) {
    this.prefix = new TextEncoder().encode(prefix);
  }

  match(term: TermBytes): number {
    const shared = countSharedBytes(term, this.prefix, this.prefix.length);
    return shared === this.prefix.length ? 0 : matchOutside(term, this.prefix, shared);
  }

  resume(): null {
    return null;
  }
}

/**
 * Returns the result of `match` for a term that does not begin with the prefix that matches have: it shares `shared`
 * bytes with it.
 */
export function matchOutside(term: TermBytes, prefix: Uint8Array, shared: number): number {
  const { bytes, start, end } = term;
  const isBefore = start + shared === end || (bytes[start + shared] ?? 0) < (prefix[shared] ?? 0);
  return isBefore ? NO_MATCH : NO_LATER_MATCH;
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
