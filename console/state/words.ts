/** Formats of numbers, times and names, in words of a person. */
import { serviceNow } from "./clock.ts";

const NUMBER = new Intl.NumberFormat("en");
const DATE = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const BYTES = ["B", "KB", "MB", "GB", "TB"];

/** Formats a whole number: 12,345. */
export const formatNumber = (value: number): string => NUMBER.format(value);

/** Formats a number of things: "1 file", "12,345 files". */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;

/** Formats a number of bytes: "18.2 KB". */
export function formatBytes(bytes: number): string {
  const step = Math.min(BYTES.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** step;
  return `${value.toFixed(step === 0 || value >= 100 ? 0 : 1)} ${BYTES[step]}`;
}

/** Formats a time in Unix seconds: "30 Nov 2026, 05:14". */
export const formatTime = (seconds: number): string => DATE.format(seconds * 1000);

/** Formats a time in Unix seconds by its distance from the service's present time: "3 min. ago". */
export function formatAge(seconds: number, now = serviceNow()): string {
  const away = seconds - now;
  const unit = UNITS.find(([, length]) => Math.abs(away) >= length);
  if (!unit) return Math.abs(away) < 10 ? "now" : RELATIVE.format(Math.trunc(away), "second");
  return RELATIVE.format(round(away / unit[1]), unit[0]);
}

/** Rounds a time that is past towards now, so that no unit is full before its time. */
const round = (away: number) => (away < 0 ? Math.trunc(away) : Math.round(away));

/** Formats a duration in milliseconds: "340 ms", "2.1 s", "3 min 5 s". */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Marks that change the direction of the text around them, and other characters that show nothing. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const NAME_CHARACTERS_MAX = 300;

/** Makes a name safe to show in a line: marks that reorder or hide text become visible, and a huge name is cut. */
export function legible(name: string): string {
  const cut = name.length > NAME_CHARACTERS_MAX ? `${name.slice(0, NAME_CHARACTERS_MAX)}…` : name;
  return cut.replaceAll(UNSEEN, "\ufffd");
}

/** Makes marks that reorder or hide text visible in a text of several lines. */
export const visible = (text: string): string =>
  text.replaceAll(UNSEEN, (mark) => (/\s/.test(mark) && mark !== "\ufeff" ? mark : "\ufffd"));
