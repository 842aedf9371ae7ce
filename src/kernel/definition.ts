/** What a run will do, as data: a graph of steps. A run keeps the definition it was started with. */
export type Definition = {
  readonly name: string;
  readonly steps: Readonly<Record<string, StepDefinition>>;
};

export type StepDefinition = {
  /** The handler, `name@major`. */
  readonly use: string;
  /** Steps that must have completed before this one starts; steps without a common need run in parallel. */
  readonly needs?: readonly string[];
  readonly retry?: RetryPolicy;
  /** Bound on one attempt. */
  readonly timeoutMs?: number;
};

/** Full jitter: before attempt n + 1 a step waits a random time in 0 … min(cap, base · 2^(n−1)). */
export type RetryPolicy = {
  readonly attemptsMax: number;
  readonly baseMs: number;
  readonly capMs: number;
  /** Bound on the whole step, measured from its first attempt. */
  readonly totalMs: number;
};

export const RETRY_INTERACTIVE: RetryPolicy = {
  attemptsMax: 3,
  baseMs: 200,
  capMs: 5_000,
  totalMs: 30_000,
};

export const RETRY_BACKGROUND: RetryPolicy = {
  attemptsMax: 8,
  baseMs: 1_000,
  capMs: 300_000,
  totalMs: 86_400_000,
};
