import { describe, it } from "vitest";

import type { AnswerModel, ModelPart } from "../../../src/answer/answer-model.ts";
import { Draft } from "../../../src/answer/draft.ts";
import { estimateTokens } from "../../../src/ingest/text/estimate-tokens.ts";
import { ModelUnavailable } from "../../../src/model-unavailable.ts";
import {
  answer,
  asked,
  finding,
  joinText,
  lastEvent,
  WARRANTY,
  strictFunction,
} from "./generate-cases.ts";

const finish = (unified: "stop" | "length" | "tool-calls"): ModelPart => ({
  type: "finish",
  finishReason: { unified, raw: undefined },
  usage: {
    inputTokens: { total: 5, noCache: 5, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 5, text: 5, reasoning: 0 },
  },
});
const text = (delta: string): ModelPart => ({ type: "text-delta", id: "0", delta });
const call = (toolName: string, input: string): ModelPart => ({
  type: "tool-call",
  toolCallId: `call_${input.length}`,
  toolName,
  input,
});

/** A model that makes these replies, one a call; an error is thrown. */
function replying(...replies: readonly (readonly ModelPart[] | Error)[]): AnswerModel {
  let calls = 0;
  return {
    name: "replying",
    builtIn: false,
    stream: async function* (): AsyncGenerator<ModelPart> {
      const reply = replies[calls++] ?? [];
      if (reply instanceof Error) throw reply;
      yield* reply;
    },
  };
}

const ORDER = strictFunction("order");

describe("a draft", () => {
  it("is reset to its mark any number of times", ({ expect }) => {
    const draft = new Draft(asked("?", { release: "verified" }), { canJudge: false });
    draft.markSearched(["?"], { hits: [] }, []);
    draft.put({ type: "refusal", text: "Kept." });
    const reset = draft.mark();
    for (const attempt of ["one", "two", "three"]) {
      draft.addSentence(`Attempt ${attempt}. [9]`);
      draft.put({ type: "refusal", text: attempt });
      draft.addSentence("![x](https://evil.test");
      reset();
      expect(draft.grounding()).toMatchObject({ citationsRemoved: 0 });
    }
    expect(draft.releaseAll()).toEqual([{ type: "refusal", text: "Kept." }]);
  });
});

describe("an answer without tools, after a model refused them", () => {
  it("has nothing of the attempt before it", async ({ expect }) => {
    const refused = new ModelUnavailable("request_refused", "No tools.");
    for (const release of ["verified", "sentence"] as const) {
      const model = replying(
        [text("![polluted"), call("file_search", "{}"), finish("tool-calls")],
        refused,
        [text("The warranty of the kettle lasts two years. [1]"), finish("stop")],
      );
      const { deps } = finding([WARRANTY], [model]);
      const events = await answer(deps, asked("How long?", { model: "replying", release }));
      expect(joinText(events)).toBe("The warranty of the kettle lasts two years.");
    }
  });
});

describe("a call of a strict function that the token limit cuts off", () => {
  it("leaves the answer incomplete, with the calls that are whole", async ({ expect }) => {
    const model = replying([
      text("I order."),
      call("order", '{"id":"1"}'),
      call("order", '{"id":"2'),
      finish("length"),
    ]);
    const { deps } = finding([], [model]);
    const request = asked("?", { model: "replying", functions: [ORDER], fileSearch: null });
    const events = await answer(deps, request);
    expect(joinText(events)).toBe("I order.");
    expect(events.filter(({ type }) => type === "function_call")).toMatchObject([
      { arguments: '{"id":"1"}' },
    ]);
    expect(lastEvent(events)).toMatchObject({
      outcome: "incomplete",
      incompleteReason: "max_output_tokens",
    });
  });
});

describe("the estimated usage of a call that a stop sequence ends", () => {
  it("counts all that the model wrote", async ({ expect }) => {
    const words = "some words that the model writes before it is stopped";
    const delta = `{"id":"${words}"}`;
    const cases: readonly (readonly [readonly ModelPart[], string])[] = [
      [[{ type: "refusal", text: words }], words],
      [
        [
          { type: "tool-input-start", id: "a", toolName: "order" },
          { type: "tool-input-delta", id: "a", delta },
          call("order", delta),
        ],
        delta,
      ],
      [[call("order", delta)], delta],
    ];
    for (const [parts, written] of cases) {
      const { deps } = finding([], [replying([...parts, text("one END two"), finish("stop")])]);
      const request = asked("?", { model: "replying", functions: [ORDER], fileSearch: null });
      const events = await answer(deps, { ...request, stop: ["END"] });
      expect(lastEvent(events).usage.outputTokens).toBe(
        estimateTokens("one END two") + estimateTokens(written),
      );
    }
  });
});
