import type { RetryPolicy } from "../definition.ts";

/** Full jitter: a random time in 0 … min(cap, base · 2^(attempt−1)), so that failures do not come back together. */
export function backoffMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.max(0, attempt - 1));
  return Math.floor(random() * ceiling);
}
