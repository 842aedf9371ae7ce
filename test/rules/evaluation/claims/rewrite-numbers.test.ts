import { describe, expect, it } from "vitest";

import type { ClaimLanguage } from "../../../../scripts/evaluation/claims/claim.ts";
import { rewriteNumbers } from "../../../../scripts/evaluation/claims/edits/rewrite-numbers.ts";
import type { Rewriting } from "../../../../scripts/evaluation/claims/wordings/wordings.ts";

const CASES: readonly (readonly [Rewriting, ClaimLanguage, before: string, after: string])[] = [
  ["ungroup", "en", "There are 1,234,567 ships.", "There are 1234567 ships."],
  ["ungroup", "en", "A ship is 1,23 long.", "A ship is 1,23 long."],
  ["ungroup", "de", "Es gibt 12.000 Schiffe.", "Es gibt 12000 Schiffe."],
  ["group", "en", "There were 25000 ships in 1912.", "There were 25,000 ships in 1912."],
  ["group", "de", "Es gab 25000 Schiffe.", "Es gab 25.000 Schiffe."],
  ["spell", "en", "It takes 5 days and 1.5 weeks.", "It takes five days and 1.5 weeks."],
  ["spell", "zh", "共有5个港口。", "共有五个港口。"],
  ["digits", "en", "It takes five days.", "It takes 5 days."],
  ["digits", "th", "มีสองคน", "มี2คน"],
  ["expand", "en", "It cost 2.5 million.", "It cost 2,500,000."],
  ["expand", "de", "Es kostete 2,5 Millionen.", "Es kostete 2.500.000."],
  ["expand", "zh", "耗资3万元。", "耗资30,000元。"],
  ["percent", "en", "It grew by 12 %.", "It grew by 12 percent."],
  ["percent", "en", "It grew by 12 percent.", "It grew by 12%."],
  ["percent", "zh", "增长了12%。", "增长了百分之12。"],
  ["days", "en", "It takes two weeks.", "It takes 14 days."],
  ["days", "de", "Es endet nach 24 Stunden.", "Es endet nach einem Tag."],
  ["era", "th", "เปิดในปี 1912", "เปิดในปี ค.ศ. 1912"],
  ["iso-date", "en", "It opened on 5 May 1912.", "It opened on 1912-05-05."],
  ["iso-date", "en", "It opened on May 5, 1912.", "It opened on 1912-05-05."],
  ["iso-date", "zh", "于1912年5月5日开放。", "于1912-05-05开放。"],
  ["other-date", "en", "It opened on 5 May 1912.", "It opened on May 5, 1912."],
  ["other-date", "de", "Er öffnete am 5. Mai 1912.", "Er öffnete am 05.05.1912."],
];

describe("the other forms of a number", () => {
  it.for(CASES)("%s, %s: %s", ([form, language, before, after]) => {
    expect(rewriteNumbers(before, form, language)).toBe(after);
  });
});
