import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AppContext } from "../app-env.ts";

const CHARACTERS_MAX = 255;

/** Reads the header `Idempotency-Key`; null without one. Refuses a key that is empty or too long. */
export function readIdempotencyKey(c: AppContext): Result<string | null, Refusal> {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return ok(null);
  if (key.length > 0 && key.length <= CHARACTERS_MAX) return ok(key);
  const message = `The header 'Idempotency-Key' must have 1 to ${CHARACTERS_MAX} characters.`;
  return err({ code: "invalid_request", message, param: "Idempotency-Key" });
}
