import { setTimeout as wait } from "node:timers/promises";

import { APIConnectionError, APIError } from "openai";

const PAUSE_MS = 100;
/** Longer than the service may be away (`killer.ts`), and some kills more. */
const GIVE_UP_MS = 300_000;

/** Repeats a call while the service is down or restarting; other refusals are the caller's to judge. */
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

/** A service that is killed breaks connections; the proxy before it may also answer for it. */
function isOutage(error: unknown): boolean {
  if (error instanceof APIConnectionError) return true;
  if (error instanceof APIError) return error.status === undefined || error.status >= 500;
  return error instanceof TypeError || error instanceof SyntaxError;
}
