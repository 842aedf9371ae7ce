import type { IngestDeps } from "../ingest/ingest-deps.ts";
import { giveTurn } from "../ingest/slices.ts";
import { objectName, type Scope } from "../knowledge/scope.ts";
import { embeddingCache } from "../platform/embedding-cache.ts";
import { identifyEmbedding, storeEmbedder } from "../platform/models/embedding-models.ts";
import { addressEmbeddingCache, withFreshStub } from "../platform/objects.ts";
import {
  type CachedModel,
  embedCached,
  type EmbeddingCache,
  PASSAGE,
  QUESTION,
} from "../retrieval/embedding-cache/embed-cached.ts";
import { gatherKeeps } from "../retrieval/embedding-cache/gather-keeps.ts";
import { HASH_MODEL, hash1, hashTerms } from "../retrieval/hash-embedding.ts";
import { quantize } from "../retrieval/quantize.ts";
import type { Embedder } from "../retrieval/search-types.ts";

const cachedModel = (env: Env, name: string, cache: EmbeddingCache): CachedModel => ({
  id: identifyEmbedding(env, name),
  embedder: storeEmbedder(env, name),
  cache,
});

/**
 * Returns the embedding model of a vector store for questions of a project. A repeated question costs no call of the
 * model. `hash-1` needs no cache.
 */
export function questionEmbedder(env: Env, scope: Scope, name: string): Pick<Embedder, "embed"> {
  if (name === HASH_MODEL) return hash1;
  const model = cachedModel(env, name, embeddingCache(env, scope, "question"));
  return { embed: (texts, signal) => embedCached(model, QUESTION, texts, signal) };
}

/** Milliseconds in which the vectors of a consumer's files are gathered, to be kept by one call. */
const GATHER_MS = 50;

/**
 * Creates the function that embeds the passages of a consumer's files: `hash-1` uses the given terms; any other model
 * reads the text, unless the project's cache has its vector.
 */
export function passageEmbedder(env: Env): IngestDeps["embedPassages"] {
  const caches = new Map<string, EmbeddingCache>();
  const openCache = (scope: Scope): EmbeddingCache => {
    const cache = embeddingCache(env, scope, "passage");
    return { ...cache, keep: gatherKeeps(cache.keep, () => scheduler.wait(GATHER_MS)) };
  };
  return async (scope, name, passages) => {
    if (name === HASH_MODEL) return await hashAll(passages);
    const owner = objectName(scope, name);
    const cache = caches.get(owner) ?? openCache(scope);
    caches.set(owner, cache);
    const model = cachedModel(env, name, cache);
    return await embedCached(
      model,
      PASSAGE,
      passages.map(({ text }) => text),
    );
  };
}

/** Terms that are hashed in about 5 ms. A passage of the largest size has ten times as many as one of the default. */
const TERMS_A_SLICE = 10_000;

/** Computes the quantized vectors of passages with `hash-1`, from the terms of each, which may be made only then. */
export async function hashAll(
  passages: readonly { readonly terms: readonly string[] }[],
): Promise<Int8Array[]> {
  const vectors: Int8Array[] = [];
  let work = 0;
  for (const passage of passages) {
    const { terms } = passage;
    if (work > 0 && work + terms.length > TERMS_A_SLICE) {
      work = 0;
      await giveTurn();
    }
    work += terms.length;
    vectors.push(quantize(hashTerms(terms)));
  }
  return vectors;
}

/** Creates the dependencies of the routes of a project's embedding cache. */
export const embeddingCacheDeps = (env: Env, scope: Scope) => {
  const cache = () => addressEmbeddingCache(env, scope);
  return {
    cacheFigures: () => withFreshStub(cache, (stub) => stub.figures()),
    emptyCache: () => withFreshStub(cache, (stub) => stub.erase()),
  };
};
