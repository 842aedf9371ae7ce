/** An effect of a step, as the effect server has counted it. */
export type Effect = {
  readonly kind: string;
  /** The idempotency key of the requests that cause the effect. */
  readonly key: string;
  /** The caller's name for the effect. If a label occurs with two keys, the effect was caused twice. */
  readonly label: string;
  /** The effect's index among all effects, in the order of the first request of each. */
  readonly order: number;
  /** Number of requests with this key; the effect was caused by the first. */
  asked: number;
};
