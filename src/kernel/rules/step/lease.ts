/**
 * Makes the text of a lease. It contains the id of its run and the name of its step, so that a report finds the step
 * without an index. `nonce` makes the lease unique: the lease is valid while the step's row holds the same text.
 */
export function formatLease(nonce: string, runId: string, step: string): string {
  return `${nonce}/${encodeURIComponent(step)}/${runId}`;
}

const QUEUED = "queued-";

/**
 * Makes the text of the lease of a step that is sent out for a worker to take. The worker gets another lease, so this one
 * shows that no worker has begun.
 */
export const formatQueuedLease = (nonce: string, runId: string, step: string) =>
  formatLease(QUEUED + nonce, runId, step);

/** Tests whether a lease is that of a step which no worker has taken. */
export const isQueuedLease = (lease: string) => lease.startsWith(QUEUED);

/** Returns the run's id and the step's name in the text of a lease; null if the text is not a lease. */
export function parseLease(lease: string): { runId: string; step: string } | null {
  const parts = /^[^/]+\/([^/]*)\/(.*)$/s.exec(lease);
  const [, step, runId] = parts ?? [];
  if (step === undefined || runId === undefined) return null;
  try {
    return { runId, step: decodeURIComponent(step) };
  } catch {
    return null; // A malformed percent escape: not a lease of this service.
  }
}
