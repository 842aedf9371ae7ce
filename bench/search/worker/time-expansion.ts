import { SHARD_LIMITS } from "../../../durable-objects/search-shard/shard-limits.ts";
import { SegmentTables } from "../../../durable-objects/search-shard/tables/segment-tables.ts";
import { expandTerm } from "../../../src/retrieval/expand/expand-term.ts";
import {
  type ExpansionCache,
  joinExpansions,
} from "../../../src/retrieval/expand/expansion-cache.ts";
import { FuzzyMatcher } from "../../../src/retrieval/expand/fuzzy-matcher.ts";
import { SegmentTerms } from "../../../src/retrieval/expand/segment-terms.ts";
import { PrefixMatcher, type TermMatcher } from "../../../src/retrieval/expand/term-matcher.ts";
import type { AskedTerm } from "./draw-documents.ts";
import { timeCalls } from "./time-calls.ts";

/** The time of an expansion in milliseconds, the repetitions it was measured with, and what it has read and found. */
export type TimedExpansion = {
  readonly ms: number;
  readonly rounds: number;
  readonly segments: number;
  readonly blocks: number;
  readonly terms: number;
  readonly isCut: boolean;
};

/**
 * Expands a term over all segments of a shard, whose posting lists are read from its database each time; with a cache,
 * once.
 */
export async function timeExpansion(
  sql: SqlStorage,
  asked: AskedTerm,
  cache: ExpansionCache | null,
): Promise<TimedExpansion> {
  const tables = new SegmentTables(sql, SHARD_LIMITS);
  const segments = tables.list().map(({ id }) => id);
  let blocks = 0;
  const walk = (segment: number) =>
    expandTerm(
      new SegmentTerms(function* read(from, before) {
        for (const block of tables.blocksBetween(segment, from, before)) {
          blocks++;
          yield block;
        }
      }),
      makeMatcher(asked),
    );
  const name = `${asked.kind} ${asked.edits} ${asked.term}`;
  const expand = (segment: number) =>
    cache?.find(segment, name, () => walk(segment)) ?? walk(segment);
  const { ms, rounds, value } = await timeCalls(() => {
    blocks = 0;
    return joinExpansions(segments.map(expand));
  });
  const found = { terms: value.terms.length, isCut: value.isCut };
  return { ms, rounds, segments: segments.length, blocks, ...found };
}

const makeMatcher = ({ kind, edits, term }: AskedTerm): TermMatcher =>
  kind === "prefix" ? new PrefixMatcher(term) : new FuzzyMatcher(term, edits);
