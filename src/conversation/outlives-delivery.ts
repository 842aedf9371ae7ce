import type { ResponseRequest } from "./response-request.ts";

/**
 * Tests whether a response is kept after its client has received it: a stored one, for some minutes one in the
 * background, which is fetched later, and one with an idempotency key, which may be asked for again.
 */
export const outlivesDelivery = ({
  store,
  background,
  keptUntil,
}: Pick<ResponseRequest, "store" | "background" | "keptUntil">): boolean =>
  store || background || keptUntil !== undefined;
