/**
 * A lease names the step that it is a lease of, so that finding the step takes no index; what makes it a
 * lease is its nonce, which the step's row must hold.
 */
export function formatLease(nonce: string, runId: string, step: string): string {
  return `${nonce}/${encodeURIComponent(step)}/${runId}`;
}

export function parseLease(lease: string): { runId: string; step: string } | null {
  const parts = /^[^/]+\/([^/]*)\/(.*)$/s.exec(lease);
  const [, step, runId] = parts ?? [];
  if (step === undefined || runId === undefined) return null;
  try {
    return { runId, step: decodeURIComponent(step) };
  } catch {
    return null; // Not one of ours: a stray percent sign.
  }
}
