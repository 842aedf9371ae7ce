/** Languages whose names of months are read in dates. */
const LANGUAGES = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "pt",
  "nl",
  "pl",
  "ru",
  "tr",
  "sv",
  "da",
  "cs",
] as const;

/** A date as ISO 8601, with the precision that the text has: "2026", "2026-03" or "2026-03-12". */
export type WrittenDate = string;

const NUMERIC =
  /\b(\d{4})-(\d{2})(?:-(\d{2}))?\b|\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b|(\d{4})\s*年(?:\s*(\d{1,2})\s*月)?(?:\s*(\d{1,2})\s*日)?/u;
const WORDS =
  /(?:\b(\d{1,2})(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+)?)?\b(\p{L}{3,})\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,\s*)?(?:de\s+)?(\d{4})\b/gu;
const YEAR = /\b((?:19|20)\d{2})\b/u;

let months: ReadonlyMap<string, number> | null = null;

/** Finds the first date in a text: in numbers, with the name of a month, or a year alone. Returns null without any. */
export function findDate(text: string): WrittenDate | null {
  const numeric = NUMERIC.exec(text);
  if (numeric) {
    const [, year, month, day, dayBefore, monthBetween, yearAfter, yearSign, monthSign, daySign] =
      numeric;
    return format(
      year ?? yearAfter ?? yearSign,
      month ?? monthBetween ?? monthSign,
      day ?? dayBefore ?? daySign,
    );
  }
  for (const [, before, word = "", after, year] of text.matchAll(WORDS)) {
    months ??= nameMonths();
    const month = months.get(word.toLowerCase());
    if (month !== undefined) return format(year, String(month), before ?? after);
  }
  return YEAR.exec(text)?.[1] ?? null;
}

function format(year = "", month?: string, day?: string): WrittenDate | null {
  if (month === undefined) return year;
  if (Number(month) < 1 || Number(month) > 12 || Number(day ?? 1) > 31) return year;
  const parts = [year, month, ...(day === undefined ? [] : [day])];
  return parts.map((part) => part.padStart(2, "0")).join("-");
}

/** Lists the names of the months, also as they are written after a day. */
function nameMonths(): Map<string, number> {
  const names = new Map<string, number>();
  for (const language of LANGUAGES) {
    const forms = [
      new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" }),
      new Intl.DateTimeFormat(language, { day: "numeric", month: "long", timeZone: "UTC" }),
      new Intl.DateTimeFormat(language, { month: "short", timeZone: "UTC" }),
    ];
    for (let month = 1; month <= 12; month++) {
      const date = new Date(Date.UTC(2000, month - 1, 15));
      for (const form of forms) {
        const name = form.formatToParts(date).find(({ type }) => type === "month")?.value ?? "";
        names.set(name.toLowerCase().replace(/\.$/, ""), month);
      }
    }
  }
  return names;
}
