import { describe, expect, it } from "vitest";

import {
  adjectiveForms,
  verbForms,
} from "../../../../src/answer/claims/languages/inflect-english.ts";
import { verifyClaim } from "../../../../src/answer/claims/verify-claim.ts";

const reasonOf = (claim: string, text: string) => {
  const verdict = verifyClaim(claim, { heading: "", text });
  return "reason" in verdict ? verdict.reason : null;
};

const RAIL = "The railway between Ghent and Malmö grew rapidly in the last decade of the century.";
const RULE =
  "Every visitor of the archive must sign the register at the front desk in the morning.";

describe("a near copy with one word replaced", () => {
  it.each([
    [RAIL.replace("grew", "dwindled"), RAIL, "direction"],
    [RAIL.replace("grew rapidly", "grew gradually"), RAIL, "comparison"],
    [RULE.replace("must", "is at liberty to"), RULE, "modality"],
    [RULE.replace("Every", "Some"), RULE, "quantifier"],
    [RULE.replace("front desk", "rear desk"), RULE, "direction"],
    [RULE.replace("morning", "evening"), RULE, "direction"],
  ])("says something else by an opposite: %s", (claim, text, reason) => {
    expect(reasonOf(claim, text)).toBe(reason);
  });

  it.each([
    [RAIL.replace("grew", "frolicked"), RAIL, "direction"],
    [RAIL.replace("rapidly", "languorously"), RAIL, "comparison"],
  ])("is not known to say the same with a word that no table has: %s", (claim, text, reason) => {
    expect(reasonOf(claim, text)).toBe(reason);
    expect(verifyClaim(claim, { heading: "", text })).toMatchObject({
      verdict: "unsupported",
      isSure: false,
    });
  });

  it.each([
    [RAIL.replace("grew", "expanded"), RAIL],
    [RAIL.replace("rapidly", "at a rapid pace"), RAIL],
    [RULE.replace("must", "has to"), RULE],
    [RULE.replace("must", "is required to"), RULE],
    [RULE.replace("Every visitor", "Each visitor"), RULE],
    ["The trial lasts more than 30 days.", "The trial exceeds 30 days."],
    ["Marta Lindqvist founded the company.", "The company was founded by Marta Lindqvist."],
    [
      "Das Museum in Gent wurde 1998 ins Leben gerufen.",
      "Das Museum in Gent wurde 1998 gegründet.",
    ],
    ["这座灯塔位于港口的北部，包含两个展览厅。", "这座灯塔位于港口的北部，包括两个展览厅。"],
    ["สมาคมแห่งนี้จัดตั้งขึ้นในปี 1998 โดยชาวประมง", "สมาคมแห่งนี้ก่อตั้งขึ้นในปี 1998 โดยชาวประมง"],
  ])("says the same in other words: %s", (claim, text) => {
    expect(reasonOf(claim, text)).toBeNull();
  });

  it.each([
    ["Members of the club cannot vote by post.", "Members of the club must not vote by post."],
    ["Members of the club can't vote by post.", "Members of the club cannot vote by post."],
  ])("denies alike: %s", (claim, text) => {
    expect(reasonOf(claim, text)).toBeNull();
  });
});

describe("the forms of English words", () => {
  it.each([
    [verbForms("grow"), ["grow", "grows", "growed", "growing"]],
    [verbForms("deny"), ["deny", "denies", "denied", "denying"]],
    [verbForms("omit"), ["omit", "omits", "omited", "omitted", "omiting", "omitting"]],
    [verbForms("increase"), ["increase", "increases", "increased", "increasing"]],
    [adjectiveForms("big"), ["big", "biger", "bigger", "bigest", "biggest"]],
    [adjectiveForms("busy|late"), ["busy", "busier", "busiest", "late", "later", "latest"]],
  ])("%s", (forms, expected) => {
    expect(forms.split("|")).toEqual(expected);
  });
});
