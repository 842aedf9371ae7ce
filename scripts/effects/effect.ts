/** What the world outside knows of one effect. */
export type Effect = {
  readonly kind: string;
  /** The idempotency key that it was asked for under. */
  readonly key: string;
  /** What it is, in the words of whoever asked; the same under another key would be the same effect twice. */
  readonly label: string;
  /** Its place among all effects, by the first time that it was asked for. */
  readonly order: number;
  /** How often it was asked for; it was caused once. */
  asked: number;
};
