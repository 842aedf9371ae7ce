import { inject } from "vitest";

import { RETRY_INTERACTIVE } from "../../../src/kernel/rules/definition.ts";
import {
  admitCall,
  type CallOutcome,
  type Circuit,
  closedCircuit,
  settleCall,
} from "../../../src/platform/models/circuit.ts";
import { systemClock } from "../../../src/platform/models/clock.ts";
import type { Guard } from "../../../src/platform/models/guarded-call.ts";
import { openAiCompatible } from "../../../src/platform/models/providers.ts";
import { remoteModel } from "../../../src/platform/models/remote-model.ts";
import { RetryBudget } from "../../../src/platform/models/retry.ts";

/** Time limits short enough for a test. */
const LIMITS = { connectMs: 2_000, firstTokenMs: 500, stallMs: 500, totalMs: 5_000 };
/** For a model that is meant to exceed them: each of its attempts waits for the whole limit. */
export const TIGHT_LIMITS = { ...LIMITS, firstTokenMs: 100, stallMs: 100 };

/**
 * Makes the answering model of the scripted server, with a circuit breaker in memory that begins in the state `from`.
 * Delays between attempts are recorded and not waited for.
 */
export function scriptedModel(from: Circuit = closedCircuit(), limits = LIMITS) {
  let circuit = from;
  const outcomes: CallOutcome[] = [];
  const waitsMs: number[] = [];
  const guard: Guard = {
    provider: "scripted.test",
    model: "scripted",
    breaker: {
      admit: async () => {
        const admission = admitCall(circuit, Date.now());
        circuit = admission.circuit;
        return { ...admission, form: { type: "marked" } };
      },
      settle: async (permit, outcome) => {
        outcomes.push(outcome);
        circuit = settleCall(circuit, permit, outcome, Date.now(), 0.5);
      },
    },
    budget: new RetryBudget(),
    policy: { ...RETRY_INTERACTIVE, totalMs: 30_000 },
    clock: {
      ...systemClock,
      sleep: async (ms, signal) => {
        waitsMs.push(ms);
        signal?.throwIfAborted();
      },
    },
  };
  const provider = openAiCompatible("scripted.test", {
    baseURL: inject("openAiServer"),
    apiKey: "secret",
  });
  const model = remoteModel("scripted", provider.languageModel("scripted"), guard, limits);
  return { model, outcomes, waitsMs, guard, embedding: provider.embeddingModel("scripted") };
}

/** Returns the requests that the scripted server received whose question contains a text. */
export async function requestsWith(question: string) {
  const url = new URL(inject("openAiServer").replace(/v1$/, "requests"));
  url.searchParams.set("question", question);
  return await (await fetch(url)).text();
}
