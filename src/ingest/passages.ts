import type { Chunking } from "../knowledge/chunking.ts";
import {
  type Analyzer,
  chunkTerms,
  findAnalyzer,
  FIRST_ANALYZER,
  namedAnalyzer,
} from "../retrieval/analysis/analyzer.ts";
import type { IndexedChunk } from "../retrieval/segment/make-batch.ts";
import { hasUnspaced } from "../retrieval/tokenize.ts";
import { CALL_CHUNKS_MAX, CALL_WORK_MAX, measureChunk } from "./call-work.ts";
import { chunkNamer } from "./chunks/chunk-id.ts";
import { cutChunksInSlices, cutPlainInSlices } from "./chunks/cut-chunks.ts";
import type { CorpusChunk } from "./corpus-types.ts";
import type { Chunk, Extracted, IngestTask, StoreRef } from "./ingest-types.ts";
import { giveTurn, type SlicedItems } from "./slices.ts";

/**
 * Computes the embeddings of passages with the model named `model`, quantized as search shards store them, in the order
 * of the passages. Each passage has the index terms of its text by version 1 of the analyzer, whatever version its
 * generation has: the built-in embedding model computes its vector from them.
 */
export type EmbedPassages = (
  model: string,
  passages: readonly { readonly text: string; readonly terms: readonly string[] }[],
) => Promise<readonly Int8Array[]>;

/** Bytes of a dimension before it is quantized, by which vectors count for `usageBytes`. */
export const DIMENSION_BYTES = 4;

/** A chunk of a file that has no vector yet. */
export type ChunkDraft = Omit<IndexedChunk, "vector">;

/** Consecutive chunks of a file, as many as one call to a search shard takes. */
export type ChunkWindow = { readonly drafts: readonly ChunkDraft[]; readonly isLast: boolean };

/** Chunks with their vectors, and the size of them that the API shows as `usage_bytes`. */
export type Embedded = { readonly chunks: readonly IndexedChunk[]; readonly usageBytes: number };

/** A text that can be cut into chunks, which have the ids that `name` makes of their ordinals. */
export type CuttableText = {
  readonly extracted: Extracted;
  readonly chunking: Chunking;
  readonly analyzer: Analyzer;
  readonly name: (ordinal: number) => string;
};

/** The size of a text's chunks, and the place of one of them. */
export type TextSize = {
  readonly chunkCount: number;
  /** Bytes of the texts of all chunks in UTF-8. */
  readonly textBytes: number;
  /** The place of the chunk that was asked for; null without it. */
  readonly place: { readonly start: number; readonly end: number } | null;
};

/** Characters that are tokenized in about 5 ms. */
const TOKENIZED_A_SLICE = 50_000;
/** Work of one term found by the runtime's dictionaries (Thai, Chinese, …), in characters of other text. */
const SEGMENTED_WORK = 13;

/** Prepares the text of a file for being cut. */
export async function cuttable(
  extracted: Extracted,
  { storeId }: Pick<StoreRef, "storeId">,
  task: Pick<IngestTask, "generation" | "fileId" | "version" | "chunking" | "analyzer">,
): Promise<CuttableText> {
  const { chunking } = task;
  const analyzer = findAnalyzer(namedAnalyzer(task));
  return { extracted, chunking, analyzer, name: await chunkNamer({ ...task, storeId }) };
}

/**
 * Cuts a text into chunks and computes for each, from the ordinal `from` on, its id and its index terms. Yields them in
 * windows, of which only one is in memory; the text behind a window is cut when the next one is asked for. At least one
 * window is yielded, without chunks if there are none.
 */
export async function* draftWindows(
  text: CuttableText,
  from = 0,
): AsyncGenerator<ChunkWindow, void, undefined> {
  let drafts: ChunkDraft[] = [];
  let work = 0;
  let slice = 0;
  for await (const cut of inTurns(cutChunksInSlices(text.extracted, text.chunking))) {
    if (cut.ordinal < from) continue;
    const draft = makeDraft(cut, text);
    if (drafts.length > 0 && work + measureChunk(draft) > CALL_WORK_MAX) {
      yield { drafts, isLast: false };
      [drafts, work] = [[], 0];
    }
    work += measureChunk(draft);
    drafts.push(draft);
    // Folding makes eighteen characters of some single ones.
    slice += cut.heading.length + Math.max(cut.text.length, draft.bodyTerms.length);
    if (hasUnspaced(cut.text)) slice += SEGMENTED_WORK * draft.length;
    if (slice <= TOKENIZED_A_SLICE) continue;
    slice = 0;
    await giveTurn();
  }
  yield { drafts, isLast: true };
}

