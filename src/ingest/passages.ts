import type { VectorStoreId } from "../ids.ts";
import { ok, type Result } from "../result.ts";
import type { ShardChunk } from "../retrieval/search-types.ts";
import { chunkTerms } from "../retrieval/tokenize.ts";
import { chunkNamer } from "./chunk-id.ts";
import { cutChunksInSlices } from "./cut-chunks.ts";
import { invalid } from "./extract-limits.ts";
import type { Extracted, ExtractRefusal, IngestTask } from "./ingest-types.ts";
import { finishWithin, giveTurn } from "./slices.ts";

/** The chunks of a file with their terms and vectors, ready to be stored. */
export type Passages = {
  readonly chunks: readonly ShardChunk[];
  /** The size that the API shows as `usage_bytes`: the bytes of the chunks' text in UTF-8 and of their vectors. */
  readonly usageBytes: number;
  /** Upper bound of the size of the call that sends these chunks to a search shard, in bytes. */
  readonly callBytes: number;
};

/**
 * Computes the embeddings of passages with the model named `model`, as vectors of length 1, in the order of the
 * passages. Each passage has its index terms, from which the built-in embedding model computes its vector.
 */
export type EmbedPassages = (
  model: string,
  passages: readonly { readonly text: string; readonly terms: readonly string[] }[],
) => Promise<readonly Float32Array[]>;

/**
 * Maximum bytes of a call to a search shard, which carries all chunks of a document. The platform's limit is 32 MiB.
 */
export const CALL_BYTES_MAX = 30 * 1024 * 1024;

/**
 * Maximum slices of cutting, about 6 s. 6 MB of prose need 160. Seven million list items of one letter, which are too
 * much text in the end, took 8.6 s and a gigabyte of objects.
 */
const CUT_SLICES_MAX = 600;
/** Characters that are tokenized in 10 to 20 ms. */
const TOKENIZED_A_SLICE = 100_000;

/**
 * Cuts the text of a file into chunks, and computes for each its id, its index terms and its embedding. Refuses a text
 * that takes too long to cut.
 */
export async function cutPassages(
  embedPassages: EmbedPassages,
  storeId: VectorStoreId,
  task: IngestTask,
  extracted: Extracted,
): Promise<Result<Passages, ExtractRefusal>> {
  const name = await chunkNamer({ ...task, storeId });
  let bytes = 0;
  let usageBytes = 0;
  const drafts: Omit<ShardChunk, "vector">[] = [];
  const inputs: { text: string; terms: readonly string[] }[] = [];
  const encoder = new TextEncoder();
  let slice = 0;
  const cut = await finishWithin(cutChunksInSlices(extracted, task.chunking), CUT_SLICES_MAX);
  if (!cut) return tooManyPassages();
  for (const { heading, text, ...chunk } of cut) {
    slice += heading.length + text.length;
    if (slice > TOKENIZED_A_SLICE) {
      slice = 0;
      await giveTurn();
    }
    const terms = chunkTerms(heading, text);
    bytes += draftBytes(text, terms);
    if (bytes > CALL_BYTES_MAX) return tooManyPassages();
    usageBytes += encoder.encode(text).length;
    const joined = { terms: terms.join(" "), length: terms.length };
    drafts.push({ ...chunk, heading, text, id: name(chunk.ordinal), ...joined });
    inputs.push({ text: heading === "" ? text : `${heading}\n${text}`, terms });
  }
  const vectors = await embedPassages(task.embeddingModel, inputs);
  const chunks = drafts.map((draft, index) => {
    const vector = vectors[index];
    if (!vector) {
      throw new Error(
        `${task.embeddingModel} returned ${vectors.length} vectors for ${drafts.length} texts`,
      );
    }
    bytes += vector.byteLength;
    usageBytes += vector.byteLength;
    return { ...draft, vector };
  });
  if (bytes > CALL_BYTES_MAX) return tooManyPassages();
  return ok({ chunks, usageBytes, callBytes: bytes });
}

/**
 * Bounds the bytes of a chunk in a call: one per character, or two if any is beyond Latin-1, and some for each value.
 */
function draftBytes(text: string, terms: readonly string[]): number {
  const width = LATIN.test(text) ? 1 : 2;
  const letters = terms.reduce((sum, term) => sum + term.length + 5, 0);
  return width * (text.length + letters) + 400;
}

// oxlint-disable-next-line no-control-regex -- strings in this range take one byte per character
const LATIN = /^[\u0000-\u00ff]*$/;

function tooManyPassages() {
  return invalid(
    "The file has more text than a vector store accepts from one file (about 6 MB). Split it into smaller files.",
  );
}
