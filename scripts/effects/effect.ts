/** An effect outside, as its server counts it. */
export type Effect = {
  readonly kind: string;
  /** The idempotency key of its requests. */
  readonly key: string;
  /** The caller's name of the effect. The same label under two keys means that the effect was caused twice. */
  readonly label: string;
  /** Its index among all effects, in the order of their first request. */
  readonly order: number;
  /** Number of requests; the effect was caused once. */
  asked: number;
};
