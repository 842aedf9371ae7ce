import { describe, expect, it } from "vitest";

import {
  FIRST_ANALYZER,
  chunkTerms,
  questionTerms,
} from "../../../src/retrieval/analysis/analyzer.ts";
import { indexTerms } from "../../../src/retrieval/tokenize.ts";

describe("indexTerms", () => {
  it.each([
    ["stems English and leaves out stop words", "The cats were running", ["cat", "were", "run"]],
    ["splits at punctuation", "foo_bar-baz,1.5 A/B", ["foo", "bar", "baz", "1", "5", "b"]],
    ["cuts what English writes after an apostrophe", "Newton’s don't", ["newton", "don"]],
    ["finds the word after a French elision", "l’été d'août", ["l", "et", "d", "aout"]],
    [
      "folds case, accents and compatibility forms",
      "ﬁne Ｔｏｋｙｏ ÉCLAIR",
      ["fine", "tokyo", "eclair"],
    ],
    ["spells German letters out", "Straße größer", ["strass", "grosser"]],
    ["keeps Cyrillic words", "Москва Ёлка", ["москва", "елка"]],
    ["matches Greek words with any final sigma", "ΛΌΓΟΣ λόγος", ["λογοσ", "λογοσ"]],
    ["leaves out Arabic vowel points, tatweel and article", "الكِتَابُ كتـــاب", ["كتاب", "كتاب"]],
    ["takes alef with hamza for alef", "أحمد", ["احمد"]],
    ["cuts Thai by its dictionary and keeps vowels whole", "ดื่มน้ำ", ["ดื่ม", "น้ำ"]],
    ["cuts Chinese by its dictionary", "机器翻译", ["机器", "翻译"]],
    ["cuts Japanese and keeps voicing marks", "ガラスの本", ["ガラス", "の", "本"]],
    ["stems Latin words between Chinese ones", "使用Workers部署", ["使用", "worker", "部署"]],
    ["sees Korean words through their particles", "도서관에서", ["도서", "서관", "관에", "에서"]],
    ["keeps Devanagari vowel signs", "हिन्दी", ["हिन्दी"]],
    ["gives nothing for marks alone", "?! — … 👍", []],
  ])("%s", (_, text, terms) => {
    expect(indexTerms(text)).toEqual(terms);
  });

  it("returns the same terms for composed and decomposed text", () => {
    for (const text of ["Ångström naïve", "한국어 문서", "がぎぐ", "tiếng Việt", "น้ำ"]) {
      expect(indexTerms(text.normalize("NFD"))).toEqual(indexTerms(text.normalize("NFC")));
    }
  });

  it("returns only terms that a posting store does not split", () => {
    const text = "a\"b'c*d:e^f(g)h-i_j#k\\l\u0000m naïve น้ำ 東京 ";
    for (const term of indexTerms(text)) expect(term).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
  });

  it("keeps a term short when a text has no spaces", () => {
    expect(indexTerms("x".repeat(1_000_000)).map((term) => term.length)).toEqual([64]);
  });
});

describe("questionTerms", () => {
  it("counts repeated words in the order of their first occurrence", () => {
    expect([...questionTerms(FIRST_ANALYZER, "red blue reds")]).toEqual([
      ["red", 2],
      ["blue", 1],
    ]);
  });
});

describe("chunkTerms", () => {
  it("puts the heading's words before the text's", () => {
    expect(chunkTerms(FIRST_ANALYZER, { heading: "Title", text: "body" })).toEqual([
      "titl",
      "bodi",
    ]);
    expect(chunkTerms(FIRST_ANALYZER, { heading: "", text: "body" })).toEqual(["bodi"]);
  });
});
