import { waitUntil } from "cloudflare:workers";

import { withDeadline } from "../abort.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { Remote } from "../remote.ts";
import type {
  EmbeddingCacheClient,
  VectorForm,
} from "../retrieval/embedding-cache/cache-client.ts";
import type { EmbeddingCache } from "../retrieval/embedding-cache/embed-cached.ts";
import { CallOverdue } from "./failure.ts";
import { logger } from "./logger.ts";
import { addressEmbeddingCache, withFreshStub } from "./objects.ts";

/**
 * Maximum milliseconds that a look-up takes before the texts are embedded without it. A question waits no longer than a
 * call of a model may take.
 */
const FIND_MS: Readonly<Record<VectorForm, number>> = { question: 400, passage: 5_000 };

/** Maximum milliseconds until vectors are kept. */
const KEEP_MS = 5_000;

/**
 * Makes the embedding cache of a project for passages or for questions. It is an object of the project, so no other
 * project finds what is in it. A question does not wait until its vector is kept.
 */
export const embeddingCache = (env: Env, scope: Scope, form: VectorForm): EmbeddingCache => ({
  find: (keys) => ask(env, scope, FIND_MS[form], (cache) => cache.find(keys), []),
  keep: async (batch) => {
    const kept = ask(env, scope, KEEP_MS, (cache) => cache.keep(batch), undefined);
    if (form === "question") waitUntil(kept);
    else await kept;
  },
});

/**
 * Empties the embedding cache of a project, whose vectors do not fit into a vector store: once the model is restored, the
 * texts are embedded again. Nothing waits for it, and it never fails.
 */
export function emptyEmbeddingCache(env: Env, scope: Scope): void {
  waitUntil(ask(env, scope, KEEP_MS, (cache) => cache.erase(), undefined));
}

/** Calls the cache of a project. Returns `otherwise` if it fails, or does not answer within `ms` milliseconds. */
async function ask<Value>(
  env: Env,
  scope: Scope,
  ms: number,
  call: (cache: Remote<EmbeddingCacheClient>) => Promise<Value>,
  otherwise: Value,
): Promise<Value> {
  try {
    const asked = withFreshStub(() => addressEmbeddingCache(env, scope), call);
    return await withDeadline(asked, ms, () => {
      throw new CallOverdue("the embedding cache", ms);
    });
  } catch (error) {
    const { projectId } = scope;
    logger.warn("embedding.cache.unavailable", { projectId }, error);
    return otherwise;
  }
}
