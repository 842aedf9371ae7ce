import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { EmbeddingModelV3, LanguageModelV3 } from "@ai-sdk/provider";

import { isWorkersAi, type Settings } from "../../env.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { explainConnection } from "./connection.ts";
import { workersAiFetch } from "./workers-ai.ts";

/** A provider of models. For the name of a model, it makes a client of the model with the interface of the AI SDK. */
export type Provider = {
  /** The provider's name in logs and circuit breakers. */
  readonly name: string;
  languageModel(model: string): LanguageModelV3;
  embeddingModel(model: string): EmbeddingModelV3;
};

/**
 * Returns the provider of a model that is not built in: Workers AI, or the server at `LLM_BASE_URL`. Throws if neither
 * is configured, which `readSettings` prevents.
 */
export function findProvider(env: Env, settings: Settings, model: string): Provider {
  const { LLM_BASE_URL: baseURL, LLM_API_KEY: apiKey } = settings;
  if (isWorkersAi(model) && env.AI !== undefined) {
    return openAiCompatible("workers-ai", {
      baseURL: "https://workers-ai.invalid/v1",
      fetch: workersAiFetch(env.AI),
    });
  }
  if (baseURL === null)
    throw new Error(`The model '${model}' has no provider: LLM_BASE_URL is empty. Set it.`);
  return openAiCompatible(new URL(baseURL).host, { baseURL, ...(apiKey !== null && { apiKey }) });
}

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
