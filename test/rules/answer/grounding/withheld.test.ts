import { describe, expect, it } from "vitest";

import { EVIDENCE_DEFAULT } from "../../../../src/knowledge/project-settings.ts";
import { answer, asked, finding, joinText, lastEvent } from "../generate-cases.ts";
import { HANDBOOK, saying, STRICT } from "./saying-model.ts";

const TRUE = "The notice period is 30 days. [1]";
const FALSE = "The notice period is 60 days. [1]";
const UNRELATED = "Whales sing in the deep ocean. [1]";
const ABSTENTION = "The sources do not support an answer to this question.";

describe("a sentence that its passage contradicts", () => {
  it("is withheld in every project, and counted with the reason", async () => {
    for (const given of [{}, STRICT]) {
      const { text, grounding } = await saying(`${TRUE} ${FALSE}`, given);

      expect(text).toBe("The notice period is 30 days.");
      expect(grounding).toMatchObject({
        status: "partial",
        citationsVerified: 1,
        citationsRemoved: 1,
        sentencesWithheld: 1,
        removals: [
          { reason: "number", fileId: "file-handbook", chunkId: "handbook", sentence: null },
        ],
      });
    }
  });

  it("leaves an abstention in the question's language, if it was all of the answer", async () => {
    const english = await saying(FALSE);
    const german = await saying(FALSE, { question: "Wie lang ist die Frist und wer kündigt?" });

    expect(english.text).toBe(ABSTENTION);
    expect(german.text).toBe("Die Quellen enthalten keine Antwort auf diese Frage.");
    expect(english.grounding).toMatchObject({ status: "abstained", confidence: 0 });
    expect(english.outcome).toBe("completed");
  });

  it("leaves an abstention after a lead-in that was sent", async () => {
    const { text, grounding } = await saying(`The rules are:\n- ${FALSE}\n`);

    expect(text).toBe(`The rules are:\n\n${ABSTENTION}`);
    expect(grounding?.status).toBe("abstained");
  });

  it("keeps the paragraphs around it apart", async () => {
    const { text } = await saying(`${TRUE} ${FALSE}\n\nThe office opens at eight. [1]`);
    const list = await saying(`- ${TRUE}\n- ${FALSE}\n- The office opens at eight. [1]`);

    expect(text).toBe("The notice period is 30 days. \n\nThe office opens at eight.");
    const first = await saying(`${FALSE}\n\nThe office opens at eight. [1]`);
    expect(first.text).toBe("The office opens at eight.");
    expect(list.text).toBe("- The notice period is 30 days.\n- The office opens at eight.");
  });

  it("is sent when another passage supports it, with that citation alone", async () => {
    const other = { ...HANDBOOK, chunkId: "other", text: "The notice period is 60 days." };
    const { text, cited, grounding } = await saying("The notice period is 60 days. [1][2]", {
      hits: [HANDBOOK, other],
    });

    expect(text).toBe("The notice period is 60 days.");
    expect(cited).toEqual([["The notice period is 60 days."]]);
    expect(grounding).toMatchObject({ status: "partial", citationsRemoved: 1 });
  });
});

/** Lets a model cite a passage with this text for “Overtime is paid.” */
const citeOvertime = async (text: string) => {
  const { cited } = await saying("Overtime is paid. [1]", { hits: [{ ...HANDBOOK, text }] });
  return cited;
};

describe("a sentence that is in its passage word for word", () => {
  it("is cited at its place, whatever is around it", async () => {
    for (const text of [
      "Overtime is paid.",
      'Who?\nOvertime is paid.\n{"a":7}',
      "No. Overtime is paid. b",
    ]) {
      expect(await citeOvertime(text)).toEqual([["Overtime is paid."]]);
    }
  });

  it("is not, if the words are a part of another sentence", async () => {
    expect(await citeOvertime("It is not true that Overtime is paid. Nobody gets it.")).toEqual([
      [],
    ]);
  });
});

