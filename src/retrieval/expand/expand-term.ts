import { BestIndexes } from "../dense/best-indexes.ts";
import {
  type TermBytes,
  countSharedBytes,
  NO_LATER_MATCH,
  NO_MATCH,
  type TermMatcher,
} from "./term-matcher.ts";

/** A cursor over the terms of a block, in the order of their UTF-8 bytes. It is before the first one at the start. */
export interface TermCursor extends TermBytes {
  /** Number of chunks that have the present term. */
  readonly documentCount: number;
  /** Goes to the next term, which `bytes`, `start` and `end` are then. Returns false at the end, and stays. */
  next(): boolean;
}

/** The terms of a segment, in blocks, in order. */
export interface SortedTerms {
  /** Yields the blocks in order, from the one on in which a term at or after `from` may be. Reading one has its cost. */
  blocks(from: Uint8Array): Iterable<TermCursor>;
}

/** A term that stands for one of the question. */
export type ExpandedTerm = {
  readonly term: string;
  readonly distance: number;
  readonly documentCount: number;
};

/** The terms of a segment that match. `isCut`: more blocks would have had to be read than are allowed. */
export type Expansion = { readonly terms: readonly ExpandedTerm[]; readonly isCut: boolean };

/** Terms of a question are expanded to at most this many. */
const TERMS_MAX = 50;
/** Blocks of a segment that are read for one term: at 16 KB a block, about all terms with one first letter of 50,000 chunks. */
const BLOCKS_MAX = 128;

/**
 * Finds the terms of a segment that match: those of the smallest distance first, then those that most chunks have. A
 * segment never changes, so an owner keeps the result by segment and matcher.
 */
export function expandTerm(
  sorted: SortedTerms,
  matcher: TermMatcher,
  { termsMax = TERMS_MAX, blocksMax = BLOCKS_MAX } = {},
): Expansion {
  const found: ExpandedTerm[] = [];
  const best = new BestIndexes(termsMax);
  const take = (one: ExpandedTerm) => {
    best.offer(one.documentCount - one.distance * 2 ** 32, found.length);
    found.push(one);
  };
  const isCut = !walk(sorted, matcher, blocksMax, take);
  return { terms: best.ranked().flatMap((index) => found[index] ?? []), isCut };
}

/** Offers terms to the matcher until none can match. Returns false if more blocks would have to be read than allowed. */
function walk(
  sorted: SortedTerms,
  matcher: TermMatcher,
  blocksMax: number,
  take: (term: ExpandedTerm) => void,
): boolean {
  const place: Place = { from: matcher.first, prunedBytes: 0 };
  let blocksLeft = blocksMax;
  for (let jumps = true; jumps;) {
    jumps = false;
    let isFirst = true;
    for (const block of sorted.blocks(startKey(place))) {
      if (blocksLeft-- <= 0) return false;
      const offered = matchBlock(block, place, matcher, take);
      if (offered === "past") return true;
      // All of the block is before the next match, which may be far away: its block is looked up.
      jumps = !isFirst && offered === "none";
      if (jumps) break;
      isFirst = false;
    }
  }
  return true;
}

/** The place of a walk: terms before `from`, and those with the first `prunedBytes` bytes of it, do not match. */
type Place = { from: Uint8Array; prunedBytes: number };

const decoder = new TextDecoder();

/** Offers the terms of a block. `past`: no later term matches. `none`: no term of the block was offered. */
function matchBlock(
  block: TermCursor,
  place: Place,
  matcher: TermMatcher,
  take: (term: ExpandedTerm) => void,
): "some" | "none" | "past" {
  const start = startKey(place);
  let { from: pruned, prunedBytes } = place;
  let offered: "some" | "none" = "none";
  while (block.next()) {
    if (prunedBytes > 0 && countSharedBytes(block, pruned, prunedBytes) === prunedBytes) continue;
    if (offered === "none" && compareKeys(block, start) < 0) continue;
    offered = "some";
    const distance = matcher.match(block);
    if (distance === NO_LATER_MATCH) return "past";
    if (distance >= 0) take(toTerm(block, distance));
    prunedBytes = distance === NO_MATCH ? matcher.prunedBytes : 0;
    // The bytes of a term stay where they are in its block, so a view of them is enough.
    if (prunedBytes > 0) pruned = block.bytes.subarray(block.start, block.end);
  }
  if (offered === "some") {
    // Where nothing was pruned, the last term is before the next one that may match.
    place.from = prunedBytes > 0 ? pruned : block.bytes.slice(block.start, block.end);
    place.prunedBytes = prunedBytes;
  }
  return offered;
}

function toTerm({ bytes, start, end, documentCount }: TermCursor, distance: number): ExpandedTerm {
  return { term: decoder.decode(bytes.subarray(start, end)), distance, documentCount };
}

/** Returns the first key that may match. UTF-8 has no byte 255, so the last byte of a prefix can be increased. */
function startKey({ from, prunedBytes }: Place): Uint8Array {
  if (prunedBytes === 0) return from;
  const key = from.slice(0, prunedBytes);
  key[prunedBytes - 1] = (key[prunedBytes - 1] ?? 0) + 1;
  return key;
}

/** Compares a term with a key as unsigned bytes, a prefix first. */
function compareKeys(term: TermBytes, key: Uint8Array): number {
  const shared = countSharedBytes(term, key, key.length);
  const byte = term.start + shared < term.end ? (term.bytes[term.start + shared] ?? 0) : -1;
  return byte - (key[shared] ?? -1);
}
