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