describe("a sentence in another language than its passage", () => {
  it.each([
    ["Japanese", "通知期間は30日です。[1]", "通知期間は60日です。[1]"],
    ["Chinese", "通知期为30天。[1]", "通知期为60天。[1]"],
    [
      "German",
      "Die Frist für eine Kündigung ist 30 Tage. [1]",
      "Die Frist für eine Kündigung ist 60 Tage. [1]",
    ],
    ["Thai", "ระยะเวลาแจ้งล่วงหน้าคือ 30 วัน [1]", "ระยะเวลาแจ้งล่วงหน้าคือ 60 วัน [1]"],
  ])(
    "keeps its citation in %s, if the numbers agree, and is partial",
    async (_name, right, wrong) => {
      const agreeing = await saying(right);
      const differing = await saying(wrong);

      expect(agreeing.grounding).toMatchObject({ status: "partial", citationsVerified: 1 });
      expect(agreeing.text).toContain("30");
      expect(differing.grounding).toMatchObject({ citationsVerified: 0, citationsRemoved: 1 });
    },
  );
});

describe("the markup of a sentence", () => {
  it("is no part of what it claims, but a bare URL is", async () => {
    const marked =
      "![a. b](https://a.example/b) <b>The</b> [notice](https://a.example/c) period is **30 days**. [1]";
    const bare = "The notice period at https://a.example/c is 30 days. [1]";

    expect((await saying(marked)).grounding).toMatchObject({ citationsVerified: 1 });
    expect((await saying(bare)).grounding).toMatchObject({ citationsVerified: 0 });
  });
});

describe("a sentence that its passage does not support", () => {
  it("is sent without its citation", async () => {
    const { text, grounding } = await saying(`${TRUE} ${UNRELATED} Nobody knows. [7]`);

    expect(text).toBe("The notice period is 30 days. Whales sing in the deep ocean. Nobody knows.");
    expect(grounding).toMatchObject({
      status: "partial",
      citationsRemoved: 2,
      sentencesWithheld: 0,
      removals: [
        { fileId: "file-handbook", sentence: "Whales sing in the deep ocean." },
        { reason: "no_passage", fileId: null, chunkId: null, sentence: "Nobody knows." },
      ],
    });
  });

  it("is withheld where the project demands grounding, as is one that cites nothing", async () => {
    const { text, grounding } = await saying(`${TRUE} ${UNRELATED} Whales sing.`, STRICT);

    expect(text).toBe("The notice period is 30 days.");
    expect(grounding).toMatchObject({ status: "partial", sentencesWithheld: 2 });
  });

  it("is listed with at most 20 others, and always counted", async () => {
    const { grounding } = await saying("Whales sing in the deep ocean. [1] ".repeat(30));

    expect(grounding?.citationsRemoved).toBe(30);
    expect(grounding?.removals).toHaveLength(20);
  });

  it("is listed with no more than 200 characters", async () => {
    const { grounding } = await saying(`Whales sing ${"deep ".repeat(100)}. [1]`);

    expect(grounding?.removals?.[0]?.sentence).toHaveLength(200);
  });
});

describe("an answer that cites nothing", () => {
  it("is ungrounded, and an abstention where the project demands grounding", async () => {
    const question = "Who wrote Hamlet?";
    const said = "William Shakespeare wrote Hamlet.";
    const report = await saying(said, { question });
    const strict = await saying(said, { question, ...STRICT });

    expect(report).toMatchObject({ text: said, grounding: { status: "ungrounded" } });
    expect(strict).toMatchObject({ text: ABSTENTION, grounding: { status: "abstained" } });
  });

  it("is an abstention in every project if no passages were found", async () => {
    const { text, grounding } = await saying("William Shakespeare wrote Hamlet.", { hits: [] });

    expect(text).toBe(ABSTENTION);
    expect(grounding).toMatchObject({ status: "abstained", sentencesWithheld: 1 });
  });

  it("stays as it is if no passages were found and functions may be its source", async () => {
    const tool = { name: "f", description: null, parameters: null, strict: false };
    const change = { functions: [tool], toolChoice: { type: "file_search" } as const };
    const { text } = await saying("It is 20 degrees in Paris.", { hits: [], change });

    expect(text).toBe("It is 20 degrees in Paris.");
  });

  it("is an abstention if it only says that the documents do not say it", async () => {
    const said = "The documents do not say who wrote Hamlet.";
    const { text, grounding } = await saying(said);

    expect(text).toBe(said);
    expect(grounding?.status).toBe("abstained");
  });

  it("says nothing else where the project demands grounding, in whatever form", async () => {
    for (const said of [
      "## The notice period is 60 days\n",
      "Did you know that the notice period is 60 days?",
      "The notice period of 60 days applies as follows:\n",
      "```\nThe notice period is 60 days.\n```\n",
      "[none] The documents do not say it. The notice period is 60 days.",
    ]) {
      const { text, grounding } = await saying(said, STRICT);
      expect(text).toBe(ABSTENTION);
      expect(grounding?.status).toBe("abstained");
    }
  });
});

