/** The retries of a step that nothing else does: a purge or a reconciliation goes on, however long an outage lasts. */
export const RETRY_FOREVER = {
  attemptsMax: Number.MAX_SAFE_INTEGER,
  baseMs: 1_000,
  capMs: 300_000,
};
/** The time limits of a step with `RETRY_FOREVER`. */
export const TIMEOUT_FOREVER = { attemptMs: 600_000, totalMs: Number.MAX_SAFE_INTEGER };
