import { describe, expect, it } from "vitest";

import { findLexicon } from "../../../../src/answer/claims/languages/detect-language.ts";
import { parseDigits } from "../../../../src/answer/claims/reading/parse-number.ts";
import { readPassageSentence } from "../../../../src/answer/claims/reading/read-sentence.ts";

describe("parseDigits", () => {
  it.each([
    ["1,000", ",", 1000],
    ["1.000", ".", 1000],
    ["1.000", ",", 1],
    ["1,000", ".", 1],
    ["1 000", ",", 1000],
    ["1'000", ".", 1000],
    ["1.234.567,89", ",", 1_234_567.89],
    ["1,234,567.89", ".", 1_234_567.89],
    ["2,5", ",", 2.5],
    ["2.3.1", ",", null],
    ["٣٬٠٠٠", ",", null],
  ] as const)("reads %s, where %s separates groups, as %s", (text, group, value) => {
    expect(parseDigits(text, group)).toBe(value);
  });
});

const day = 86_400;

describe("readPassageSentence", () => {
  it.each([
    ["en", "twenty-five days", 25 * day],
    ["en", "two hundred and five days", 205 * day],
    ["en", "two weeks", 14 * day],
    ["en", "a fortnight or one fortnight", 14 * day],
    ["en", "2.5 million euros", 2_500_000],
    ["de", "fünfundzwanzig Tage", 25 * day],
    ["de", "zweihundertfünfzig Tage", 250 * day],
    ["de", "1,5 Mio. Euro", 1_500_000],
    ["fr", "quatre-vingt-dix-sept jours", 97 * day],
    ["fr", "soixante-douze jours", 72 * day],
    ["es", "treinta y cinco días", 35 * day],
    ["it", "venticinque giorni", 25 * day],
    ["it", "ventuno giorni", 21 * day],
    ["zh", "三百二十五天", 325 * day],
    ["zh", "两万欧元", 20_000],
    ["zh", "百分之三十", 30],
    ["ja", "三千円", 3_000],
    ["ja", "二週間", 14 * day],
    ["th", "สามสิบห้าวัน", 35 * day],
    ["th", "ร้อยละ 30", 30],
    ["ar", "خمسة وعشرون يوما", 25 * day],
    ["ar", "٣٠ يوما", 30 * day],
    ["ko", "서른다섯 명", 35],
    ["ko", "2주일", 14 * day],
  ])("reads the number in %s: %s", (code, text, value) => {
    const { quantities } = readPassageSentence(text, findLexicon(code));
    expect(quantities.map((quantity) => quantity.value)).toContain(value);
  });

  it.each([
    ["en", "5 to 10 km"],
    ["de", "5 bis 10 Kilometer"],
    ["zh", "5-10公里"],
    ["th", "5-10 กิโลเมตร"],
    ["ko", "5~10킬로미터를"],
  ])("reads both numbers of a range in the unit of the second, in %s: %s", (code, text) => {
    const { quantities } = readPassageSentence(text, findLexicon(code));
    expect(quantities.map(({ value, dimension }) => ({ value, dimension }))).toEqual([
      { value: 5_000, dimension: "metres" },
      { value: 10_000, dimension: "metres" },
    ]);
  });

  it.each([
    ["en", "on 5 May 2020"],
    ["en", "on May 5th, 2020"],
    ["en", "on 2020-05-05"],
    ["de", "am 5. Mai 2020"],
    ["de", "am 05.05.2020"],
    ["fr", "le 5 mai 2020"],
    ["es", "el 5 de mayo de 2020"],
    ["it", "il 5 maggio 2020"],
    ["zh", "2020年5月5日"],
    ["ja", "2020年5月5日に"],
    ["th", "วันที่ 5 พฤษภาคม 2563"],
    ["ar", "في 5 مايو 2020"],
    ["ko", "2020년 5월 5일에"],
  ])("reads the date in %s: %s", (code, text) => {
    const { dates } = readPassageSentence(text, findLexicon(code));
    expect(dates.map(({ parts }) => parts)).toEqual([{ year: 2020, month: 5, day: 5 }]);
  });

  it.each([
    ["en", "at 2:30 pm", 14 * 60 + 30],
    ["en", "at 9 am", 9 * 60],
    ["de", "um 14:30 Uhr", 14 * 60 + 30],
    ["fr", "à 14h30", 14 * 60 + 30],
  ])("reads the time in %s: %s", (code, text, minutes) => {
    const { dates } = readPassageSentence(text, findLexicon(code));
    expect(dates.map(({ parts }) => parts)).toEqual([{ minutes }]);
  });
});
