import type { IndexedChunk } from "../../retrieval/segment/make-batch.ts";
import type { CorpusChunk } from "../corpus-types.ts";
import { CHUNKS_MAX } from "../extract-limits.ts";
import {
  type CuttableText,
  draftWindows,
  embedDrafts,
  type EmbedPassages,
  measureText,
  recordParts,
  type TextSize,
} from "../passages.ts";
import { giveTurn } from "../slices.ts";

/**
 * The chunks of a long file for one generation. They can be read several times, in windows, of which only one is in
 * memory.
 */
export type ChunkSource = {
  /**
   * Measures the chunks, and finds the place of the one with the ordinal `placeOf`. Null if there are more than a file may
   * have.
   */
  measure(placeOf: number): Promise<TextSize | null>;
  /** Yields the chunks from the ordinal `from` on with their vectors, as many as one call to a search shard takes. */
  embedded(from: number): AsyncIterable<readonly IndexedChunk[]>;
  /** Yields all chunks as they are recorded, in lists of at most 200. */
  records(): AsyncIterable<readonly CorpusChunk[]>;
};

/** Returns the chunks that are cut from a text and embedded with the model named `model`. */
export const sourceOfText = (
  embed: EmbedPassages,
  model: string,
  text: CuttableText,
): ChunkSource => ({
  measure: (placeOf) => measureText(text, { chunksMax: CHUNKS_MAX, placeOf }),
  async *embedded(from) {
    for await (const { drafts } of draftWindows(text, from)) {
      await giveTurn();
      const { chunks } = await embedDrafts(embed, model, drafts, text.analyzer);
      await giveTurn();
      yield chunks;
    }
  },
  records: () => recordParts(text),
});
