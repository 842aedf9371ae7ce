import { ModelUnavailable } from "../../model-unavailable.ts";
import { err, ok, type Result } from "../../result.ts";
import type { Embedder } from "../search-types.ts";

/** The embedding models of a deployment, by their names. */
type EmbeddingModels = { embedder(model: string): Pick<Embedder, "embed"> };

/** Maximum time that a search waits for the vectors of its queries, in milliseconds. It then continues without them. */
const EMBED_MS = 1_500;

/**
 * The vectors of the queries of one search. They are computed once for each embedding model, even if the search is
 * repeated with another plan.
 */
export class QueryVectors {
  readonly #deps: EmbeddingModels;
  readonly #queries: readonly string[];
  readonly #signal: AbortSignal | undefined;
  readonly #made = new Map<string, Result<Float32Array[], string>>();

  constructor(deps: EmbeddingModels, queries: readonly string[], signal: AbortSignal | undefined) {
    this.#deps = deps;
    this.#queries = queries;
    this.#signal = signal;
  }

  /**
   * Returns the vectors of the queries, in their order, or the reason why the embedding model is unavailable; the
   * search then uses words alone. Throws if the search is aborted, and for unexpected errors.
   */
  async read(model: string): Promise<Result<Float32Array[], string>> {
    const made = this.#made.get(model) ?? (await this.#embed(model));
    this.#made.set(model, made);
    return made;
  }

  async #embed(model: string): Promise<Result<Float32Array[], string>> {
    const timeout = AbortSignal.timeout(EMBED_MS);
    const signal = this.#signal ? AbortSignal.any([this.#signal, timeout]) : timeout;
    try {
      return ok(await this.#deps.embedder(model).embed(this.#queries, signal));
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (error instanceof ModelUnavailable) return err(error.reason);
      if (timeout.aborted) return err("timeout");
      throw error;
    }
  }
}
