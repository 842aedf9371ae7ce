import type { FoundPassage, RetrievalTrace } from "../answer/retrieval-trace.ts";
import type { OutputItem } from "./item.ts";
import type { ResponseGrounding } from "./response-object.ts";
import type { ResponseRetrieval, Stage } from "./response-retrieval.ts";

/** Combines the searches that were kept with an answer with what became of their passages in it. */
export function renderRetrieval(
  searches: RetrievalTrace,
  output: readonly OutputItem[],
  grounding: ResponseGrounding | null,
): ResponseRetrieval {
  const cited = countCitations(output);
  const removals = Map.groupBy(grounding?.removals ?? [], (removal) => removal.chunk_id);
  return {
    searches: searches.map(({ queries, degraded, partial = false, found }) => {
      const words = rankBy(found, ({ lexical }) => lexical);
      const vectors = rankBy(found, ({ dense }) => dense);
      const combined = rankBy(found, ({ score }) => score);
      const passages = found.map((passage) => ({
        chunk_id: passage.chunkId,
        file_id: passage.fileId,
        start_index: passage.start,
        end_index: passage.end,
        words: words(passage),
        vectors: vectors(passage),
        combined: combined(passage),
        left_out: passage.leftOut ?? null,
        citations: cited.get(passage.chunkId) ?? 0,
        removed: (removals.get(passage.chunkId) ?? []).map(({ reason }) => reason),
      }));
      return { queries, degraded, partial, passages };
    }),
  };
}

/** Returns the function that finds the place of a passage by a score. Passages with the same score share a place. */
function rankBy(found: readonly FoundPassage[], read: (passage: FoundPassage) => number) {
  const scores = found.map(read).toSorted((a, b) => b - a);
  return (passage: FoundPassage): Stage => {
    const score = read(passage);
    return { score, rank: score > 0 ? scores.indexOf(score) + 1 : null };
  };
}

function countCitations(output: readonly OutputItem[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of output) {
    if (item.type !== "message") continue;
    for (const part of item.content) {
      if (part.type !== "output_text") continue;
      for (const { chunk_id: chunkId } of part.annotations) {
        if (chunkId !== undefined) counts.set(chunkId, (counts.get(chunkId) ?? 0) + 1);
      }
    }
  }
  return counts;
}
