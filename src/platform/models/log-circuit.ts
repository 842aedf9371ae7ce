import { logger } from "../logger.ts";
import type { Circuit } from "./circuit.ts";

/**
 * Logs that a circuit breaker has opened, half-opened or closed, if its phase has changed. `name` is the breaker's
 * name, URL-encoded by `circuitBreaker` for an HTTP header.
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
