import type { LanguageModelV3 } from "@ai-sdk/provider";

import {
  type AnswerModel,
  type AnswerModels,
  EXTRACTIVE_MODEL,
} from "../../answer/answer-model.ts";
import { builtInModel } from "../../answer/extractive/built-in-model.ts";
import { answerExtractively } from "../../answer/extractive/extractive.ts";
import { listModelsInUse, readSettings } from "../../env.ts";
import { RETRY_INTERACTIVE } from "../../kernel/rules/definition.ts";
import type { ModelNames } from "../../model-names.ts";
import { HASH_MODEL } from "../../retrieval/hash-embedding.ts";
import { keepInside } from "../objects.ts";
import { circuitBreaker, readCircuit } from "./circuit-breakers.ts";
import type { CircuitView } from "./circuit.ts";
import { systemClock } from "./clock.ts";
import type { Guard } from "./guarded-call.ts";
import { findProvider } from "./providers.ts";
import { remoteModel } from "./remote-model.ts";
import { RetryBudget } from "./retry.ts";

/**
 * Returns a function that finds an answering model by its name in a request, and returns null if the deployment has
 * none of that name.
 */
export function languageModels(env: Env): (name: string) => AnswerModel | null {
  const settings = readSettings(env);
  return (name) => {
    if (name === EXTRACTIVE_MODEL) return BUILT_IN;
    if (!listModelsInUse(settings).answering.includes(name)) return null;
    const provider = findProvider(env, settings, name);
    return remoteModel(name, provider.languageModel(name), createGuard(env, provider.name, name));
  };
}

/** Time limit of all attempts of one call. */
const RETRY_TOTAL_MS = 30_000;

const BUILT_IN: AnswerModel = asAnswerModel(builtInModel(answerExtractively));

/** Makes the models of a deployment in the form that the answering code uses. */
export function answerModels(env: Env): AnswerModels {
  const modelNames = listModelNames(env);
  return {
    defaultModel: modelNames.answering[0] ?? EXTRACTIVE_MODEL,
    modelNames,
    model: languageModels(env),
  };
}

/** Lists the names of the deployment's models, by use. */
export const listModelNames = (env: Env): ModelNames => listModelsInUse(readSettings(env));

/** A model in the response body of `GET /v1/models`. */
export type ListedModel = {
  readonly id: string;
  readonly ownedBy: string;
  readonly use: keyof ModelNames;
};

/** Lists the models that requests may name, for answers and for embeddings; those of a provider come first. */
export function listModels(env: Env): readonly ListedModel[] {
  const settings = readSettings(env);
  const { answering, embedding } = listModelsInUse(settings);
  const all = [
    ...answering.map((id) => ({ id, use: "answering" }) as const),
    ...embedding.map((id) => ({ id, use: "embedding" }) as const),
  ];
  const remote = all.filter(isRemote);
  return [
    ...remote.map((model) => ({ ...model, ownedBy: findProvider(env, settings, model.id).name })),
    ...all.filter((model) => !isRemote(model)).map((model) => ({ ...model, ownedBy: "edgewise" })),
  ];
}

/** A model of a provider, with the state of its circuit breaker; null while the breaker does not answer. */
export type GuardedModel = ListedModel & { readonly circuit: CircuitView | null };

/** Reads the circuit breakers of the models that the deployment calls over the network. */
export async function readBreakers(env: Env): Promise<readonly GuardedModel[]> {
  const breakers = keepInside(env.CIRCUIT_BREAKERS, readSettings(env).JURISDICTION);
  return await Promise.all(
    listModels(env)
      .filter(isRemote)
      .map(async (model) => ({
        ...model,
        circuit: await readCircuit(breakers, model.ownedBy, model.id),
      })),
  );
}

const isRemote = ({ id }: Pick<ListedModel, "id">) => id !== EXTRACTIVE_MODEL && id !== HASH_MODEL;

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

/**
 * Makes the protections of the calls of a provider's model: circuit breaker, retries, time limit. All projects share the
 * breaker, so it is inside the deployment's jurisdiction.
 */
export function createGuard(env: Env, provider: string, model: string): Guard {
  let budget = budgets.get(provider);
  if (budget === undefined) {
    budget = new RetryBudget();
    budgets.set(provider, budget);
  }
  const breakers = keepInside(env.CIRCUIT_BREAKERS, readSettings(env).JURISDICTION);
  return {
    provider,
    model,
    breaker: circuitBreaker(breakers, provider, model),
    budget,
    policy: { ...RETRY_INTERACTIVE, totalMs: RETRY_TOTAL_MS },
    clock: systemClock,
  };
}

/** Retry budgets by provider. Kept per isolate, since a budget limits the load from one process. */
const budgets = new Map<string, RetryBudget>();
