import { findAnalyzer, FIRST_ANALYZER } from "../analysis/analyzer.ts";
import { packRows } from "../dense/rows.ts";
import type { ShardChunk, ShardDocument } from "../search-types.ts";
import { makeBlocksInSlices } from "./make-blocks.ts";
import { type Paused, withoutPauses } from "./paused.ts";
import type { ShardBatch } from "./shard-batch.ts";

/** A chunk with its index terms and its vector, ready to be indexed. */
export type IndexedChunk = ShardChunk & {
  /** The index terms of the headings and of the text, joined by spaces, which take less memory than a list. */
  readonly headingTerms: string;
  readonly bodyTerms: string;
  /** The quantized embedding of the chunk. */
  readonly vector: Int8Array;
};

/** A file with its chunks, ready to be indexed. */
export type IndexedDocument = Omit<ShardDocument, "chunks"> & {
  /** The version of the analyzer that made the terms of the chunks. */
  readonly analyzer: number;
  readonly chunks: readonly IndexedChunk[];
};

/**
 * Makes the batch that writes documents to a search shard, with the posting lists of their chunks. The terms of all are
 * of one version of the analyzer.
 */
export const makeBatch = (documents: readonly IndexedDocument[]): ShardBatch =>
  withoutPauses(makeBatchInSlices(documents));

/** Makes a batch like `makeBatch`, in slices of about 5 ms, between which other requests can run. */
export function* makeBatchInSlices(documents: readonly IndexedDocument[]): Paused<ShardBatch> {
  const chunks = documents.flatMap((document) => document.chunks);
  const analyzer = documents[0]?.analyzer ?? FIRST_ANALYZER.version;
  if (documents.some((document) => document.analyzer !== analyzer)) {
    throw new Error("Documents for several versions of the analyzer are written apart");
  }
  const { indexTerms } = findAnalyzer(analyzer);
  const names = new Map(documents.map(({ filename }) => [filename, indexTerms(filename)]));
  const blocks = yield* makeBlocksInSlices(
    documents.flatMap((document) =>
      document.chunks.map(({ headingTerms, bodyTerms }) => ({
        heading: splitTerms(headingTerms),
        body: splitTerms(bodyTerms),
        name: names.get(document.filename) ?? [],
      })),
    ),
  );
  const dimensions = findDimensions(chunks);
  const vectors = packRows(
    chunks.map(({ vector }) => vector),
    dimensions,
  );
  const plain = documents.map(({ analyzer: _analyzer, ...document }) => ({
    ...document,
    chunks: document.chunks.map(
      ({ headingTerms: _heading, bodyTerms: _body, vector: _vector, ...chunk }) => chunk,
    ),
  }));
  return { analyzer, documents: plain, blocks, dimensions, vectors };
}

/**
 * Returns the most frequent number of dimensions, so that one vector of another length does not spoil the batch; 0
 * without chunks.
 */
function findDimensions(chunks: readonly IndexedChunk[]): number {
  const counts = new Map<number, number>();
  for (const { vector } of chunks) counts.set(vector.length, (counts.get(vector.length) ?? 0) + 1);
  const [most] = [...counts].toSorted(([a, many], [b, more]) => more - many || b - a);
  return most?.[0] ?? 0;
}

const splitTerms = (joined: string): string[] => (joined === "" ? [] : joined.split(" "));
