/** A job that was sent to the queue, and how often. */
export type SentJob = { readonly sentAt: number; readonly sends: number };

/**
 * The time after which a sent job without a reported end is looked at, in milliseconds: with a review each minute, a
 * lost message is sent again within 10 minutes.
 */
const SILENT_MS_MAX = 8 * 60_000;
const SENDS_MAX = 2;

/**
 * Decides about a sent job whose end was not reported: keep waiting for it, send its message again, or drop it. A
 * message that may still be in the queue is not doubled. A dropped job is not lost: the lease of its object ends. If the
 * clock has jumped back, the job counts as sent `now`, which `restart` asks for.
 */
export function reviewSent(
  { sentAt, sends }: SentJob,
  now: number,
  /** When the oldest message of the queue was sent, in milliseconds since the epoch; null for an empty queue. */
  oldestInQueue: number | null,
): "keep" | "restart" | "resend" | "drop" {
  if (sentAt > now) return "restart";
  if (now - sentAt < SILENT_MS_MAX) return "keep";
  if (oldestInQueue !== null && oldestInQueue <= sentAt) return "keep";
  return sends < SENDS_MAX ? "resend" : "drop";
}
