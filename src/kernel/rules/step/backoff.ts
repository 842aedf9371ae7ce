import type { RetryPolicy } from "../definition.ts";

/** Computes a delay with full jitter: random in 0 … min(cap, base · 2^(attempt−1)), so that retries do not coincide. */
export function backoffMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.max(0, attempt - 1));
  return Math.floor(random() * ceiling);
}
