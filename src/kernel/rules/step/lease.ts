/**
 * Makes the text of a lease. It contains the names of its run and step, so that a report finds the step without an
 * index. `nonce` makes the lease unique: it is valid while the step's row holds the same.
 */
export function formatLease(nonce: string, runId: string, step: string): string {
  return `${nonce}/${encodeURIComponent(step)}/${runId}`;
}

/** Reads the run and the step from the text of a lease; null if the text is not a lease. */
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
