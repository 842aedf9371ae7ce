import type { Analyzer } from "../../retrieval/analysis/analyzer.ts";
import type { ShardChunk, StoredChunks } from "../../retrieval/search-types.ts";
import type { IndexedChunk } from "../../retrieval/segment/make-batch.ts";
import type { CorpusChunk } from "../corpus-types.ts";
import type { CopySource } from "../ingest-types.ts";
import { DIMENSION_BYTES } from "../passages.ts";
import { giveTurn } from "../slices.ts";
import type { ChunkSource } from "./chunk-source.ts";

/** Characters of chunks that are tokenized in about 5 ms. */
const TOKENIZED_A_SLICE = 50_000;

/** The chunks of a file in a search shard, with the names that they have in the generation that they are copied to. */
export type IndexedCopy = {
  readonly size: Pick<CopySource, "chunkCount" | "usageBytes">;
  /** The analyzer of that generation. */
  readonly analyzer: Analyzer;
  /** Reads the next chunks from the ordinal `from` on. Null if the shard lacks some, or has lost a vector. */
  read(from: number): Promise<StoredChunks | null>;
  /** Makes the id of a chunk of its ordinal. */
  name(ordinal: number): string;
};

/** Thrown if a search shard does not have the chunks of a file as the store's object knows them. */
class ChunksLost extends Error {
  override readonly name = "ChunksLost";
}

/** Returns the chunks of a file in a search shard, whose size is that of the file there. */
export const sourceOfShard = (file: IndexedCopy): ChunkSource => ({
  async measure(placeOf) {
    const { chunkCount, usageBytes } = file.size;
    const { dimensions, chunks } = await readPart(file, Math.max(0, placeOf));
    const [first] = chunks;
    const place = placeOf >= 0 && first ? { start: first.start, end: first.end } : null;
    return { chunkCount, textBytes: usageBytes - chunkCount * dimensions * DIMENSION_BYTES, place };
  },
  async *embedded(from) {
    for await (const part of readParts(file, from)) yield await indexStored(part, file);
  },
  async *records() {
    for await (const { chunks } of readParts(file, 0)) yield chunks.map((one) => rename(one, file));
  },
});

/** Yields the chunks of a file from the ordinal `from` on. Throws `ChunksLost` at the first one that is not there. */
export async function* readParts(
  file: IndexedCopy,
  from: number,
): AsyncGenerator<StoredChunks, void, undefined> {
  for (let at = from; at < file.size.chunkCount;) {
    const part = await readPart(file, at);
    yield part;
    at += part.chunks.length;
  }
}

/** Makes of stored chunks what a consumer would have made of their texts, with the vectors that they have. */
export async function indexStored(
  { chunks, dimensions, vectors }: StoredChunks,
  file: Pick<IndexedCopy, "name" | "analyzer">,
): Promise<IndexedChunk[]> {
  const indexed: IndexedChunk[] = [];
  let slice = 0;
  for (const [index, chunk] of chunks.entries()) {
    const headingTerms = file.analyzer.indexTerms(chunk.heading);
    const bodyTerms = file.analyzer.indexTerms(chunk.text);
    indexed.push({
      ...rename(chunk, file),
      headingTerms: headingTerms.join(" "),
      bodyTerms: bodyTerms.join(" "),
      length: headingTerms.length + bodyTerms.length,
      vector: vectors.slice(index * dimensions, (index + 1) * dimensions),
    });
    slice += chunk.heading.length + chunk.text.length;
    if (slice <= TOKENIZED_A_SLICE) continue;
    slice = 0;
    await giveTurn();
  }
  return indexed;
}

async function readPart(file: IndexedCopy, from: number): Promise<StoredChunks> {
  const part = await file.read(from);
  if (part?.chunkCount === file.size.chunkCount && part.chunks.length > 0) return part;
  throw new ChunksLost(`The chunks from ${from} on are missing or damaged in the search shard`);
}

const rename = (
  chunk: ShardChunk,
  { name }: Pick<IndexedCopy, "name">,
): ShardChunk & CorpusChunk => ({
  ...chunk,
  id: name(chunk.ordinal),
});
