import { describe, expect, it } from "vitest";

import { admitAnswer } from "../../../src/answer/admit-answer.ts";
import {
  answer,
  asked,
  finding,
  lastEvent,
  RETURNS,
  joinText,
  WARRANTY,
} from "./generate-cases.ts";

const QUESTION = "How long does the warranty of the kettle last?";

describe("an answer by extractive-1", () => {
  it("quotes the evidence, and every quote is found at its span", async () => {
    const { deps } = finding([RETURNS, WARRANTY]);
    const events = await answer(deps, asked(QUESTION));

    expect(events.map((event) => event.type).slice(0, 2)).toEqual([
      "search_started",
      "search_completed",
    ]);
    expect(joinText(events)).toContain("The warranty of the kettle lasts two years.");
    expect(joinText(events)).not.toMatch(/\[\d/);
    const citations = events.flatMap((event) => (event.type === "text" ? event.citations : []));
    expect(citations.length).toBeGreaterThan(0);
    for (const { chunkId, quote, sourceStart, sourceEnd } of citations) {
      const source = [RETURNS, WARRANTY].find((hit) => hit.chunkId === chunkId);
      expect(source?.text.slice(sourceStart - 100, sourceEnd - 100)).toBe(quote);
    }
    expect(lastEvent(events)).toMatchObject({
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

    expect(joinText(events)).toContain(words);
    expect(lastEvent(events)).toMatchObject({
      outcome: "completed",
      grounding: { status: "abstained", citationsVerified: 0 },
    });
  });

  it("asks for documents when the request names none", async () => {
    const { deps, queries } = finding([WARRANTY]);
    const events = await answer(deps, asked(QUESTION, { fileSearch: null }));

    expect(queries).toEqual([]);
    expect(joinText(events)).toContain("file_search");
    expect(lastEvent(events).grounding?.status).toBe("abstained");
  });

  it("searches a follow-up question together with the previous turn", async () => {
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

  it("stops after a complete sentence at the token limit", async () => {
    const events = await answer(finding([WARRANTY]).deps, asked(QUESTION, { maxOutputTokens: 1 }));

    expect(lastEvent(events)).toMatchObject({
      outcome: "incomplete",
      incompleteReason: "max_output_tokens",
    });
    expect(joinText(events)).toBe("");
  });

  it("holds a verified release back until the answer is complete", async () => {
    const events = await answer(finding([WARRANTY]).deps, asked(QUESTION, { release: "verified" }));

    expect(joinText(events)).toContain("two years");
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

  it("admits functions that the built-in model need not call", () => {
    expect(admitAnswer(deps, asked("?", { functions: [tool] })).ok).toBe(true);
  });
});