/** Cuts a text into chunks as they are recorded. Yields them in lists of at most 200. */
export async function* recordParts(
  text: CuttableText,
): AsyncGenerator<readonly CorpusChunk[], void, undefined> {
  let part: CorpusChunk[] = [];
  for await (const cut of inTurns(cutPlainInSlices(text.extracted, text.chunking))) {
    part.push({ ...cut, id: text.name(cut.ordinal) });
    if (part.length < CALL_CHUNKS_MAX) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

/**
 * Measures the chunks of a text without keeping them, and returns the place of the one with the ordinal `placeOf`.
 * Returns null as soon as there are more than `chunksMax`.
 */
export async function measureText(
  text: CuttableText,
  { chunksMax, placeOf }: { readonly chunksMax: number; readonly placeOf: number },
): Promise<TextSize | null> {
  let size: TextSize = { chunkCount: 0, textBytes: 0, place: null };
  const cuts = inTurns(cutPlainInSlices(text.extracted, text.chunking));
  for await (const { ordinal, start, end, text: passage } of cuts) {
    size = {
      chunkCount: size.chunkCount + 1,
      textBytes: size.textBytes + ENCODER.encode(passage).length,
      place: ordinal === placeOf ? { start, end } : size.place,
    };
    if (size.chunkCount > chunksMax) return null;
  }
  return size;
}

/** Computes the vectors of chunks with the model named `model`. Throws if the model returns another number of vectors. */
export async function embedDrafts(
  embed: EmbedPassages,
  model: string,
  drafts: readonly ChunkDraft[],
  analyzer: Analyzer,
): Promise<Embedded> {
  const toInput = analyzer === FIRST_ANALYZER ? toTermsInput : toTextInput;
  const vectors = await embed(model, drafts.map(toInput));
  let usageBytes = 0;
  const chunks = drafts.map((draft, index) => {
    const vector = vectors[index];
    if (!vector) {
      throw new Error(`${model} returned ${vectors.length} vectors for ${drafts.length} texts`);
    }
    usageBytes += vector.length * DIMENSION_BYTES + ENCODER.encode(draft.text).length;
    return { ...draft, vector };
  });
  return { chunks, usageBytes };
}

const ENCODER = new TextEncoder();

/** Yields the chunks of sliced work, and lets other requests run between the slices. */
async function* inTurns<Item>(items: SlicedItems<Item>): AsyncGenerator<Item, void, undefined> {
  for (const item of items) {
    if (item) yield item;
    else await giveTurn();
  }
}

function makeDraft(cut: Chunk, { name, analyzer }: CuttableText): ChunkDraft {
  const [headingTerms, bodyTerms] = [
    analyzer.indexTerms(cut.heading),
    analyzer.indexTerms(cut.text),
  ];
  return {
    ...cut,
    id: name(cut.ordinal),
    headingTerms: headingTerms.join(" "),
    bodyTerms: bodyTerms.join(" "),
    length: headingTerms.length + bodyTerms.length,
  };
}

const joinText = ({ heading, text }: ChunkDraft): string =>
  heading === "" ? text : `${heading}\n${text}`;

/** Makes the input of a chunk whose terms are those of version 1. */
const toTermsInput = (draft: ChunkDraft) => ({
  text: joinText(draft),
  terms: [draft.headingTerms, draft.bodyTerms].flatMap((terms) =>
    terms === "" ? [] : terms.split(" "),
  ),
});

/** Makes the input of a chunk with terms of another version. Those of version 1 are made when they are asked for. */
const toTextInput = (draft: ChunkDraft) => ({
  text: joinText(draft),
  get terms() {
    return chunkTerms(FIRST_ANALYZER, draft);
  },
});
