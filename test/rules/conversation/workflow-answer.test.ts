import { describe, expect, it } from "vitest";

import { AllowedLinks } from "../../../src/answer/output/allowed-links.ts";
import { toAnswerRequest } from "../../../src/conversation/answer-request-of.ts";
import { toItem } from "../../../src/conversation/input-item.ts";
import { CreateResponseBody } from "../../../src/conversation/response-request.ts";
import {
  readWorkflowAnswer,
  buildWorkflowInput,
} from "../../../src/conversation/workflow-answer.ts";
import { OUTPUT_DEFAULT } from "../../../src/knowledge/project-settings.ts";

const RULES = {
  links: new AllowedLinks(OUTPUT_DEFAULT, () => []),
  format: "text" as const,
  stops: [],
};
const { workflow: _workflow, ...REQUEST } = CreateResponseBody.parse({ model: "m", input: "q" });

/** Formats the input of a workflow with these turns, alternating between user and assistant. */
const formatInput = (...turns: readonly string[]) => {
  const items = turns.flatMap((content, index) => {
    const role = index % 2 === 0 ? ("user" as const) : ("assistant" as const);
    return toItem({ type: "message", role, content }, () => String(index)) ?? [];
  });
  return buildWorkflowInput(toAnswerRequest(REQUEST, items), { who: "me" });
};

describe("the input of a workflow that answers", () => {
  it("contains the question and the earlier turns", () => {
    expect(formatInput("One", "1", "Two")).toEqual({
      question: "Two",
      history: [
        { role: "user", text: "One" },
        { role: "assistant", text: "1" },
      ],
      model: "m",
      instructions: null,
      vector_store_ids: [],
      metadata: { who: "me" },
    });
  });

  it("omits the oldest turns when all turns would not fit into a row", () => {
    const long = "x".repeat(200_000);
    const { history } = formatInput(long, "a", long, "b", long, "c", "And now?");

    expect(history.map(({ text }) => text.length)).toEqual([1, 200_000, 1, 200_000, 1]);
  });
});

describe("the output of a workflow that answers", () => {
  it("may be the output of generate@1", () => {
    const generated = {
      text: "Cut sh",
      incomplete_reason: "max_output_tokens",
      usage: { input_tokens: 3, output_tokens: 2, input_tokens_details: { cached_tokens: 1 } },
      degraded: { from: "large", reason: "timeout" },
      grounding: { status: "partial", confidence: 0.5 },
      more: "is not read",
    };
    const answer = readWorkflowAnswer(generated, RULES);

    expect(answer).toEqual({
      ok: true,
      value: {
        facts: [{ type: "text", text: "Cut sh", citations: [] }],
        end: {
          type: "finished",
          outcome: "incomplete",
          incompleteReason: "max_output_tokens",
          usage: { inputTokens: 3, outputTokens: 2, cachedTokens: 1, reasoningTokens: 0 },
          degraded: { from: "large", reason: "timeout" },
          grounding: {
            status: "partial",
            confidence: 0.5,
            citationsVerified: 0,
            citationsRemoved: 0,
          },
        },
      },
    });
  });

  it("ends before a stop sequence, with the citations of what is left", () => {
    const output = { text: "One. Two. END", citations: [cite(0, 4), cite(5, 9)] };
    const answer = readWorkflowAnswer(output, { ...RULES, stops: ["Two"] });
    expect(answer.ok && answer.value).toMatchObject({
      facts: [{ type: "text", text: "One.", citations: [{ span: { start: 0, end: 4 } }] }],
      end: { outcome: "completed" },
    });
    expect(answer.ok && answer.value.facts[0]).toHaveProperty("citations.length", 1);
    expect(readWorkflowAnswer("END", { ...RULES, stops: ["END"] })).toMatchObject({
      ok: true,
      value: { facts: [] },
    });
    expect(readWorkflowAnswer("One.", { ...RULES, stops: ["END"] })).toMatchObject({
      value: { facts: [{ text: "One." }] },
    });
  });

  it("is filtered before the stop sequences, as the reader would see it", () => {
    const text = "![a](https://evil.test/?END) One. Two. END";
    const start = text.indexOf("Two");
    const output = { text, citations: [cite(start, start + 20)] };
    const answer = readWorkflowAnswer(output, { ...RULES, stops: ["END"] });
    const left = "(image removed: a) One. Two.";
    expect(answer.ok && answer.value.facts).toMatchObject([
      {
        text: left,
        citations: [{ span: { start: left.indexOf("Two"), end: left.length } }],
      },
    ]);
    const marked = readWorkflowAnswer("![a](//evil.test) b", { ...RULES, stops: ["removed"] });
    expect(marked.ok && marked.value.facts).toMatchObject([{ text: "(image" }]);
  });

  it("loses an image whose marks are escapes of JSON, where its reader decodes them", () => {
    const text = String.raw`{"a":"\u0021[x](https:\/\/evil.test)","b":"Two"}`;
    const start = text.indexOf("Two");
    const output = { text, citations: [cite(start, start + 3)] };
    const answer = readWorkflowAnswer(output, { ...RULES, format: "json" });
    const left = '{"a":"(image removed: x)","b":"Two"}';
    expect(answer.ok && answer.value.facts).toMatchObject([
      { text: left, citations: [{ span: { start: left.indexOf("Two") } }] },
    ]);
  });

  it("may be a refusal by the model", () => {
    const answer = readWorkflowAnswer({ text: "", refusal: "I cannot help with that." }, RULES);

    expect(answer.ok && answer.value.facts).toEqual([
      { type: "refusal", text: "I cannot help with that." },
    ]);
  });
});

const cite = (start_index: number, end_index: number) => ({
  file_id: "file-1",
  filename: "a.md",
  quote: "q",
  source_start: 0,
  source_end: 1,
  start_index,
  end_index,
});
