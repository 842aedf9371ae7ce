import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { EmbeddingModelV3, LanguageModelV3 } from "@ai-sdk/provider";

import { isWorkersAi, type Settings } from "../../env.ts";
import { ModelUnavailable } from "../../model-unavailable.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { explainConnection } from "./connection.ts";
import { workersAiFetch } from "./workers-ai/workers-ai.ts";

/** A provider of models. For the name of a model, it makes a client of the model with the interface of the AI SDK. */
export type Provider = {
  /** The provider's name in logs and circuit breakers. */
  readonly name: string;
  languageModel(model: string): LanguageModelV3;
  embeddingModel(model: string): EmbeddingModelV3;
};

/**
 * Returns the provider of a model that is not built in: Workers AI, or the server at `LLM_BASE_URL`. If the deployment
 * has none for this model, every call of it throws `ModelUnavailable` with the reason `misconfigured`.
 */
export function findProvider(env: Env, settings: Settings, model: string): Provider {
  const { LLM_BASE_URL: baseURL, LLM_API_KEY: apiKey } = settings;
  if (isWorkersAi(model) && env.AI !== undefined) return workersAi(workersAiFetch(env.AI));
  const isNamed = model === settings.LLM_MODEL || model === settings.EMBEDDING_MODEL;
  // A default of this project is never asked of a server that the operator has for other models.
  if (isWorkersAi(model) && !(isNamed && baseURL !== null)) return workersAi(refuse(model, "AI"));
  if (baseURL === null) {
    const address = "https://no-server.invalid/v1";
    return openAiCompatible("none", { baseURL: address, fetch: refuse(model, "LLM_BASE_URL") });
  }
  return openAiCompatible(new URL(baseURL).host, { baseURL, ...(apiKey !== null && { apiKey }) });
}

/** The name of Workers AI as a provider. */
export const WORKERS_AI = "workers-ai";

const workersAi = (send: typeof fetch): Provider =>
  openAiCompatible(WORKERS_AI, { baseURL: "https://workers-ai.invalid/v1", fetch: send });

/** Makes a `fetch` for a model without a provider. It says what the operator has to add. */
const refuse =
  (model: string, missing: keyof typeof MISSING): typeof fetch =>
  async () => {
    const message = `The model '${model}' has no provider: ${MISSING[missing]}`;
    throw new ModelUnavailable("misconfigured", message);
  };

const MISSING = {
  AI: "this deployment has no binding 'AI' of Workers AI. The operator has to add it, or name another model.",
  LLM_BASE_URL: "LLM_BASE_URL is empty. The operator has to set it, or name another model.",
} as const;

/** Makes the provider for a server with an OpenAI-compatible API. */
export function openAiCompatible(
  name: string,
  address: { baseURL: string; apiKey?: string; fetch?: typeof fetch },
): Provider {
  const provider = createOpenAICompatible({
    name,
    ...address,
    fetch: boundedFetch(explainConnection(address.fetch ?? fetch)),
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
  return {
    name,
    languageModel: (model) => provider.chatModel(model),
    embeddingModel: (model) => provider.embeddingModel(model),
  };
}
