/**
 * A job that was sent to the queue: the time of the last message, in milliseconds since the epoch, and the number of
 * messages.
 */
export type SentJob = { readonly sentAt: number; readonly sends: number };

/**
 * Time after which a sent job without a reported end is reviewed, in milliseconds. With a review each minute, a lost
 * message is sent again within 10 minutes.
 */
const SILENT_MS_MAX = 8 * 60_000;
const SENDS_MAX = 2;

/**
 * Decides about a sent job whose end was not reported. `keep`: wait, because its message may still be in the queue.
 * `resend`: its message was probably lost. `drop`: it was sent often enough; the job is not lost, because its object's
 * lease ends. `restart`: `sentAt` is in the future, because the clock was set back; the caller sets it to `now`. `now`
 * is in milliseconds since the epoch.
 */
export function reviewSent(
  { sentAt, sends }: SentJob,
  now: number,
  /**
   * The time at which the oldest message in the queue was sent, in milliseconds since the epoch; null for an empty
   * queue.
   */
  oldestInQueue: number | null,
): "keep" | "restart" | "resend" | "drop" {
  if (sentAt > now) return "restart";
  if (now - sentAt < SILENT_MS_MAX) return "keep";
  if (oldestInQueue !== null && oldestInQueue <= sentAt) return "keep";
  return sends < SENDS_MAX ? "resend" : "drop";
}
