import type { VectorStoreId } from "../ids.ts";
import type { Chunking } from "../knowledge/chunking.ts";
import { ok, type Result } from "../result.ts";
import type { IndexedChunk } from "../retrieval/segment/make-batch.ts";
import { indexTerms } from "../retrieval/tokenize.ts";
import { chunkNamer } from "./chunks/chunk-id.ts";
import { cutChunksInSlices } from "./chunks/cut-chunks.ts";
import { invalid } from "./extract-limits.ts";
import type { Extracted, ExtractRefusal, IngestTask } from "./ingest-types.ts";
import { giveTurn } from "./slices.ts";

/** The chunks of a file with their terms and vectors, ready to be stored. */
export type Passages = {
  readonly chunks: readonly IndexedChunk[];
  /** The size that the API shows as `usage_bytes`: the bytes of the chunks' text in UTF-8 and of their vectors. */
  readonly usageBytes: number;
  /** Upper bound of the size of the call that sends these chunks to a search shard, in bytes. */
  readonly callBytes: number;
};

/**
 * Computes the embeddings of passages with the model named `model`, quantized as search shards store them,
 * in the order of the passages. Each passage has its index terms, from which the built-in embedding model computes its
 * vector.
 */
export type EmbedPassages = (
  model: string,
  passages: readonly { readonly text: string; readonly terms: readonly string[] }[],
) => Promise<readonly Int8Array[]>;

/** Bytes of a dimension before it is quantized, by which vectors count for `usageBytes` and for limits. */
const DIMENSION_BYTES = 4;

/**
 * Maximum bytes of a call to a search shard, which carries all chunks of a document. The platform's limit is 32 MiB.
 */
export const CALL_BYTES_MAX = 30 * 1024 * 1024;

/**
 * After this number of passages, the first ones are embedded. The size of their vectors shows early that a file has too
 * many passages.
 */
const SAMPLED_PASSAGES = 200;
/** Characters that are tokenized in 10 to 20 ms. */
const TOKENIZED_A_SLICE = 100_000;

/**
 * Cuts the text of a file into chunks, and computes for each its id, its index terms and its embedding. A text that is
 * too large for one call to a search shard is refused as soon as its chunks have shown it, before the rest is cut.
 */
export async function cutPassages(
  embedPassages: EmbedPassages,
  storeId: VectorStoreId,
  task: IngestTask,
  extracted: Extracted,
): Promise<Result<Passages, ExtractRefusal>> {
  const name = await chunkNamer({ ...task, storeId });
  const embed = (inputs: readonly Input[]) => embedPassages(task.embeddingModel, inputs);
  const drafted = await draftPassages(extracted, task.chunking, name, embed);
  if (!drafted) return tooManyPassages();
  const { drafts, inputs, sample } = drafted;
  const vectors = [...sample, ...(await embed(inputs.slice(sample.length)))];
  const encoder = new TextEncoder();
  let { bytes } = drafted;
  let usageBytes = 0;
  const chunks = drafts.map((draft, index) => {
    const vector = vectors[index];
    if (!vector) {
      throw new Error(
        `${task.embeddingModel} returned ${vectors.length} vectors for ${drafts.length} texts`,
      );
    }
    bytes += vector.length * DIMENSION_BYTES;
    usageBytes += vector.length * DIMENSION_BYTES + encoder.encode(draft.text).length;
    return { ...draft, vector };
  });
  if (bytes > CALL_BYTES_MAX) return tooManyPassages();
  return ok({ chunks, usageBytes, callBytes: bytes });
}

type Input = { readonly text: string; readonly terms: readonly string[] };

/** The chunks of a file without vectors, their size in a call, what is embedded of each, and the first vectors. */
type Drafts = {
  readonly drafts: readonly Omit<IndexedChunk, "vector">[];
  readonly bytes: number;
  readonly inputs: readonly Input[];
  readonly sample: readonly Int8Array[];
};

/** Returns null as soon as the chunks are too large for one call. */
async function draftPassages(
  extracted: Extracted,
  chunking: Chunking,
  name: (ordinal: number) => string,
  embed: (inputs: readonly Input[]) => Promise<readonly Int8Array[]>,
): Promise<Drafts | null> {
  const drafts: Omit<IndexedChunk, "vector">[] = [];
  const inputs: Input[] = [];
  let sample: readonly Int8Array[] = [];
  let bytes = 0;
  let slice = 0;
  for (const cut of cutChunksInSlices(extracted, chunking)) {
    if (!cut || slice > TOKENIZED_A_SLICE) {
      slice = 0;
      await giveTurn();
    }
    if (!cut) continue;
    const { heading, text, ...chunk } = cut;
    slice += heading.length + text.length;
    const [headingTerms, bodyTerms] = [indexTerms(heading), indexTerms(text)];
    const terms = [...headingTerms, ...bodyTerms];
    drafts.push({
      ...chunk,
      heading,
      text,
      id: name(chunk.ordinal),
      headingTerms: headingTerms.join(" "),
      bodyTerms: bodyTerms.join(" "),
      length: terms.length,
    });
    inputs.push({ text: heading === "" ? text : `${heading}\n${text}`, terms });
    if (drafts.length === SAMPLED_PASSAGES) sample = await embed(inputs);
    bytes += draftBytes(text, terms) + 2 * (chunk.units?.length ?? 0);
    if (bytes + drafts.length * (sample[0]?.length ?? 0) * DIMENSION_BYTES > CALL_BYTES_MAX)
      return null;
  }
  return { drafts, bytes, inputs, sample };
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
