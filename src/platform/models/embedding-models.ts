import type { EmbeddingModelV3 } from "@ai-sdk/provider";

import { readSettings } from "../../env.ts";
import { HASH_MODEL, hash1 } from "../../retrieval/hash-embedding.ts";
import type { Embedder } from "../../retrieval/search-types.ts";
import { beginAttempt, failAttempt, type Guard } from "./guarded-call.ts";
import { guardOf } from "./language-models.ts";
import { providerOf } from "./providers.ts";
import { within } from "./timed-stream.ts";

/** The model that new vector stores are embedded with. */
export function defaultEmbeddingModel(env: Env): string {
  return readSettings(env).EMBEDDING_MODEL ?? HASH_MODEL;
}

/** The embedding models of a deployment by name; null when there is none of that name. */
export function embeddingModels(env: Env): (name: string) => Embedder | null {
  const settings = readSettings(env);
  return (name) => {
    if (name === HASH_MODEL) return hash1;
    if (name !== settings.EMBEDDING_MODEL) return null;
    const provider = providerOf(env, settings, name);
    return remoteEmbedder(provider.embeddingModel(name), guardOf(env, provider.name, name));
  };
}

/** One call of an embedding model, as a model without a first token: it answers at once or not at all. */
const EMBED_MS = 20_000;
/** Texts of one call: a cautious number, since providers differ in how many they take. */
const TEXTS_MAX = 100;

/**
 * An embedding model over the network, behind the same retries and circuit breaker as language models. It
 * throws `ModelUnavailable`; how many dimensions it has is known once it answered.
 */
export function remoteEmbedder(
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
        throw new Error(`${values.length} texts were embedded into ${embeddings.length} vectors`);
      }
      await attempt.settle("success");
      return embeddings.map(unitVector);
    } catch (error) {
      await failAttempt(guard, attempt, error, { number, startedAt, mayRepeat: true, signal });
    } finally {
      ours.abort();
    }
  }
}

/** Search reads a dot product as a cosine, so every vector must be of unit length; not every model's is. */
function unitVector(embedding: readonly number[]): Float32Array {
  const length = Math.hypot(...embedding);
  return Float32Array.from(embedding, (value) => (length === 0 ? 0 : value / length));
}
