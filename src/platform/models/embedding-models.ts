import type { EmbeddingModelV3 } from "@ai-sdk/provider";

import { listModelsInUse, readSettings } from "../../env.ts";
import { isAway, isPassing, mayBeAway, ModelUnavailable } from "../../model-unavailable.ts";
import { HASH_MODEL, hash1 } from "../../retrieval/hash-embedding.ts";
import type { Embedder } from "../../retrieval/search-types.ts";
import { logger } from "../logger.ts";
import { beginAttempt, failAttempt, type Guard } from "./guarded-call.ts";
import { createGuard } from "./language-models.ts";
import { findProvider } from "./providers.ts";
import { UnreadableReply } from "./retry.ts";
import { within } from "./timed-stream.ts";

/**
 * Returns the name of the embedding model that new vector stores use, as far as it is known without a call: the
 * configured one, else the first of the deployment's that has a provider.
 */
export function defaultEmbeddingModel(env: Env): string {
  const settings = readSettings(env);
  if (settings.EMBEDDING_MODEL !== null || env.AI === undefined)
    return settings.EMBEDDING_MODEL ?? HASH_MODEL;
  return listModelsInUse(settings).embedding[0] ?? HASH_MODEL;
}

/**
 * Chooses the embedding model of a new vector store, which keeps it for ever. A default model that Workers AI refuses
 * for good, such as one that is withdrawn, gives way to `hash-1`; one that is away for a while does not, since the files
 * of the store wait for it.
 */
export async function chooseEmbeddingModel(env: Env): Promise<string> {
  const model = defaultEmbeddingModel(env);
  const isDefault = readSettings(env).EMBEDDING_MODEL === null && model !== HASH_MODEL;
  if (!isDefault || env.AI === undefined || ANSWERED.has(env.AI)) return model;
  try {
    await storeEmbedder(env, model).embed([TRIAL_TEXT], AbortSignal.timeout(TRIAL_MS));
    ANSWERED.add(env.AI);
  } catch (error) {
    if (!(error instanceof ModelUnavailable) || !isLasting(error)) return model;
    logger.warn("model.embedding.refused", { model, reason: error.reason }, error);
    return HASH_MODEL;
  }
  return model;
}

const isLasting = ({ reason }: ModelUnavailable) =>
  reason === "request_refused" || !isPassing(reason);
const TRIAL_TEXT = "A text to try the model with.";
/** Time that the creation of a vector store waits for the trial of its embedding model. */
const TRIAL_MS = 3_000;
/** The bindings whose default embedding model has answered. Kept per isolate: its first vector store makes the trial. */
const ANSWERED = new WeakSet<object>();

/**
 * Tries an embedding model with a short text. Returns true if the model is away for it, too: its provider cannot be
 * reached, fails, or is silent for 5 s. A refusal that only the operator can remove is no outage.
 */
export async function isEmbeddingAway(env: Env, name: string): Promise<boolean> {
  const timeout = AbortSignal.timeout(OUTAGE_TRIAL_MS);
  try {
    await storeEmbedder(env, name).embed([TRIAL_TEXT], timeout);
    return false;
  } catch (error) {
    if (error instanceof ModelUnavailable) return isAway(error.reason) || mayBeAway(error.reason);
    if (timeout.aborted) return true;
    throw error;
  }
}

/** Time of the trial. Together with the failed call before it, it ends before the lease of the file does. */
const OUTAGE_TRIAL_MS = 5_000;

/**
 * Returns a function that finds an embedding model by its name, and returns null if the deployment has none of that
 * name.
 */
export function embeddingModels(env: Env): (name: string) => Embedder | null {
  const { embedding } = listModelsInUse(readSettings(env));
  return (name) => (embedding.includes(name) ? storeEmbedder(env, name) : null);
}

/**
 * Returns the embedding model of a vector store, which may be one that is no longer the deployment's. Without a provider
 * for it, embedding throws `ModelUnavailable`: its vectors are never those of another model.
 */
export function storeEmbedder(env: Env, name: string): Embedder {
  if (name === HASH_MODEL) return hash1;
  const provider = findProvider(env, readSettings(env), name);
  return remoteEmbedder(provider.embeddingModel(name), createGuard(env, provider.name, name));
}

/**
 * Returns the provider and the name of an embedding model, by which its vectors are kept: another server may have
 * another model of the same name.
 */
export const identifyEmbedding = (env: Env, name: string): string =>
  `${findProvider(env, readSettings(env), name).name}:${name}`;

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
        vectors.push(...(await embedInParts({ model, guard, limitMs, signal }, values)));
      }
      dimensions = vectors[0]?.length ?? dimensions;
      return vectors;
    },
  };
}

/** A model to call, with the protections and the limits of its calls. */
type EmbedCall = {
  readonly model: EmbeddingModelV3;
  readonly guard: Guard;
  /** Milliseconds of an attempt. */
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
};

/** Embeds texts in one call, or in halves where the model refuses them together: limits are not known beforehand. */
async function embedInParts(call: EmbedCall, values: string[]): Promise<Float32Array[]> {
  try {
    return await embedGuarded(call, values);
  } catch (error) {
    const isRefused = error instanceof ModelUnavailable && error.reason === "request_refused";
    if (!isRefused || values.length === 1) throw error;
    const middle = Math.ceil(values.length / 2);
    const first = await embedInParts(call, values.slice(0, middle));
    return [...first, ...(await embedInParts(call, values.slice(middle)))];
  }
}

async function embedGuarded(
  { model, guard, limitMs, signal }: EmbedCall,
  values: string[],
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
      const vectors = embeddings.map(toUnitVector);
      await attempt.settle("success");
      return vectors;
    } catch (error) {
      await failAttempt(guard, attempt, error, { number, startedAt, mayRepeat: true, signal });
    } finally {
      ours.abort();
    }
  }
}

/**
 * Scales a vector to unit length: search uses the dot product as the cosine, and some models return other lengths.
 * Throws for one that no index could hold.
 */
function toUnitVector(embedding: readonly number[]): Float32Array {
  if (embedding.length === 0 || embedding.length > DIMENSIONS_MAX) {
    throw new UnreadableReply(`The model returned a vector of ${embedding.length} dimensions`);
  }
  const length = Math.hypot(...embedding);
  if (!Number.isFinite(length)) {
    throw new UnreadableReply("The model returned a vector with a number that is not finite");
  }
  return Float32Array.from(embedding, (value) => (length === 0 ? 0 : value / length));
}

/** More dimensions than any known model has. */
const DIMENSIONS_MAX = 16_384;
