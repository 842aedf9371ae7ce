import { describe, expect, it } from "vitest";

import { admitAnswer } from "../../../src/answer/admit-answer.ts";
import { answer, asked, finding, lastOf, RETURNS, textOf, WARRANTY } from "./generate-cases.ts";

const QUESTION = "How long does the warranty of the kettle last?";

describe("an answer by extractive-1", () => {
  it("quotes the evidence, and every quote stands at its span", async () => {
    const { deps } = finding([RETURNS, WARRANTY]);
    const events = await answer(deps, asked(QUESTION));

    expect(events.map((event) => event.type).slice(0, 2)).toEqual([
      "search_started",
      "search_completed",
    ]);
    expect(textOf(events)).toContain("The warranty of the kettle lasts two years.");
    expect(textOf(events)).not.toMatch(/\[\d/);
    const citations = events.flatMap((event) => (event.type === "text" ? event.citations : []));
    expect(citations.length).toBeGreaterThan(0);
    for (const { chunkId, quote, sourceStart, sourceEnd } of citations) {
      const source = [RETURNS, WARRANTY].find((hit) => hit.chunkId === chunkId);
      expect(source?.text.slice(sourceStart - 100, sourceEnd - 100)).toBe(quote);
    }
    expect(lastOf(events)).toMatchObject({
      outcome: "completed",
      grounding: { status: "grounded", citationsRemoved: 0 },
      degraded: null,
    });
  });

  it.each([
    ["Who wrote the opera about the moon?", "The sources do not support an answer"],
    ["Wer schrieb die Oper über den Mond, und wann?", "Die Quellen enthalten keine Antwort"],
    ["谁写了关于月亮的歌剧？", "现有资料不足以回答这个问题"],
  ])("abstains in the language of the question: %s", async (question, words) => {
    const events = await answer(finding([]).deps, asked(question));

    expect(textOf(events)).toContain(words);
    expect(lastOf(events)).toMatchObject({
      outcome: "completed",
      grounding: { status: "abstained", citationsVerified: 0 },
    });
  });

  it("says what it needs when no documents are named", async () => {
    const { deps, queries } = finding([WARRANTY]);
    const events = await answer(deps, asked(QUESTION, { fileSearch: null }));

    expect(queries).toEqual([]);
    expect(textOf(events)).toContain("file_search");
    expect(lastOf(events).grounding?.status).toBe("abstained");
  });

  it("searches a follow-up together with what it follows", async () => {
    const { deps, queries } = finding([WARRANTY]);
    const items = [
      { type: "message" as const, role: "user" as const, text: QUESTION },
      { type: "message" as const, role: "assistant" as const, text: "Two years." },
      { type: "message" as const, role: "user" as const, text: "And scratches?" },
    ];
    await answer(deps, asked("", { items }));

    expect(queries.join(" ")).toContain("warranty");
    expect(queries.join(" ")).toContain("And scratches?");
  });

  it("stops at a whole sentence when it may say no more", async () => {
    const events = await answer(finding([WARRANTY]).deps, asked(QUESTION, { maxOutputTokens: 1 }));

    expect(lastOf(events)).toMatchObject({
      outcome: "incomplete",
      incompleteReason: "max_output_tokens",
    });
    expect(textOf(events)).toBe("");
  });

  it("holds a verified release back until the answer is whole", async () => {
    const events = await answer(finding([WARRANTY]).deps, asked(QUESTION, { release: "verified" }));

    expect(textOf(events)).toContain("two years");
  });
});

describe("admitAnswer", () => {
  const { deps } = finding([]);
  const tool = { name: "order", description: null, parameters: null, strict: true };

  it.each([
    ["an unknown model", asked("?", { model: "gpt-99" }), "model_not_found", "model"],
    [
      "a forced function",
      asked("?", { functions: [tool], toolChoice: { type: "function", name: "order" } }),
      "model_cannot",
      "tool_choice",
    ],
    ["JSON", asked("?", { textFormat: { type: "json_object" } }), "model_cannot", "text.format"],
    [
      "a function that is not declared",
      asked("?", { toolChoice: { type: "function", name: "order" } }),
      "invalid_request",
      "tool_choice",
    ],
    [
      "two tools of one name",
      asked("?", { functions: [{ ...tool, name: "file_search" }] }),
      "invalid_request",
      "tools",
    ],
  ])("refuses %s", (_what, request, code, param) => {
    expect(admitAnswer(deps, request)).toMatchObject({ ok: false, error: { code, param } });
  });

  it("admits functions that the built-in model is free not to call", () => {
    expect(admitAnswer(deps, asked("?", { functions: [tool] })).ok).toBe(true);
  });
});
