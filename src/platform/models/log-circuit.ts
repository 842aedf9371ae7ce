import { logger } from "../logger.ts";
import type { Circuit } from "./circuit.ts";

/**
 * Logs that a circuit breaker has opened, half-opened or closed, if its phase differs between `before` and `after`.
 * `name` is the name of the breaker's Durable Object, which `circuitBreaker` makes from the provider and the model,
 * URL-encoded.
 */
export function logCircuit(name: unknown, before: Circuit, after: Circuit): void {
  if (before.phase === after.phase) return;
  const breaker = decodeURIComponent(String(name));
  switch (after.phase) {
    case "open":
      return logger.warn("model.breaker.opened", { breaker, until: after.until });
    case "half_open":
      return logger.info("model.breaker.probing", { breaker });
    case "closed":
      return logger.info("model.breaker.closed", { breaker });
  }
}
