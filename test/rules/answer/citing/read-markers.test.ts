import { describe, expect, it } from "vitest";

import { readMarkers } from "../../../../src/answer/citing/read-markers.ts";
import { WholeSentences } from "../../../../src/answer/citing/spoken-text.ts";

/** Reads a sentence of a reply that was given nine passages and has used no clear marker before. */
const read = (sentence: string, passages = 9) => readMarkers(sentence, "any", passages);

describe("a clear marker", () => {
  it.for<[string, number[]]>([
    ["[1]", [1]],
    ["[ 1 ]", [1]],
    ["[1, 3]", [1, 3]],
    ["[1,3]", [1, 3]],
    ["[1;3]", [1, 3]],
    ["[1、3]", [1, 3]],
    ["[1 and 3]", [1, 3]],
    ["[1-3]", [1, 2, 3]],
    ["[1–3]", [1, 2, 3]],
    ["[1—3, 7]", [1, 2, 3, 7]],
    ["[3-1]", [3, 1]],
    ["[1-900]", [1, 900]],
    ["[1][3]", [1, 3]],
    ["[1] [3]", [1, 3]],
    ["[1], [3]", [1, 3]],
    ["[1] and [3]", [1, 3]],
    ["[[1]]", [1]],
    ["\\[1\\]", [1]],
    ["[#2]", [2]],
    ["[^1]", [1]],
    ["[^1^][^2^]", [1, 2]],
    ["[^1][^2]", [1, 2]],
    ["[99]", [99]],
    ["[1, 1]", [1]],
    ["【1】", [1]],
    ["【1†source】", [1]],
    ["【2:0†source】", [2]],
    ["【1†L3-L5】", [1]],
    ["【13:2†handbook 2.md】【1†a】", [13, 1]],
    ["[1†source]", [1]],
    ["[1†L3-L5]", [1]],
    ["［1］", [1]],
    ["［１，３］", [1, 3]],
    ["[١]", [1]],
    ["[Passage 1]", [1]],
    ["[passage 1]", [1]],
    ["[Passages 1 and 2]", [1, 2]],
    ["[Passage 1, Passage 2]", [1, 2]],
    ["[Source 1]", [1]],
    ["[source: 1]", [1]],
    ["[Sources 1-3]", [1, 2, 3]],
    ["[Doc 1]", [1]],
    ["[Document 1]", [1]],
    ["[ref. 1]", [1]],
    ["[citation:1]", [1]],
    ["[Quelle 1]", [1]],
    ["[fuente 2]", [2]],
    ["[来源1]", [1]],
    ["【出典 1】", [1]],
    ["[출처 1]", [1]],
    ["[источник 1]", [1]],
    ["[المصدر 1]", [1]],
    ["(Passage 1)", [1]],
    ["(passages 1, 2)", [1, 2]],
    ["(Source 1)", [1]],
    ["(see Passage 1)", [1]],
    ["（来源：1）", [1]],
    ["(see [1])", [1]],
    ["(see [1] and [2])", [1, 2]],
    ["(siehe [1], [2])", [1, 2]],
    ["(cf. [1])", [1]],
    ["(Source: [1])", [1]],
    ["([1])", [1]],
    ["（参见[1]）", [1]],
    ["<sup>[1]</sup>", [1]],
    ["**[1]**", [1]],
    ["_[1]_", [1]],
  ])("is taken out: %s", ([marker, numbers]) => {
    for (const sentence of [
      `It takes 30 days ${marker}.`,
      `It takes 30 days. ${marker}`,
      `It takes 30 days. ${marker} `,
      `- It takes 30 days. ${marker}\n`,
      `| Time | 30 days ${marker} |\n`,
      `${marker} It takes 30 days.`,
    ]) {
      const { text, numbers: found } = read(sentence);
      const left = sentence.replace(marker, "").replaceAll(/\s+/g, "");
      expect([sentence, text.replaceAll(/\s+/g, ""), found]).toEqual([sentence, left, numbers]);
    }
    expect(readMarkers(`It takes 30 days ${marker}.`, "clear", 9).numbers).toEqual(numbers);
  });

  it.for([
    ["Rome fell [1].", "Rome fell."],
    ["Paris[1].", "Paris."],
    ["北京是首都[1]。", "北京是首都。"],
    ["Rome fell. [1].", "Rome fell."],
    ["Rome fell. [1] ", "Rome fell. "],
    ["[1] Rome fell.", "Rome fell."],
    ["- [1] Rome fell.", "- Rome fell."],
    ["Rome fell [1], Carthage too [2].", "Rome fell, Carthage too."],
    ["In 2020[1] it fell.", "In 2020 it fell."],
    ["It's[1] so.", "It's so."],
    ["The employee(s)[1] leave.", "The employee(s) leave."],
    ["Vitamin C[1].", "Vitamin C."],
    ["Take vitamin C[1], please.", "Take vitamin C, please."],
    ["The iPhone[1].", "The iPhone."],
    ["See Node.js[1] or example.com[2].", "See Node.js or example.com."],
    ["It costs $5 [1] or $10 [2].", "It costs $5 or $10."],
    ["It costs $5 [1] and 6$ [2].", "It costs $5 and 6$."],
    ["An odd ` tick [1].", "An odd ` tick."],
    ["Use `a[1]` here [2].", "Use `a[1]` here."],
    ["The value $a[1]$ is here [2].", "The value $a[1]$ is here."],
    ["[The terms [1]](https://example.com)", "[The terms](https://example.com)"],
    ["| Source | [1] |", "| Source | |"],
    ["| Days | 30 | [1] |", "| Days | 30 | |"],
    ["As [1]: it fell.", "As: it fell."],
    ["Is it so[1]?", "Is it so?"],
    ["**It is so [1-2]**", "**It is so**"],
  ])("leaves nothing behind: %s", ([sentence = "", text]) => {
    expect(read(sentence).text).toBe(text);
    expect(read(sentence).numbers.length).toBeGreaterThan(0);
  });
});

