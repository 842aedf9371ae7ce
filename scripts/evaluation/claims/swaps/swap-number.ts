import { isSpaced } from "../claim.ts";
import { GROUP_MARK, groupDigits, LIMITS, MONTHS, NUMBER_WORDS } from "../wordings/number-words.ts";
import type { LanguageWordings } from "../wordings/wordings.ts";
import {
  changeValue,
  choose,
  passagesSay,
  type Swap,
  type TrueSentence,
  type ValuePlace,
} from "./sentence.ts";

const DIGITS = /(?<![\d.,A-Za-z#/:–-])\d+(?:[.,]\d+)*(?![\d\p{Lu}/:–-]|\.\d)/gu;
/** The ends of words and signs after a number that is no amount: an ordinal, a part of a date, a year. */
const NO_AMOUNT = /^(?:st|nd|rd|th|s)\b|^\. \p{L}|^ ?[年月日世届]|^ (?:BC|AD|century)/u;

/** Gives a number another value. */
export const swapNumber: Swap = (sentence, random) => {
  const places = [...digitPlaces(sentence), ...wordPlaces(sentence)];
  return changeValue(sentence, places, random, saysNumber);
};

function digitPlaces(sentence: TrueSentence): ValuePlace[] {
  const { text, language, wordings } = sentence;
  return Array.from(text.matchAll(DIGITS)).flatMap((match): ValuePlace[] => {
    const [written] = match;
    const before = text.slice(0, match.index);
    if (isYear(written) || NO_AMOUNT.test(text.slice(match.index + written.length))) return [];
    if (besideMonth(sentence, match.index, written.length)) return [];
    if (LIMITS[language].test(before) || /[A-Z] $|^$|ปี ?$|พ\.ศ\. ?$|ค\.ศ\. ?$/u.test(before))
      return [];
    const change = (random: () => number) => changeDigits(written, wordings.changes, random);
    return [{ start: match.index, text: written, change }];
  });
}

/** A number beside a month's name is a part of a date. */
function besideMonth({ text, language }: TrueSentence, at: number, length: number): boolean {
  const [before, after] = [text.slice(0, at), text.slice(at + length)];
  return MONTHS[language].some(
    (month) =>
      before.endsWith(`${month} `) ||
      (/^\.? /.test(after) && after.replace(/^\.? /, "").startsWith(month)),
  );
}

function wordPlaces({ text, language }: TrueSentence): ValuePlace[] {
  const words = NUMBER_WORDS[language];
  const after = {
    en: "(?=[ -]\\p{Ll})",
    de: "(?= \\p{Lu})",
    zh: "(?=[个名次种位座条支所场项艘])",
    th: "(?= ?(?:ครั้ง|คน|แห่ง|ประเภท|ปี|ชนิด|ลำ|ตัว|ทีม|ข้อ|ส่วน|อย่าง|ประเทศ|เมือง))",
  };
  const pattern = new RegExp(
    `${isSpaced(language) ? "\\b" : "(?<![第十百千万])"}(?:${words.slice(2).toReversed().join("|")})${after[language]}`,
    isSpaced(language) ? "giu" : "gu",
  );
  return Array.from(text.matchAll(pattern)).flatMap((match): ValuePlace[] => {
    const [written] = match;
    if (LIMITS[language].test(text.slice(0, match.index))) return [];
    const others = words.slice(2).filter((word) => word !== written.toLowerCase());
    return [
      { start: match.index, text: written, change: (random) => choose(others, random) ?? null },
    ];
  });
}

/** Changes the value of a number, and keeps its marks. */
function changeDigits(
  written: string,
  changes: LanguageWordings["changes"],
  random: () => number,
): string | null {
  const digits = written.replaceAll(/\D/g, "");
  const value = Number(digits);
  if (!Number.isSafeInteger(value) || value === 0) return null;
  const changed =
    changes === "shift" ? shiftValue(value, random) : changeFirstDigit(digits, random);
  if (changed === value || changed < 1) return null;
  return putMarks(
    String(changed).padStart(digits.startsWith("0") ? digits.length : 0, "0"),
    written,
  );
}

function shiftValue(value: number, random: () => number): number {
  const step =
    value < 20
      ? choose([1, 2, 3], random)
      : Math.round(value * (choose([0.1, 0.25, 0.5], random) ?? 1));
  const up = random() < 0.6 || value < 5;
  return up ? value + (step ?? 1) : value - (step ?? 1);
}

function changeFirstDigit(digits: string, random: () => number): number {
  const way = random();
  if (digits.length > 1 && way < 0.4) return Number(digits.split("").toReversed().join(""));
  if (way < 0.6) return Number(`${digits}0`);
  const first =
    choose(
      "123456789".split("").filter((digit) => digit !== digits[0]),
      random,
    ) ?? "1";
  return Number(first + digits.slice(1));
}

/** Puts the marks of groups and decimals of `model` into digits, counted from the end. */
function putMarks(digits: string, model: string): string {
  const decimals = /[.,](\d+)$/.exec(model)?.[1];
  const isDecimal = decimals !== undefined && decimals.length !== 3;
  const mark = /[.,]/.exec(model)?.[0];
  if (mark === undefined) return digits;
  const whole = isDecimal ? digits.slice(0, -decimals.length) || "0" : digits;
  const fraction = isDecimal ? digits.slice(-decimals.length) : "";
  const hasGroups = /\d[.,]\d{3}/.test(model);
  const groupMark = isDecimal
    ? Object.values(GROUP_MARK).find((other) => !model.endsWith(`${other}${decimals}`))
    : mark;
  const grouped = hasGroups ? groupDigits(whole, groupMark ?? ",") : whole;
  const decimalMark = isDecimal ? model.charAt(model.length - decimals.length - 1) : "";
  return `${grouped}${decimalMark}${fraction}`;
}

const isYear = (written: string): boolean => /^(?:1\d|20)\d\d$/.test(written);

/** Tests whether the passages have a number, in digits or in words. */
function saysNumber(sentence: TrueSentence, written: string): boolean {
  const words = NUMBER_WORDS[sentence.language];
  const value = Number(written);
  const forms = [written, words[value] ?? "", String(words.indexOf(written.toLowerCase()))];
  const text = sentence.passages
    .map((passage) => passage.text)
    .join("\n")
    .toLowerCase();
  return (
    forms.some(
      (form) =>
        form !== "" &&
        form !== "-1" &&
        new RegExp(`(?<![\\d\\p{L}])${form.replaceAll(".", "\\.")}(?![\\d]|[.,]\\d)`, "u").test(
          text,
        ),
    ) ||
    (!isSpaced(sentence.language) && passagesSay(sentence, written))
  );
}
