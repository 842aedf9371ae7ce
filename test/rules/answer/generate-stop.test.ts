import { describe, it } from "vitest";

import type { AnswerModel, ModelPart } from "../../../src/answer/answer-model.ts";
import { answer, asked, finding, joinText, lastEvent, WARRANTY } from "./generate-cases.ts";

/** A model that streams a text in deltas of `size` characters, and records how many were read. */
function streaming(text: string, size: number) {
  const read = { deltas: 0, isClosed: false };
  const model: AnswerModel = {
    name: "streaming",
    builtIn: false,
    stream: async function* (): AsyncGenerator<ModelPart> {
      try {
        for (let at = 0; at < text.length; at += size) {
          read.deltas += 1;
          yield { type: "text-delta", id: "0", delta: text.slice(at, at + size) };
        }
        yield FINISH;
      } finally {
        read.isClosed = true;
      }
    },
  };
  return { model, read };
}

const FINISH: ModelPart = {
  type: "finish",
  finishReason: { unified: "stop", raw: "stop" },
  usage: {
    inputTokens: { total: 5, noCache: 5, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 5, text: 5, reasoning: 0 },
  },
};

const PLAIN = { model: "streaming", fileSearch: null } as const;
const CITED = { model: "streaming", toolChoice: { type: "file_search" } } as const;
const SENTENCES =
  "The warranty of the kettle lasts two years. [1] Scratches are not covered. [1] END More.";

describe("an answer with stop sequences", () => {
  it("ends before the sequence, in deltas of any size, and completes", async ({ expect }) => {
    const text = "First line.\nSecond line.\nEND Third line.";
    for (let size = 1; size <= text.length; size++) {
      const { deps } = finding([], [streaming(text, size).model]);
      const events = await answer(deps, asked("?", { ...PLAIN, stop: ["END", "Third"] }));
      expect({ size, text: joinText(events) }).toEqual({
        size,
        text: "First line.\nSecond line.",
      });
      expect(lastEvent(events)).toMatchObject({ outcome: "completed", incompleteReason: null });
    }
  });

  it("ends the model's call, and estimates the usage that the model did not report", async ({
    expect,
  }) => {
    const { model, read } = streaming(`one two END ${"word ".repeat(10_000)}`, 4);
    const { deps } = finding([], [model]);
    const events = await answer(deps, asked("?", { ...PLAIN, stop: ["END"] }));
    expect(read).toEqual({ deltas: 3, isClosed: true });
    const { usage } = lastEvent(events);
    expect(usage.outputTokens).toBe(3);
    expect(usage.inputTokens).toBeGreaterThan(0);
  });

  it("keeps the citations of the sentences before it, and counts only those", async ({
    expect,
  }) => {
    const { deps } = finding([WARRANTY], [streaming(SENTENCES, 3).model]);
    const events = await answer(deps, asked("How long?", { ...CITED, stop: ["\nX", "Scratches"] }));
    expect(joinText(events)).toBe("The warranty of the kettle lasts two years.");
    expect(lastEvent(events).grounding).toMatchObject({ status: "grounded", citationsVerified: 1 });
  });

  it("finds a sequence across the marker of a citation, as the reader would see it", async ({
    expect,
  }) => {
    const { deps } = finding([WARRANTY], [streaming(SENTENCES, 3).model]);
    const events = await answer(deps, asked("How long?", { ...CITED, stop: ["years. Scratches"] }));
    expect(joinText(events)).toBe("The warranty of the kettle lasts two");
  });

  it("does not abstain or search again when the sequence comes first", async ({ expect }) => {
    const { deps, queries } = finding([WARRANTY], [streaming("END and more", 2).model]);
    const events = await answer(deps, asked("How long?", { ...CITED, stop: ["END"] }));
    expect(joinText(events)).toBe("");
    expect(queries).toHaveLength(1);
    expect(lastEvent(events).outcome).toBe("completed");
  });

  it("sends the text that was held back when the model ends", async ({ expect }) => {
    for (const release of ["sentence", "verified"] as const) {
      const { deps } = finding([], [streaming("The EN", 2).model]);
      const events = await answer(deps, asked("?", { ...PLAIN, stop: ["END"], release }));
      expect(joinText(events)).toBe("The EN");
    }
  });

  it("applies to the built-in model", async ({ expect }) => {
    const { deps } = finding([WARRANTY]);
    const whole = await answer(deps, asked("How long is the warranty?"));
    expect(joinText(whole)).toContain("two years");
    const events = await answer(deps, asked("How long is the warranty?", { stop: ["two years"] }));
    expect(joinText(events)).toBe("The warranty of the kettle lasts");
    expect(lastEvent(events)).toMatchObject({
      outcome: "completed",
      grounding: { status: "grounded", confidence: lastEvent(whole).grounding?.confidence },
    });
  });
});
