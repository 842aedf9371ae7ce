/**
 * Parses the value of a `Retry-After` header, seconds or a date, to milliseconds from `now`. Returns 0 if it is absent,
 * invalid or past.
 */
export function retryAfterMs(value: string | null | undefined, now: number): number {
  if (value === undefined || value === null) return 0;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
