import type { VectorStoreFile } from "../../api/operations.ts";
import { legible } from "../../state/words.ts";

/** Values of an attribute that are shown. */
const VALUES_MAX = 5;

/** An attribute: the number of files that have it, its most frequent values, and how many values there are besides. */
type AttributeCount = {
  readonly name: string;
  readonly count: number;
  readonly values: readonly string[];
  readonly more: number;
};

/** Counts the attributes of files, the most frequent ones first. */
export function countAttributes(
  files: readonly Pick<VectorStoreFile, "attributes">[],
): AttributeCount[] {
  const byName = new Map<string, Map<string, number>>();
  for (const { attributes } of files) {
    for (const [name, value] of Object.entries(attributes)) {
      const counts = byName.get(name) ?? new Map<string, number>();
      const text = legible(String(value));
      byName.set(name, counts.set(text, (counts.get(text) ?? 0) + 1));
    }
  }
  const attributes = Array.from(byName, ([name, counts]) => {
    const sorted = [...counts].toSorted(([, one], [, other]) => other - one);
    return {
      name,
      count: sorted.reduce((sum, [, count]) => sum + count, 0),
      values: sorted.slice(0, VALUES_MAX).map(([text]) => text),
      more: Math.max(0, sorted.length - VALUES_MAX),
    };
  });
  return attributes.toSorted((one, other) => other.count - one.count);
}

/** Counts files by the sizes of their chunks, the most frequent sizes first. */
export function countChunkings(files: readonly Pick<VectorStoreFile, "chunking_strategy">[]) {
  const counts = new Map<string, { tokens: number; overlap: number; count: number }>();
  for (const { chunking_strategy: strategy } of files) {
    const { max_chunk_size_tokens: tokens, chunk_overlap_tokens: overlap } = strategy.static;
    const key = `${tokens} ${overlap}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { tokens, overlap, count });
  }
  return [...counts.values()].toSorted((one, other) => other.count - one.count);
}
