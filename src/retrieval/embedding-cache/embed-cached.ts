import { ModelUnavailable } from "../../model-unavailable.ts";
import { quantize } from "../quantize.ts";
import type { Embedder } from "../search-types.ts";
import type { EmbeddingCacheClient, VectorForm } from "./cache-client.ts";
import { makeKeys, normalizeText } from "./text-key.ts";

/**
 * The embedding cache of a project, as its users see it: it never fails. While it is away, it finds nothing and keeps
 * nothing, and every text is embedded.
 */
export type EmbeddingCache = {
  readonly [Name in "find" | "keep"]: (
    ...given: Parameters<EmbeddingCacheClient[Name]>
  ) => Promise<Awaited<ReturnType<EmbeddingCacheClient[Name]>>>;
};

/** An embedding model with the cache of its vectors. */
export type CachedModel = {
  /** The provider and the name of the model, by which its vectors are kept. */
  readonly id: string;
  readonly embedder: Pick<Embedder, "embed">;
  readonly cache: EmbeddingCache;
};

/** A form of vectors: how the vectors of a model are written to the cache, and read from it. */
export type CachedForm<Vector> = {
  readonly name: VectorForm;
  encode(vector: Float32Array): Uint8Array;
  decode(bytes: Uint8Array): Vector;
};

/** The vectors of passages, quantized as search shards store them. */
export const PASSAGE: CachedForm<Int8Array> = {
  name: "passage",
  encode: (vector) => new Uint8Array(quantize(vector).buffer),
  decode: (bytes) => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
};

/** The vectors of questions, as the model made them. */
export const QUESTION: CachedForm<Float32Array> = {
  name: "question",
  encode: (vector) => new Uint8Array(vector.slice().buffer),
  // A copy, since floats begin at a multiple of four bytes.
  decode: (bytes) => new Float32Array(bytes.slice().buffer),
};

/** Texts that are embedded and then kept together: if a later call fails, these are not embedded again. */
const EMBEDDED_TOGETHER = 100;

/**
 * Embeds texts with a model, those that are new to the cache with calls of the model. A vector is the same whether it
 * comes from the cache or not. If the model now makes vectors of another length than it did for the texts in the cache,
 * all are embedded again: vectors of two lengths are never returned together.
 */
export async function embedCached<Vector>(
  model: CachedModel,
  form: CachedForm<Vector>,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Vector[]> {
  const normal = texts.map(normalizeText);
  const distinct = [...new Set(normal)];
  const vectors = await findVectors(model, form, distinct);
  const missing = distinct.filter((text) => !vectors.has(text));
  const length = await addVectors({ model, form, vectors, signal }, missing);
  const stale = distinct.filter((text) => vectors.get(text)?.length !== length);
  if (missing.length > 0) await addVectors({ model, form, vectors, signal }, stale);
  assertOneLength(model.id, [...vectors.values()]);
  return normal.map((text) => {
    const bytes = vectors.get(text);
    if (!bytes) throw new Error(`${model.id} returned too few vectors`);
    return form.decode(bytes);
  });
}

/** A model that is replaced during a call, or makes vectors of several lengths, cannot be used now. */
function assertOneLength(id: string, vectors: readonly Uint8Array[]): void {
  const [first] = vectors;
  if (vectors.every(({ length }) => length === first?.length)) return;
  throw new ModelUnavailable(
    "server_error",
    `The model '${id.slice(id.indexOf(":") + 1)}' returned vectors of several lengths for one file.`,
  );
}

/** Finds the vectors of normalized texts in the cache, by text. */
async function findVectors(
  { id, cache }: CachedModel,
  { name }: CachedForm<unknown>,
  texts: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const vectors = new Map<string, Uint8Array>();
  if (texts.length === 0) return vectors;
  const found = await cache.find(await makeKeys(id, name, texts));
  for (const [index, text] of texts.entries()) {
    const bytes = found[index];
    if (bytes) vectors.set(text, bytes);
  }
  return vectors;
}

type Adding = {
  readonly model: CachedModel;
  readonly form: CachedForm<unknown>;
  readonly vectors: Map<string, Uint8Array>;
  readonly signal: AbortSignal | undefined;
};

/**
 * Embeds normalized texts with the model, and keeps the vectors of each part as soon as they are there. Returns the bytes
 * of the last vector; 0 without any.
 */
async function addVectors(
  { model, form, vectors, signal }: Adding,
  texts: readonly string[],
): Promise<number> {
  const kept: Promise<void>[] = [];
  let length = 0;
  try {
    for (let from = 0; from < texts.length; from += EMBEDDED_TOGETHER) {
      const part = texts.slice(from, from + EMBEDDED_TOGETHER);
      const made = (await model.embedder.embed(part, signal)).map((vector) => form.encode(vector));
      for (const [index, text] of part.entries()) {
        const bytes = made[index];
        if (bytes) vectors.set(text, bytes);
      }
      kept.push(keepVectors(model, form.name, part, made));
      length = made.at(-1)?.length ?? length;
    }
  } finally {
    await Promise.all(kept);
  }
  return length;
}

async function keepVectors(
  { id, cache }: CachedModel,
  form: VectorForm,
  texts: readonly string[],
  made: readonly Uint8Array[],
): Promise<void> {
  const [first] = made;
  const isWhole =
    made.length === texts.length && made.every(({ length }) => length === first?.length);
  if (!first || first.length === 0 || !isWhole) return;
  const vectors = new Uint8Array(made.length * first.length);
  for (const [index, bytes] of made.entries()) vectors.set(bytes, index * first.length);
  await cache.keep({ model: id, form, keys: await makeKeys(id, form, texts), vectors });
}
