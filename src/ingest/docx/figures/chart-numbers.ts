const PERCENT = /^0(?:\.(0+))?%$/;
const DAY_MS = 86_400_000;
/** Day 0 of the dates of workbooks, which count a 29 February 1900. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
const LAST_DAY = 2_958_465;

/**
 * Writes a value of a chart as readers see it where its format changes its meaning: shares as percent, days since 1900
 * as dates. Any other value stays as it is.
 */
export function formatChartNumber(value: string, format: string): string {
  if (value === "" || format === "" || format === "General") return value;
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  const percent = PERCENT.exec(format);
  if (percent) return `${(number * 100).toFixed(percent[1]?.length ?? 0)}%`;
  return isDate(format) && number > 0 && number <= LAST_DAY ? formatDay(number, format) : value;
}

/** The format of a date names the year, or the month with the day. Words in quotation marks are no part of it. */
function isDate(format: string): boolean {
  const letters = format.replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, "").toLowerCase();
  return /y/.test(letters) || (/m/.test(letters) && /d/.test(letters));
}

function formatDay(day: number, format: string): string {
  const iso = new Date(EPOCH_MS + Math.floor(day) * DAY_MS).toISOString();
  return /d/i.test(format) ? iso.slice(0, 10) : iso.slice(0, 7);
}
