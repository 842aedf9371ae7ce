import type { Lexicon } from "../languages/lexicon.ts";
import { isUnitAt } from "./read-units.ts";
import type { Word } from "./words.ts";

/** The parts of a date or time of day that a text names. */
export type DateParts = {
  readonly year?: number;
  /** 1 to 12. */
  readonly month?: number;
  readonly day?: number;
  /** 1 is Monday. */
  readonly weekday?: number;
  /** Minutes since midnight. */
  readonly minutes?: number;
  /** True for the years of a decade: "the 1990s". */
  readonly isDecade?: true;
};

/** A date or a time of day in a sentence. `first` and `last` are the indexes of its words. */
export type FoundDate = {
  readonly parts: DateParts;
  readonly first: number;
  readonly last: number;
};

/** Reads the dates, years, weekdays and times of day of a sentence. */
export function readDates(words: readonly Word[], lexicon: Lexicon): FoundDate[] {
  const dates: FoundDate[] = [];
  let at = 0;
  while (at < words.length) {
    const found = words[at]?.isDate ? readDate(words, at, lexicon) : null;
    if (found) dates.push(found);
    at = (found?.last ?? at) + 1;
  }
  return dates;
}

function readDate(words: readonly Word[], at: number, lexicon: Lexicon): FoundDate | null {
  for (const read of READERS) {
    const found = read(words, at, lexicon);
    if (found) return found;
  }
  return null;
}

type Reader = (words: readonly Word[], at: number, lexicon: Lexicon) => FoundDate | null;

const READERS: readonly Reader[] = [
  readNumericDate,
  readSignedDate,
  readMonthFirst,
  readDayFirst,
  readMonth,
  readTime,
  readYear,
  readWeekday,
];

/** 2020-05-04, 4/5/2020, 04.05.2020. */
function readNumericDate(words: readonly Word[], at: number, lexicon: Lexicon): FoundDate | null {
  const word = words[at];
  if (word?.kind !== "number") return null;
  const iso = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$/.exec(word.folded);
  if (iso) return checked(Number(iso[1]), Number(iso[2]), Number(iso[3]), at, at);
  const short = /^(\d{1,2})([./])(\d{1,2})\2(\d{4})$/.exec(word.folded);
  if (!short) return null;
  const [one, two, year] = [Number(short[1]), Number(short[3]), Number(short[4])];
  const isMonthFirst = short[2] === "/" && lexicon.table.dateOrder === "mdy" ? one <= 12 : two > 12;
  return isMonthFirst ? checked(year, one, two, at, at) : checked(year, two, one, at, at);
}

function checked(
  year: number,
  month: number,
  day: number,
  first: number,
  last: number,
): FoundDate | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  return { parts: { year, month, day }, first, last };
}

/** 2020年5月4日, 2020년 5월 4일, and parts of them. */
function readSignedDate(words: readonly Word[], at: number): FoundDate | null {
  let next = at;
  const parts: { year?: number; month?: number; day?: number } = {};
  for (const [part, signs] of DATE_SIGNS) {
    const [number, sign] = [words[next], words[next + 1]];
    const value =
      number?.kind === "number" && /^\d{1,4}$/.test(number.folded) ? Number(number.folded) : null;
    const found =
      sign &&
      signs.find((one) => sign.folded === one || (sign.folded.startsWith(one) && one > "\uac00"));
    if (value === null || found === undefined) continue;
    if (part === "year" && value < 1000) continue;
    parts[part] = value;
    next += 2;
  }
  if (next === at || (parts.year === undefined && parts.month === undefined)) return null;
  return { parts, first: at, last: next - 1 };
}

const DATE_SIGNS: readonly (readonly ["year" | "month" | "day", readonly string[]])[] = [
  ["year", ["年", "년"]],
  ["month", ["月", "월"]],
  ["day", ["日", "号", "號", "일"]],
];

/** May 5, 2020; May 5th; May 2020. */
function readMonthFirst(words: readonly Word[], at: number, lexicon: Lexicon): FoundDate | null {
  const month = monthAt(words, at, lexicon);
  if (month === null) return null;
  const day = dayAt(words, at + 1, lexicon);
  if (day) {
    const year = yearAfter(words, day.last + 1, lexicon);
    return {
      parts: { month, day: day.value, ...year?.parts },
      first: at,
      last: year?.last ?? day.last,
    };
  }
  const year = yearAfter(words, at + 1, lexicon);
  return year ? { parts: { month, ...year.parts }, first: at, last: year.last } : null;
}

/** 5 May 2020; the 5th of May; 5. Mai 2020; 5 de mayo de 2020. */
function readDayFirst(words: readonly Word[], at: number, lexicon: Lexicon): FoundDate | null {
  const day = dayAt(words, at, lexicon);
  if (!day) return null;
  let next = day.last + 1;
  while (next <= day.last + 2 && JOINS.has(words[next]?.folded ?? "")) next += 1;
  const month = monthAt(words, next, lexicon);
  if (month === null) return null;
  const year = yearAfter(words, next + 1, lexicon);
  return { parts: { month, day: day.value, ...year?.parts }, first: at, last: year?.last ?? next };
}

