import { logger } from "../logger.ts";
import type { Circuit } from "./circuit.ts";

/** Logs a change of phase. `name` is the breaker's name, as `circuitBreaker` encodes it for a header. */
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
