import type { LanguageModelV3 } from "@ai-sdk/provider";

import {
  type AnswerModel,
  type AnswerModels,
  EXTRACTIVE_MODEL,
} from "../../answer/answer-model.ts";
import { builtInModel } from "../../answer/extractive/built-in-model.ts";
import { answerExtractively } from "../../answer/extractive/extractive.ts";
import { readSettings } from "../../env.ts";
import { RETRY_INTERACTIVE } from "../../kernel/rules/definition.ts";
import type { ModelNames } from "../../model-names.ts";
import { HASH_MODEL } from "../../retrieval/hash-embedding.ts";
import { circuitBreaker } from "./circuit-breakers.ts";
import { systemClock } from "./clock.ts";
import type { Guard } from "./guarded-call.ts";
import { findProvider } from "./providers.ts";
import { remoteModel } from "./remote-model.ts";
import { RetryBudget } from "./retry.ts";

/**
 * Returns a function that finds an answering model by the name in a request, or null if the deployment has none of that
 * name.
 */
export function languageModels(env: Env): (name: string) => AnswerModel | null {
  const settings = readSettings(env);
  return (name) => {
    if (name === EXTRACTIVE_MODEL) return BUILT_IN;
    if (name !== settings.LLM_MODEL) return null;
    const provider = findProvider(env, settings, name);
    return remoteModel(name, provider.languageModel(name), createGuard(env, provider.name, name));
  };
}

/** Time limit of all attempts of one call. */
const RETRY_TOTAL_MS = 30_000;

const BUILT_IN: AnswerModel = asAnswerModel(builtInModel(answerExtractively));

/** Creates what answering needs of a deployment's models. */
export function answerModels(env: Env): AnswerModels {
  return {
    defaultModel: readSettings(env).LLM_MODEL ?? EXTRACTIVE_MODEL,
    modelNames: listModelNames(env),
    model: languageModels(env),
  };
}

/** Lists the names of the deployment's models by use; configured ones come first. */
export function listModelNames(env: Env): ModelNames {
  const { LLM_MODEL: answering, EMBEDDING_MODEL: embedding } = readSettings(env);
  return {
    answering: listDistinct(answering, EXTRACTIVE_MODEL),
    embedding: listDistinct(embedding, HASH_MODEL),
  };
}

const listDistinct = (...names: readonly (string | null)[]) => [
  ...new Set(names.filter((name) => name !== null)),
];

/** A model in the answer of `GET /v1/models`. */
export type ListedModel = { readonly id: string; readonly ownedBy: string };

/** Lists the models that requests may name, for answers and for embeddings. */
export function listModels(env: Env): readonly ListedModel[] {
  const settings = readSettings(env);
  const builtIn = [EXTRACTIVE_MODEL, HASH_MODEL];
  const remote = new Set<string>();
  for (const id of [settings.LLM_MODEL, settings.EMBEDDING_MODEL]) {
    if (id !== null && !builtIn.includes(id)) remote.add(id);
  }
  return [
    ...Array.from(remote, (id) => ({ id, ownedBy: findProvider(env, settings, id).name })),
    ...builtIn.map((id) => ({ id, ownedBy: "edgewise" })),
  ];
}

/** Adapts a model that runs in the Worker: it needs no time limit, retry or breaker. */
function asAnswerModel(model: LanguageModelV3): AnswerModel {
  return {
    name: model.modelId,
    builtIn: true,
    stream: async function* (call) {
      const { stream } = await model.doStream(call);
      yield* stream;
    },
  };
}

/** Creates the protections around the calls of a provider's model: circuit breaker, retries, time limit. */
export function createGuard(env: Env, provider: string, model: string): Guard {
  let budget = budgets.get(provider);
  if (budget === undefined) {
    budget = new RetryBudget();
    budgets.set(provider, budget);
  }
  return {
    provider,
    model,
    breaker: circuitBreaker(env.CIRCUIT_BREAKERS, provider, model),
    budget,
    policy: { ...RETRY_INTERACTIVE, totalMs: RETRY_TOTAL_MS },
    clock: systemClock,
  };
}

/** Retry budgets by provider. Kept per isolate, since a budget limits the load from one process. */
const budgets = new Map<string, RetryBudget>();