/** A month alone. A word that is also another word, as "may" is, counts after a word such as "in". */
function readMonth(words: readonly Word[], at: number, lexicon: Lexicon): FoundDate | null {
  const month = monthAt(words, at, lexicon);
  if (month === null) return null;
  const word = words[at];
  const isAmbiguous =
    word !== undefined && word.folded.length <= 3 && lexicon.table.script === "latin";
  if (isAmbiguous || word?.folded === "march") {
    if (!BEFORE_MONTH.has(words[at - 1]?.folded ?? "")) return null;
  }
  return { parts: { month }, first: at, last: at };
}

const JOINS: ReadonlySet<string> = new Set(["of", "de", "del", "di", "the", "."]);
const BEFORE_MONTH: ReadonlySet<string> = new Set([
  "in",
  "since",
  "until",
  "by",
  "before",
  "after",
  "from",
  "during",
  "late",
  "early",
  "of",
  "to",
  "and",
  "im",
  "en",
  "de",
]);

function monthAt(words: readonly Word[], at: number, lexicon: Lexicon): number | null {
  const word = words[at];
  const month = word && lexicon.months.get(word.folded);
  if (month === undefined || !word) return null;
  const isCapitalised = lexicon.table.code === "en" || lexicon.table.code === "de";
  return isCapitalised && !word.isCapital ? null : month;
}

function dayAt(
  words: readonly Word[],
  at: number,
  lexicon: Lexicon,
): { value: number; last: number } | null {
  const word = words[at];
  if (word?.kind !== "number" || !/^\d{1,2}$/.test(word.folded)) return null;
  const value = Number(word.folded);
  if (value < 1 || value > 31) return null;
  const next = words[at + 1]?.folded ?? "";
  const hasEnding =
    lexicon.ordinalEndings.has(next) || (next === "." && lexicon.table.code === "de");
  return { value, last: hasEnding ? at + 1 : at };
}

function yearAfter(words: readonly Word[], at: number, lexicon: Lexicon): FoundDate | null {
  let next = at;
  while (next < at + 2 && (words[next]?.text === "," || JOINS.has(words[next]?.folded ?? "")))
    next += 1;
  return readYear(words, next, lexicon);
}

/** A year of four digits without a unit, or a decade. */
function readYear(words: readonly Word[], at: number, lexicon: Lexicon): FoundDate | null {
  const word = words[at];
  if (word?.kind !== "number" || !/^[12]\d{3}$/.test(word.folded)) return null;
  const value = Number(word.folded);
  // The Buddhist era, which Thai texts use, is 543 years ahead.
  const year = value >= 2400 && value < 2700 ? value - 543 : value;
  if (year > 2150) return null;
  const isDecade = words[at + 1]?.folded === "s" && year % 10 === 0;
  const isAmount = words[at + 1]?.kind === "sign" && /^[%$€£¥°]$/u.test(words[at + 1]?.text ?? "");
  if (!isDecade && isUnitAt(words, at + 1, lexicon)) return null;
  if (isAmount || /^[$€£¥]$/u.test(words[at - 1]?.text ?? "")) return null;
  return isDecade
    ? { parts: { year, isDecade: true }, first: at, last: at + 1 }
    : { parts: { year }, first: at, last: at };
}

function readWeekday(words: readonly Word[], at: number, lexicon: Lexicon): FoundDate | null {
  const word = words[at];
  const weekday = word && lexicon.weekdays.get(word.folded);
  if (weekday === undefined || !word) return null;
  // "sun" and "mon" are other words in small letters.
  if (word.folded.length <= 3 && lexicon.table.script === "latin" && !word.isCapital) return null;
  return { parts: { weekday }, first: at, last: at };
}

/** 14:30, 2:30 pm, 9 am, 9 Uhr, 14h30. */
function readTime(words: readonly Word[], at: number, lexicon: Lexicon): FoundDate | null {
  const word = words[at];
  if (word?.kind !== "number") return null;
  const exact = /^(\d{1,2})[:.h](\d{2})$/.exec(word.folded);
  const whole = /^\d{1,2}$/.exec(word.folded);
  const hour = exact ? Number(exact[1]) : whole ? Number(whole[0]) : 99;
  const minute = exact ? Number(exact[2]) : 0;
  if (hour > 24 || minute > 59) return null;
  const next = words[at + 1]?.folded ?? "";
  const before = words[at - 1]?.folded ?? "";
  const isMorning = lexicon.morning.has(next) || lexicon.morning.has(before);
  const isAfternoon = lexicon.afternoon.has(next) || lexicon.afternoon.has(before);
  const isHour = lexicon.hour.has(next);
  const isTime = isMorning || isAfternoon || isHour || (exact !== null && /[:h]/.test(word.folded));
  if (!isTime) return null;
  const shift = isAfternoon && hour < 12 ? 12 : isMorning && hour === 12 ? -12 : 0;
  const last = isHour || lexicon.morning.has(next) || lexicon.afternoon.has(next) ? at + 1 : at;
  return { parts: { minutes: (hour + shift) * 60 + minute }, first: at, last };
}