describe("the built-in model", () => {
  it("is not withheld, and abstains as ever where nothing was found", async () => {
    for (const grounding of ["report", "strict"] as const) {
      const { deps } = finding([HANDBOOK]);
      const evidencePolicy = { ...EVIDENCE_DEFAULT, grounding };
      const found = await answer(deps, asked("How long is the notice period?", { evidencePolicy }));
      const nothing = await answer(finding([]).deps, asked("Who wrote it?", { evidencePolicy }));

      expect(joinText(found)).toBe("The notice period is 30 days.");
      expect(lastEvent(found).grounding).toMatchObject({ status: "grounded" });
      expect(joinText(nothing)).toBe(ABSTENTION);
      expect(lastEvent(nothing).grounding).toMatchObject({
        status: "abstained",
        sentencesWithheld: 0,
      });
    }
  });
});

describe("sentences that claim nothing", () => {
  const LIST = `Hello! Here is what the documents say.\n\n## Rules\n\nThe rules are:\n\n1. ${TRUE}\n2. Employees have 28 days of annual leave. [1]\n\nDo you need more?`;
  const SENT = LIST.replaceAll(" [1]", "");

  it("need no citation", async () => {
    for (const given of [{}, STRICT]) {
      const { text, grounding } = await saying(LIST, given);
      expect(text).toBe(SENT);
      expect(grounding).toMatchObject({ status: "grounded", sentencesWithheld: 0 });
    }
  });

  it("wait for a sentence with a source only where the project demands grounding", async () => {
    const { events } = await saying(LIST);
    expect(events.find((event) => event.type === "text")).toMatchObject({
      text: "Hello!",
      citations: [],
    });
    const { text } = await saying("Hello! The office opens at eight. [1]", STRICT);
    expect(text).toBe("Hello! The office opens at eight.");
  });

  it("are the reply to small talk, also where the project demands grounding", async () => {
    const said = "I am an assistant, and answer questions about your documents.";
    const { text, grounding } = await saying(said, { question: "Hi, who are you?", ...STRICT });

    expect(text).toBe(said);
    expect(grounding).toBeNull();
  });
});

describe("an answer without documents", () => {
  it("is not checked, also where the project demands grounding", async () => {
    const { text, grounding } = await saying("Whales sing. [1]", {
      ...STRICT,
      change: { fileSearch: null },
    });

    expect(text).toBe("Whales sing. [1]");
    expect(grounding).toBeNull();
  });
});

describe("the whole answer at once", () => {
  it("is the same as sentence by sentence", async () => {
    const text = `The rules are:\n\n- ${TRUE}\n- ${FALSE}\n- ${UNRELATED}\n`;
    for (const given of [{}, STRICT]) {
      const parts = await saying(text, given);
      const whole = await saying(text, { ...given, change: { release: "verified" } });
      expect(whole.text).toBe(parts.text);
      expect(whole.grounding).toEqual(parts.grounding);
    }
  });

  it("ends before a stop sequence, and what comes after it is not counted", async () => {
    const { text, grounding } = await saying(`${TRUE} STOP ${FALSE}`, {
      change: { stop: ["STOP"] },
    });

    expect(text).toBe("The notice period is 30 days.");
    expect(grounding).toMatchObject({ status: "grounded", citationsRemoved: 0 });
  });
});
