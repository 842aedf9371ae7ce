import type { EmbeddingModelV3 } from "@ai-sdk/provider";

import { readSettings } from "../../env.ts";
import { HASH_MODEL, hash1 } from "../../retrieval/hash-embedding.ts";
import type { Embedder } from "../../retrieval/search-types.ts";
import { beginAttempt, failAttempt, type Guard } from "./guarded-call.ts";
import { createGuard } from "./language-models.ts";
import { findProvider } from "./providers.ts";
import { UnreadableReply } from "./retry.ts";
import { within } from "./timed-stream.ts";

/** Returns the name of the embedding model that new vector stores use. */
export function defaultEmbeddingModel(env: Env): string {
  return readSettings(env).EMBEDDING_MODEL ?? HASH_MODEL;
}

/** Returns a function that finds an embedding model by name, or null if the deployment has none of that name. */
export function embeddingModels(env: Env): (name: string) => Embedder | null {
  const settings = readSettings(env);
  return (name) => {
    if (name === HASH_MODEL) return hash1;
    if (name !== settings.EMBEDDING_MODEL) return null;
    const provider = findProvider(env, settings, name);
    return remoteEmbedder(provider.embeddingModel(name), createGuard(env, provider.name, name));
  };
}

/** Time limit of a call to an embedding model, which returns all vectors at once. */
const EMBED_MS = 20_000;
/** Maximum texts per call. Deliberately low, since limits differ between providers. */
const TEXTS_MAX = 100;

/**
 * Wraps an embedding model of a provider in the same retries and circuit breaker as language models. Throws
 * `ModelUnavailable`. `dimensions` is 0 until the model has answered.
 */
function remoteEmbedder(
  model: EmbeddingModelV3,
  guard: Guard,
  limitMs: number = EMBED_MS,
): Embedder {
  let dimensions = 0;
  return {
    model: guard.model,
    get dimensions() {
      return dimensions;
    },
    embed: async (texts, signal) => {
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += TEXTS_MAX) {
        const values = texts.slice(at, at + TEXTS_MAX);
        vectors.push(...(await embedGuarded(model, values, guard, limitMs, signal)));
      }
      dimensions = vectors[0]?.length ?? dimensions;
      return vectors;
    },
  };
}

async function embedGuarded(
  model: EmbeddingModelV3,
  values: string[],
  guard: Guard,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const startedAt = guard.clock.now();
  guard.budget.countCall();
  for (let number = 1; ; number++) {
    const attempt = await beginAttempt(guard);
    const ours = new AbortController();
    const abortSignal = signal ? AbortSignal.any([signal, ours.signal]) : ours.signal;
    try {
      const call = Promise.resolve(model.doEmbed({ values, abortSignal }));
      const { embeddings } = await within(call, "end", limitMs);
      if (embeddings.length !== values.length) {
        throw new UnreadableReply(
          `The model returned ${embeddings.length} vectors for ${values.length} texts`,
        );
      }
      await attempt.settle("success");
      return embeddings.map(toUnitVector);
    } catch (error) {
      await failAttempt(guard, attempt, error, { number, startedAt, mayRepeat: true, signal });
    } finally {
      ours.abort();
    }
  }
}

/** Scales a vector to unit length: search uses the dot product as the cosine, and some models return other lengths. */
function toUnitVector(embedding: readonly number[]): Float32Array {
  const length = Math.hypot(...embedding);
  return Float32Array.from(embedding, (value) => (length === 0 ? 0 : value / length));
}
