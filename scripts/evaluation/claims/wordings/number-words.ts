import type { ClaimLanguage } from "../claim.ts";

/** The words of the numbers from 0 to 12, by language. */
export const NUMBER_WORDS: Readonly<Record<ClaimLanguage, readonly string[]>> = {
  en: "zero one two three four five six seven eight nine ten eleven twelve".split(" "),
  de: "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(" "),
  zh: "零 一 两 三 四 五 六 七 八 九 十 十一 十二".split(" "),
  th: "ศูนย์ หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ สิบเอ็ด สิบสอง".split(" "),
};

/** The months' names, by language; Chinese numbers them. */
export const MONTHS: Readonly<Record<ClaimLanguage, readonly string[]>> = {
  en: "January February March April May June July August September October November December".split(
    " ",
  ),
  de: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(
    " ",
  ),
  zh: Array.from({ length: 12 }, (_, month) => `${month + 1}月`),
  th: "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม".split(
    " ",
  ),
};

/** The mark between groups of three digits; the decimal mark is the other one. */
export const GROUP_MARK: Readonly<Record<ClaimLanguage, "," | ".">> = {
  en: ",",
  de: ".",
  zh: ",",
  th: ",",
};

/** Puts a mark between groups of three digits. */
export const groupDigits = (digits: string, mark: string): string =>
  digits.replaceAll(/\B(?=(?:\d{3})+$)/g, mark);

const words = (language: ClaimLanguage, from: number) =>
  NUMBER_WORDS[language]
    .slice(from)
    .map((word) => word.replace(/^[a-zü-]/, (first) => `[${first}${first.toUpperCase()}]`))
    .join("|");

/** The beginning of a regular expression for a word that follows a number. */
export const NUMBER_BEFORE: Readonly<Record<ClaimLanguage, string>> = {
  en: `(?<=(?:\\d|\\b(?:${words("en", 2)}|twenty|thirty|forty|fifty|sixty|hundred|thousand|million))[  -])`,
  de: `(?<=(?:\\d|\\b(?:${words("de", 2)}|zwanzig|dreißig|hundert|tausend))[  -])`,
  zh: `(?<=(?:\\d|[两三四五六七八九十百几]|万)[  ]?)`,
  th: `(?<=(?:\\d|${words("th", 2)}|ร้อย|พัน|หมื่น|แสน|ล้าน)[  ]?)`,
};

/** Words before a number of which it is only a limit: another number may be true as well. */
export const LIMITS: Readonly<Record<ClaimLanguage, RegExp>> = {
  en: /(?<!\p{L})(?:\p{L}+ than|over|under|at least|at most|up to|about|around|approximately|roughly|almost|nearly|some|exceed\p{L}*|above|below|between|from|to|before|until|by|as)[  $€£]*$/iu,
  de: /(?<!\p{L})(?:\p{L}+ als|über|unter|mindestens|höchstens|bis zu|bis|etwa|rund|ungefähr|fast|knapp|circa|ca\.|zwischen|von|vor|ab)[  ]*$/iu,
  zh: /(?:超过|不到|至少|至多|大约|约|近|多达|高达|大于|小于|低于|高于|以上|之间|从|到|至|早在)[  ]*$/u,
  th: /(?:มากกว่า|น้อยกว่า|อย่างน้อย|ไม่เกิน|ถึง|ประมาณ|ราว|เกือบ|เกิน|ก่อน|ระหว่าง|จาก|กว่า)[  ]*$/u,
};
