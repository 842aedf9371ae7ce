import type { VectorStoreId } from "../ids.ts";
import { ok, type Result } from "../result.ts";
import type { ShardChunk } from "../retrieval/search-types.ts";
import { chunkTerms } from "../retrieval/tokenize.ts";
import { chunkNamer } from "./chunk-id.ts";
import { cutChunks } from "./cut-chunks.ts";
import { invalid } from "./extract-limits.ts";
import type { Extracted, ExtractRefusal, IngestTask } from "./ingest-types.ts";

export type Passages = {
  readonly chunks: readonly ShardChunk[];
  /** What OpenAI calls usage: text and vectors that are kept. */
  readonly usageBytes: number;
  /** What they take in a call to a search shard, at most. */
  readonly callBytes: number;
};

/** Unit vectors of passages. Their terms are given too, since the built-in model is made from them. */
export type VectorsOf = (
  model: string,
  passages: readonly { readonly text: string; readonly terms: readonly string[] }[],
) => Promise<readonly Float32Array[]>;

/** A call to an object takes 32 MiB, and a search shard takes a document whole. */
export const CALL_BYTES_MAX = 30 * 1024 * 1024;

/** Cuts a text into chunks, with the terms and vectors under which they are found. */
export async function passagesOf(
  vectorsOf: VectorsOf,
  storeId: VectorStoreId,
  task: IngestTask,
  extracted: Extracted,
): Promise<Result<Passages, ExtractRefusal>> {
  const name = await chunkNamer({ ...task, storeId });
  let bytes = 0;
  const drafts: Omit<ShardChunk, "vector">[] = [];
  for (const chunk of cutChunks(extracted, task.chunking)) {
    const terms = chunkTerms(chunk.heading, chunk.text);
    bytes += draftBytes(chunk.text, terms);
    if (bytes > CALL_BYTES_MAX) return tooManyPassages();
    drafts.push({ ...chunk, id: name(chunk.ordinal), terms });
  }
  const inputs = drafts.map(({ heading, text, terms }) => ({
    text: heading === "" ? text : `${heading}\n${text}`,
    terms,
  }));
  const vectors = await vectorsOf(task.embeddingModel, inputs);
  const chunks = drafts.map((draft, index) => {
    const vector = vectors[index];
    if (!vector) {
      throw new Error(
        `${task.embeddingModel} gave ${vectors.length} vectors for ${drafts.length} texts`,
      );
    }
    bytes += vector.byteLength;
    return { ...draft, vector };
  });
  if (bytes > CALL_BYTES_MAX) return tooManyPassages();
  return ok({ chunks, usageBytes: usageBytesOf(chunks), callBytes: bytes });
}

/** What is stored for the passages: their text in UTF-8, and their vectors. */
function usageBytesOf(chunks: readonly ShardChunk[]): number {
  const encoder = new TextEncoder();
  return chunks.reduce(
    (sum, { text, vector }) => sum + encoder.encode(text).length + vector.byteLength,
    0,
  );
}

/** What a chunk takes in a call: one byte a character, or two if any is beyond Latin-1; some for each value. */
function draftBytes(text: string, terms: readonly string[]): number {
  const width = LATIN.test(text) ? 1 : 2;
  const letters = terms.reduce((sum, term) => sum + term.length + 5, 0);
  return width * (text.length + letters) + 400;
}

// oxlint-disable-next-line no-control-regex -- the range of strings that are kept as one byte a character
const LATIN = /^[\u0000-\u00ff]*$/;

function tooManyPassages() {
  return invalid(
    "The file has more text than one file may have in a vector store (about 6 MB). Split it into smaller files.",
  );
}
