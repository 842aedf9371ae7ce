import { type ClaimLanguage, isSpaced } from "../claim.ts";
import { GROUP_MARK, groupDigits, MONTHS, NUMBER_WORDS } from "../wordings/number-words.ts";
import type { Rewriting } from "../wordings/wordings.ts";

/**
 * Writes the numbers, dates and lengths of time of a sentence in another form that has the same value. Returns the
 * sentence unchanged where there is nothing to rewrite.
 */
export const rewriteNumbers = (text: string, form: Rewriting, language: ClaimLanguage): string =>
  FORMS[form](text, language);

const otherMark = (language: ClaimLanguage) => (GROUP_MARK[language] === "," ? "." : ",");
/** A word between a number and what it counts, in Chinese and Thai. */
const COUNTED =
  "(?:[个名次种位座条支所场项艘]|ครั้ง|คน|แห่ง|ประเภท|ชนิด|ลำ|ตัว|ทีม|ข้อ|ส่วน|อย่าง|ประเทศ|เมือง)";
const pad = (part: number) => String(part).padStart(2, "0");

const FORMS: Readonly<Record<Rewriting, (text: string, language: ClaimLanguage) => string>> = {
  /** 1,000 → 1000 */
  ungroup: (text, language) =>
    text.replaceAll(
      new RegExp(`(?<![\\d.,])\\d{1,3}(?:[${GROUP_MARK[language]}]\\d{3})+(?![\\d.,]\\d)`, "g"),
      (number) => number.replaceAll(GROUP_MARK[language], ""),
    ),
  /** 25000 → 25,000 */
  group: (text, language) =>
    text.replaceAll(/(?<![\d.,\p{L}-])\d{4,9}(?![\d\p{L}]|[.,]\d)/gu, (number) =>
      /^(?:1\d|20|21)\d\d$/.test(number) ? number : groupDigits(number, GROUP_MARK[language]),
    ),
  /** 5 days → five days */
  spell: (text, language) =>
    text.replaceAll(
      isSpaced(language)
        ? /(?<![\d.,:$€£/\p{L}-]|\p{Lu}\p{L}* )(?:[2-9]|1[0-2])(?= \p{Ll}{3})/gu
        : new RegExp(`(?<![\\d.,:$€£/A-Za-z-] ?)(?:[2-9]|10)(?= ?${COUNTED})`, "gu"),
      (digits) => NUMBER_WORDS[language][Number(digits)] ?? digits,
    ),
  /** five days → 5 days */
  digits: (text, language) => {
    const words = NUMBER_WORDS[language].slice(2).toReversed().join("|");
    const pattern = isSpaced(language)
      ? new RegExp(`\\b(?:${words})(?= \\p{L}{4,})`, "gu")
      : new RegExp(`(?<![第十百千万几数\\p{L}])(?:${words})(?=${COUNTED})`, "gu");
    return text.replaceAll(pattern, (word) => String(NUMBER_WORDS[language].indexOf(word)));
  },
  /** 2.5 million → 2,500,000 */
  expand: expandScale,
  /** 12 percent → 12% */
  percent: (text, language) => {
    if (language === "zh") return text.replaceAll(/(?<![\d.])(\d+(?:\.\d+)?) ?%/g, "百分之$1");
    if (language === "th") return text.replaceAll(/(?<![\d.])(\d+(?:\.\d+)?) ?%/g, "ร้อยละ $1");
    const word = language === "en" ? "percent" : "Prozent";
    if (text.includes("%")) return text.replaceAll(/(\d) ?%/g, `$1 ${word}`);
    return text.replaceAll(
      /(\d) (?:percent|per cent|Prozent)\b/g,
      language === "en" ? "$1%" : "$1 %",
    );
  },
  /** two weeks → 14 days */
  days: (text, language) =>
    LENGTHS[language].reduce(
      (changed, [from, to]) => changed.replace(new RegExp(from, "giu"), to),
      text,
    ),
  /** 1891年 → 公元1891年 */
  era: (text, language) => {
    if (language === "zh")
      return text.replaceAll(/(?<![\d前元–-])((?:1\d|20)\d\d)年/gu, "公元$1年");
    if (language === "th") return text.replaceAll(/ปี ?((?:1\d|20)\d\d)(?!\d)/g, "ปี ค.ศ. $1");
    if (language === "de")
      return text
        .replaceAll(/\b(i|I)m Jahr(?:e)? ((?:1\d|20)\d\d)\b/g, "$1n $2")
        .replaceAll(/\b([iI])n ((?:1\d|20)\d\d)\b/g, "$1m Jahre $2");
    return text.replaceAll(/\bin ((?:1\d|20)\d\d)\b(?!s|[–-])/g, "in the year $1");
  },
  /** 5 May 2020 → 2020-05-05 */
  "iso-date": (text, language) =>
    rewriteDates(text, language, ({ year, month, day }) => `${year}-${pad(month)}-${pad(day)}`),
  /** 5 May 2020 ↔ May 5, 2020; 5. Mai 2020 → 05.05.2020 */
  "other-date": (text, language) =>
    rewriteDates(text, language, ({ year, month, day, isDayFirst }) => {
      const name = MONTHS[language][month - 1] ?? "";
      if (language === "de") return `${pad(day)}.${pad(month)}.${year}`;
      if (language === "zh") return `${year}/${month}/${day}`;
      if (language === "th") return `${day}/${month}/${year}`;
      return isDayFirst ? `${name} ${day}, ${year}` : `${day} ${name} ${year}`;
    }),
};

