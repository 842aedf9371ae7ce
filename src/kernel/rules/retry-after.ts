/** Parses `Retry-After`, in seconds or as a date, to milliseconds from `now`; 0 if it is absent or invalid. */
export function retryAfterMs(value: string | null | undefined, now: number): number {
  if (value === undefined || value === null) return 0;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
