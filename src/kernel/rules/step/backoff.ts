import type { RetryPolicy } from "../definition.ts";

/**
 * Computes the delay before the retry after attempt number `attempt` (from 1), in milliseconds. Full jitter: random in
 * 0 … min(cap, base · 2^(attempt−1)), so that retries of many steps do not coincide. `random` returns a number in [0,
 * 1).
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.max(0, attempt - 1));
  return Math.floor(random() * ceiling);
}

const OUTAGE_MS_MIN = 1_000;
const OUTAGE_MS_MAX = 10 * 60_000;

/**
 * Computes the delay before the next attempt while a service is away, in milliseconds: a quarter to a half of the time
 * since the first attempt, from 1 s to 10 minutes. So it grows like a backoff without a count of the attempts, and work
 * goes on within 10 minutes of the end of an outage. `random` returns a number in [0, 1).
 */
export function outageDelayMs(sinceFirstMs: number, random: () => number): number {
  const share = (1 + random()) / 4;
  return Math.round(Math.min(OUTAGE_MS_MAX, Math.max(OUTAGE_MS_MIN, sinceFirstMs * share)));
}
