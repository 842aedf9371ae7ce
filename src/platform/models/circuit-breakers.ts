import { proxyDurable } from "itty-durable";
import { z } from "zod";

import { withDeadline } from "../../abort.ts";
import { CallOverdue } from "../failure.ts";
import { logger } from "../logger.ts";
import type { CallOutcome, Permit } from "./circuit.ts";
import type { CircuitBreaker } from "./guarded-call.ts";

/** `CircuitBreakerObject` behind itty-durable's proxy: every method returns parsed JSON. */
type Stub = {
  admit(): Promise<unknown>;
  settle(permit: Permit, outcome: CallOutcome): Promise<unknown>;
};

/** Maximum milliseconds that a call of a model waits for its breaker. */
const ADMIT_MS = 2_000;

const Admission = z.object({
  permit: z.object({ epoch: z.number() }).nullable(),
  retryAfterMs: z.number(),
});

/**
 * Returns the circuit breaker for one model of a provider. Its state is in a Durable Object, named by provider and
 * model. While that object does not answer, all calls are allowed and their outcomes are not counted.
 */
export function circuitBreaker(
  objects: Env["CIRCUIT_BREAKERS"],
  provider: string,
  model: string,
): CircuitBreaker {
  // The name is sent in a header, which accepts ASCII only.
  const name = encodeURIComponent(`${provider}:${model}`);
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
        return Admission.parse(admission);
      } catch (error) {
        logger.warn("model.breaker.unavailable", { provider, model }, error);
        return { permit: { epoch: -1 }, retryAfterMs: 0 };
      }
    },
    settle: async (permit, outcome) => {
      await stub().settle(permit, outcome);
    },
  };
}
