import { describe, expect, it } from "vitest";

import { SentenceReader } from "../../../../src/answer/grounding/sentence-reader.ts";

const kindOf = (sentence: string) => new SentenceReader().read(sentence);
const kindsOf = (sentences: readonly string[]) => {
  const reader = new SentenceReader();
  return sentences.map((sentence) => reader.read(sentence));
};

describe("a sentence of an answer", () => {
  it.each([
    ["an empty line", "\n"],
    ["a rule", "---\n"],
    ["a list number", "1. "],
    ["a heading", "## The notice period is 30 days\n"],
    ["a bold heading", "**Notice period**\n"],
    ["a lead-in", "The steps are:\n"],
    ["a lead-in in a list", "- **Steps**:\n"],
    ["a Chinese lead-in", "步骤如下："],
    ["a question", "Do you want to know more?"],
    ["a Japanese question", "他にご質問はありますか？"],
    ["a greeting", "Hello!"],
    ["a German greeting", "Guten Tag!"],
    ["an announcement", "Here is what the documents say about leave."],
    ["an offer", "Let me know if you have any other questions."],
    ["a hope", "I hope this helps!"],
    ["a German hope", "Ich hoffe, das hilft Ihnen."],
    ["a Chinese hope", "希望这对您有帮助。"],
  ])("claims nothing if it is %s", (_name, sentence) => {
    expect(kindOf(sentence)).toBe("plain");
  });

  it.each([
    ["in a list", "- The notice period is 30 days."],
    ["in bold", "**The notice period is 30 days.**"],
    ["of one word", "Yes."],
    ["of a number", "42"],
    ["in German", "Die Kündigungsfrist beträgt 30 Tage."],
    ["in Chinese", "通知期为30天。"],
    ["in Thai", "ระยะเวลาแจ้งล่วงหน้า 30 วัน"],
    ["after a courtesy", "Sure, the notice period is 60 days."],
    ["with an absence and a number", "The documents do not say it, but it is 60 days."],
    ["about nobody", "Nobody knows why."],
    [
      "with 'here is'",
      "Here is the fact: it lasts two years and covers batteries, cables and screens of every device.",
    ],
  ])("claims something %s", (_name, sentence) => {
    expect(kindOf(sentence)).toBe("claim");
  });

  it.each([
    ["English", "The documents do not say who wrote Hamlet."],
    ["English, of the writer", "I could not find anything about that."],
    ["English, without a verb", "I found nothing about that."],
    ["German", "Die Dokumente enthalten keine Angaben dazu."],
    ["French", "Les documents ne mentionnent pas Hamlet."],
    ["Spanish", "Los documentos no mencionan Hamlet."],
    ["Italian", "I documenti non contengono questa informazione."],
    ["Chinese", "文档中没有提到哈姆雷特。"],
    ["Japanese", "資料にはハムレットについての記載がありません。"],
    ["Thai", "เอกสารไม่ได้ระบุผู้แต่งแฮมเล็ต"],
    ["Arabic", "لا تتضمن المصادر إجابة عن هذا السؤال."],
    ["Russian", "В документах не указано, кто написал «Гамлета»."],
  ])("says that the documents do not say something, in %s", (_language, sentence) => {
    expect(kindOf(sentence)).toBe("absence");
  });
});

describe("the sentences of an answer", () => {
  it("claim nothing in a block of code, and claim again after it", () => {
    expect(
      kindsOf(["```js\n", "print(a[1]);\n", "It is code.\n", "```\n", "It is a claim.\n"]),
    ).toEqual(["plain", "plain", "plain", "plain", "claim"]);
  });

  it.each([
    ["in a list", ["- ```js\n", "  start();\n", "  ```\n"]],
    ["with a longer fence around a shorter one", ["````\n", "```\n", "````\n"]],
    ["with tildes around backticks", ["~~~\n", "```\n", "~~~\n"]],
    ["with a fence that names a language inside", ["```\n", "```js\n", "```\n"]],
  ])("claim again after a block of code %s", (_name, block) => {
    expect(kindsOf([...block, "It is a claim.\n"])).toEqual([...block.map(() => "plain"), "claim"]);
  });

  it("claim something in the line after a block of code that is one sentence with it", () => {
    expect(kindsOf(["```\nstart();", "```\nIt is a claim."])).toEqual(["plain", "claim"]);
    expect(kindOf("~~~\nstart();\n~~~\nIt is a claim.")).toBe("claim");
  });

  it("claim something in each row of a table but the first", () => {
    const rows = ["| Rule | Days |\n", "| --- | --- |\n", "| Notice | 30 |\n"];
    expect(kindsOf([...rows, "Text follows.\n", ...rows])).toEqual([
      "plain",
      "plain",
      "claim",
      "claim",
      "plain",
      "plain",
      "claim",
    ]);
  });
});