type DateParts = {
  readonly year: string;
  readonly month: number;
  readonly day: number;
  readonly isDayFirst: boolean;
};

function rewriteDates(
  text: string,
  language: ClaimLanguage,
  write: (date: DateParts) => string,
): string {
  const months = MONTHS[language];
  const names = months.join("|");
  const patterns =
    language === "zh"
      ? [/(?<year>\d{4}) ?年 ?(?<month>\d{1,2}) ?月 ?(?<day>\d{1,2}) ?日/gu]
      : [
          new RegExp(
            `(?<![–-] )\\b(?<day>\\d{1,2})(?:\\.|st|nd|rd|th)? (?<month>${names}) (?<year>\\d{4})\\b`,
            "gu",
          ),
          new RegExp(`\\b(?<month>${names}) (?<day>\\d{1,2}), (?<year>\\d{4})\\b`, "gu"),
        ];
  // One form at a time: the second would find what the first has written.
  const at = patterns.findIndex((pattern) => text.search(pattern) >= 0);
  const pattern = patterns[at];
  if (!pattern) return text;
  return text.replaceAll(pattern, (...match) => {
    const { year = "", month = "", day = "" }: Record<string, string> = match.at(-1);
    const number = language === "zh" ? Number(month) : months.indexOf(month) + 1;
    return write({ year, month: number, day: Number(day), isDayFirst: at === 0 });
  });
}

const SCALES: Readonly<
  Record<ClaimLanguage, readonly (readonly [word: string, factor: number])[]>
> = {
  en: [
    ["million", 1e6],
    ["billion", 1e9],
  ],
  de: [
    ["Millionen", 1e6],
    ["Milliarden", 1e9],
  ],
  zh: [
    ["亿", 1e8],
    ["万", 1e4],
  ],
  th: [
    ["พันล้าน", 1e9],
    ["ล้าน", 1e6],
  ],
};

function expandScale(text: string, language: ClaimLanguage): string {
  return SCALES[language].reduce((changed, [word, factor]) => {
    const end = isSpaced(language) ? "\\b" : "(?![亿万])";
    const pattern = new RegExp(
      `(?<![\\d.,–-])(\\d+(?:[${otherMark(language)}]\\d+)?) ?${word}${end}`,
      "gu",
    );
    return changed.replaceAll(pattern, (_all, digits: string) => {
      const value = Math.round(Number(digits.replace(",", ".")) * factor);
      return groupDigits(String(value), GROUP_MARK[language]);
    });
  }, text);
}

/** Lengths of time, and the same in another unit. */
const LENGTHS: Readonly<Record<ClaimLanguage, readonly (readonly [from: string, to: string])[]>> = {
  en: [
    ["\\b(?:two|2) weeks\\b", "14 days"],
    ["\\b(?:three|3) weeks\\b", "21 days"],
    ["\\bsix weeks\\b", "42 days"],
    ["\\beight weeks\\b", "56 days"],
    ["\\b24 hours\\b", "one day"],
    ["\\b48 hours\\b", "two days"],
    ["\\b72 hours\\b", "three days"],
    ["\\b(?:twelve|12) months\\b", "one year"],
    ["\\b24 months\\b", "two years"],
  ],
  de: [
    ["\\bzwei Wochen\\b", "14 Tage"],
    ["\\b(von|nach) 24 Stunden\\b", "$1 einem Tag"],
    ["\\bzwölf Monate\\b", "ein Jahr"],
  ],
  zh: [
    ["两周", "14天"],
    ["24 ?小时", "一天"],
    ["12 ?个月", "一年"],
  ],
  th: [
    ["สองสัปดาห์", "14 วัน"],
    ["24 ชั่วโมง", "หนึ่งวัน"],
    ["12 เดือน", "หนึ่งปี"],
  ],
};
