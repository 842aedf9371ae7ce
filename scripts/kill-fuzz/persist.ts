import { setTimeout as wait } from "node:timers/promises";

import { APIConnectionError, APIError } from "openai";

const PAUSE_MS = 100;
/** Longer than the maximum downtime (`killer.ts`) and some more kills. */
const GIVE_UP_MS = 300_000;

/** Repeats a call of the API while it fails because the service is down or restarting. Other errors are thrown. */
export async function persist<Value>(call: () => Promise<Value>): Promise<Value> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isOutage(error) || Date.now() > deadline) throw error;
      await wait(PAUSE_MS);
    }
  }
}

/** Tests for an error of a killed service: a broken connection, or an answer of the proxy in front of it. */
function isOutage(error: unknown): boolean {
  if (error instanceof APIConnectionError) return true;
  if (error instanceof APIError) return error.status === undefined || error.status >= 500;
  return error instanceof TypeError || error instanceof SyntaxError;
}
