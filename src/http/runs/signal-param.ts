import { z } from "zod";

import { newId } from "../../ids.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { JsonValue } from "../request/json-value.ts";

/**
 * Maximum bytes, as JSON, of the payload of a signal. The payload becomes the output of the step that waits for the
 * signal.
 */
export const PAYLOAD_BYTES_MAX = 256 * 1024;

/** The schema of the body of a request that sends a signal to a run. */
export const SignalParam = z.strictObject({
  payload: JsonValue.describe(
    `Content of the signal: any JSON of at most ${PAYLOAD_BYTES_MAX} bytes, which becomes the output of the step; null by default.`,
  ),
  actor: z
    .string()
    .trim()
    .min(1)
    .max(512)
    .nullish()
    .describe("Sender of the signal, up to 512 characters; some steps require it."),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(4_096)
    .nullish()
    .describe("Reason of the sender, up to 4,096 characters; some steps require it."),
  event: z.number().int().min(0).nullish().describe("Number of the last event that you have seen."),
  id: z.string().min(1).max(255).nullish().describe("A repeated id sends no second signal."),
});

/**
 * Makes the signal with the name `name` from a request's checked body. `key`, the value of the header `Idempotency-Key`
 * or null, becomes the signal's id. Refuses a body whose own `id` differs from `key`, and a payload that is too large.
 */
export function readSignal(name: string, key: string | null, body: z.output<typeof SignalParam>) {
  const { payload = null, actor = null, reason = null, event = null, id } = body;
  if (key !== null && id && id !== key) {
    const message = "The body's 'id' and the header 'Idempotency-Key' differ. Send one of them.";
    return err({ code: "invalid_request", message, param: "id" } satisfies Refusal);
  }
  const bytes = new TextEncoder().encode(JSON.stringify(payload)).byteLength;
  if (bytes > PAYLOAD_BYTES_MAX) {
    const message = `The payload has ${bytes} bytes of JSON; at most ${PAYLOAD_BYTES_MAX} are allowed.`;
    return err({ code: "payload_too_large", message, param: "payload" } satisfies Refusal);
  }
  return ok({ id: key ?? id ?? newId("sig_"), name, payload, actor, reason, event });
}
