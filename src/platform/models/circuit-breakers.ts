import { proxyDurable } from "itty-durable";
import { z } from "zod";

import { withDeadline } from "../../abort.ts";
import {
  type FormLesson,
  learnForm,
  type ReasoningForm,
} from "../../answer/model-output/reasoning-form.ts";
import { CallOverdue } from "../failure.ts";
import { logger } from "../logger.ts";
import type { CallOutcome, CircuitView, Permit } from "./circuit.ts";
import type { CircuitBreaker } from "./guarded-call.ts";

/** `CircuitBreakerObject` behind itty-durable's proxy: every method returns parsed JSON. */
type Stub = {
  admit(): Promise<unknown>;
  settle(permit: Permit, outcome: CallOutcome, lesson: FormLesson | null): Promise<unknown>;
  view(): Promise<unknown>;
};

const UNKNOWN: ReasoningForm = { type: "unknown" };

/** Maximum milliseconds that a call of a model waits for its breaker. */
const ADMIT_MS = 2_000;

const Admission = z.object({
  permit: z.object({ epoch: z.number() }).nullable(),
  retryAfterMs: z.number(),
  form: z.discriminatedUnion("type", [
    z.object({ type: z.literal("unknown") }),
    z.object({ type: z.literal("marked") }),
    z.object({ type: z.literal("unopened"), plainReplies: z.number() }),
  ]),
});

const View = z.object({
  phase: z.enum(["closed", "open", "half_open"]),
  until: z.number().nullable(),
  calls: z.number(),
  bad: z.number(),
});

/**
 * Reads the state of the circuit breaker for one model of a provider; null while its object does not answer. Calls are
 * then allowed.
 */
export async function readCircuit(
  objects: Env["CIRCUIT_BREAKERS"],
  provider: string,
  model: string,
): Promise<CircuitView | null> {
  const name = nameOf(provider, model);
  const stub: Stub = proxyDurable(objects, { name: "CIRCUIT_BREAKERS", parse: true }).get(name);
  try {
    return View.parse(
      await withDeadline(stub.view(), ADMIT_MS, () => {
        throw new CallOverdue("the breaker", ADMIT_MS);
      }),
    );
  } catch (error) {
    logger.warn("model.breaker.unavailable", { provider, model }, error);
    return null;
  }
}

/** The forms of reasoning that this isolate has learned, by model, for when a breaker does not know or answer. */
const forms = new Map<string, ReasoningForm>();

/** Keeps the form of reasoning of a model of a provider, for as long as the isolate lives. */
export function rememberForm(provider: string, model: string, form: ReasoningForm): void {
  if (form.type !== "unknown") forms.set(nameOf(provider, model), form);
}

// The name is sent in a header, which accepts ASCII only.
const nameOf = (provider: string, model: string) => encodeURIComponent(`${provider}:${model}`);

/**
 * Returns the circuit breaker for one model of a provider. Its state is in a Durable Object, named by provider and
 * model. While that object does not answer, all calls are allowed and their outcomes are not counted.
 */
export function circuitBreaker(
  objects: Env["CIRCUIT_BREAKERS"],
  provider: string,
  model: string,
): CircuitBreaker {
  const name = nameOf(provider, model);
  const remembered = () => forms.get(name) ?? UNKNOWN;
  // A broken stub stays broken, so each call uses a fresh one. The stub is a proxy that responds to every property
  // name, including `then`, so it must not be awaited.
  const stub = (): Stub =>
    proxyDurable(objects, { name: "CIRCUIT_BREAKERS", parse: true }).get(name);
  return {
    admit: async () => {
      try {
        const admission = await withDeadline(stub().admit(), ADMIT_MS, () => {
          throw new CallOverdue("the breaker", ADMIT_MS);
        });
        const { form, ...admitted } = Admission.parse(admission);
        rememberForm(provider, model, form);
        return { ...admitted, form: remembered() };
      } catch (error) {
        logger.warn("model.breaker.unavailable", { provider, model }, error);
        return { permit: { epoch: -1 }, retryAfterMs: 0, form: remembered() };
      }
    },
    settle: async (permit, outcome, lesson) => {
      if (lesson !== null) rememberForm(provider, model, learnForm(remembered(), lesson));
      await stub().settle(permit, outcome, lesson);
    },
  };
}
