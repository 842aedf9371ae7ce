/**
 * Formats a lease. It contains the names of its run and step, so that finding the step needs no index. The nonce, which
 * the step's row must hold, makes it valid.
 */
export function formatLease(nonce: string, runId: string, step: string): string {
  return `${nonce}/${encodeURIComponent(step)}/${runId}`;
}

/** Parses a lease; null if it is not one. */
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