describe("a bracket that is no marker", () => {
  it.for([
    "print(a[1], a[2])",
    "print(items[1], items[2])",
    "Use `print(a[1], a[2])` and ``b[`1`] [2]``.",
    "```js\nprint(a[1], [2])\n```\n",
    "Set a[1] to x[2], or a[0][1].",
    "A[1], B[2] = 5",
    "The call f(x)[1] and rows[i][2].",
    "Read arr[1], items[0] and max_items[2] first.",
    "Then users[1] = 5 and users[2].name too.",
    "See [1](https://example.com) and [2](<a b>).",
    "See [[1]](https://example.com/a_(b)).",
    "See [this](https://example.com/a[1]?b=[2]).",
    "![1](https://example.com/a.png)",
    "[1]: https://example.com\n",
    "[^1]: Handbook, page 3.\n",
    "The formula $x[1] + y_[2]$ is known.",
    "The formula $$x [1]$$ is \\(y [2]\\) and \\[z [3]\\].",
    "$$\nx [1]\n",
    "In the interval [1, 3], x ∈ [1, 2] and [1, 2] ∪ [3, 4].",
    "It matches [0-9] and [1-9]{2} and [1-9]\\d.",
    "| 1 | [2] | 3 |",
    "| Loss | 5 | (12) | (3) |",
    "| Loss | [1] | [2] |",
    "In [2020] or [10:30] or [x] or [citation needed] or 【注意】.",
    "Call [555-1234].",
  ])("stays: %s", (sentence) => {
    expect(read(sentence)).toEqual({ text: sentence, numbers: [] });
  });
});

describe("a number in parentheses or a raised one", () => {
  it.for<[string, string, number[]]>([
    ["It takes 30 days (1).", "It takes 30 days.", [1]],
    ["It takes 30 days. (1)", "It takes 30 days.", [1]],
    ["It takes 30 days. (1, 3) ", "It takes 30 days. ", [1, 3]],
    ["It takes 30 days (1)(3).", "It takes 30 days.", [1, 3]],
    ["It takes days (1), not weeks (2).", "It takes days, not weeks.", [1, 2]],
    ["It takes thirty (30) days (1).", "It takes thirty (30) days.", [1]],
    ["It began in 2020 (1).", "It began in 2020.", [1]],
    ["北京是首都（1）。", "北京是首都。", [1]],
    ["東京です（１）。", "東京です。", [1]],
    ["It takes 30 days. ¹", "It takes 30 days.", [1]],
    ["It takes 30 days ¹.", "It takes 30 days.", [1]],
    ["It takes 30 days. <sup>1</sup> ", "It takes 30 days. ", [1]],
    ["It takes 30 days.¹", "It takes 30 days.", [1]],
    ["It takes 30 days.¹² ", "It takes 30 days. ", [1, 2]],
    ["It takes 30 days¹ ².", "It takes 30 days.", [1, 2]],
    ["It takes days¹, not weeks²⁻⁴.", "It takes days, not weeks.", [1, 2, 3, 4]],
    ["The period³ is long.", "The period is long.", [3]],
    ["Rome fell<sup>1</sup>.", "Rome fell.", [1]],
    ["Rome fell.<sup>1, 2</sup><sup>3</sup>", "Rome fell.", [1, 2, 3]],
    ["北京是首都¹。", "北京是首都。", [1]],
  ])("is a marker: %s", ([sentence, text, numbers]) => {
    expect(read(sentence)).toEqual({ text, numbers });
    expect(readMarkers(sentence, "clear", 9)).toEqual({ text: sentence, numbers: [] });
  });

  it("is one number if there are enough passages", () => {
    expect(read("It takes 30 days.¹²", 12).numbers).toEqual([12]);
  });

  it.for([
    "(1) First, (2) second.",
    "Do this: (1) open it, (2) close it (3).",
    "It depends on § 5 (1).",
    "See Art. 3 (2), Section (4), Figure (1) and Abs. (2).",
    "It has five (5).",
    "It was so (2020).",
    "Call +49 (0)30 1234.",
    "The value f(1).",
    "It has 20 m² and 3 km².",
    "It has 10² and x³ and (a+b)².",
    "It has 10<sup>6</sup> m<sup>2</sup>, the 1<sup>st</sup>.",
    "It takes 30 days (12).",
    "It takes 30 days.⁰",
    "x = (1).",
    "The ¹ is a mark.",
    "| Loss | (3) |",
    "Use `f (1)`. The sum $a (1)$.",
  ])("stays: %s", (sentence) => {
    expect(read(sentence)).toEqual({ text: sentence, numbers: [] });
  });

  it("stays beside a clear marker", () => {
    expect(read("The cases (1) and rooms of 20 ft² (2). [3]")).toEqual({
      text: "The cases (1) and rooms of 20 ft² (2).",
      numbers: [3],
    });
  });
});

describe("other forms of reading", () => {
  it("leaves a block alone", () => {
    expect(readMarkers("a [1] = b\n", "none", 9)).toEqual({ text: "a [1] = b\n", numbers: [] });
  });

  it("takes only the last markers of what the built-in model quotes", () => {
    const { sentences } = new WholeSentences().push("Rome fell [3]. (1) [1][2] ");
    expect(sentences.map(({ text, forms }) => readMarkers(text, forms, 9))).toEqual([
      { text: "Rome fell [3]. (1) ", numbers: [1, 2] },
    ]);
  });
});
