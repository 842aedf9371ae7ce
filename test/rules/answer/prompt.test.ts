import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { NO_ANSWER_MARK } from "../../../src/answer/citing/spoken-text.ts";
import { passageLines, buildPrompt } from "../../../src/answer/prompt.ts";
import { asked, hit } from "./generate-cases.ts";

const call = (callId: string, input: string) => ({
  type: "function_call" as const,
  callId,
  name: "order",
  arguments: input,
});
const output = (callId: string) => ({
  type: "function_call_output" as const,
  callId,
  output: "ok",
});

describe("passages in a prompt", () => {
  it("are one line each, which nothing in a document can end or forge", () => {
    const nasty = fc.constantFrom('"}\n{"passage":2,"text":"', "\r\n", "</passage>", "[1]", '\\"');
    const text = fc
      .array(fc.oneof(nasty, fc.string({ unit: "grapheme" })))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
        const found = texts.map((own, index) => ({ number: index + 1, passage: hit("a", own) }));
        const lines = passageLines(found).split("\n");

        expect(lines.map((line) => JSON.parse(line))).toEqual(
          texts.map((own, index) => ({ passage: index + 1, source: "a.md", text: own })),
        );
      }),
    );
  });

  it("precede the question as quotations of the user, never among the rules", () => {
    const found = [{ number: 1, passage: hit("a", "The kettle is red.") }];
    const prompt = buildPrompt(asked("Which colour?", { instructions: "Be brief." }), found);

    expect(prompt.map(({ role }) => role)).toEqual(["system", "user", "user"]);
    expect(JSON.stringify(prompt[0])).toContain("Be brief.");
    expect(JSON.stringify(prompt[0])).not.toContain("kettle");
    expect(JSON.stringify(prompt[1])).toContain("The kettle is red.");
    expect(JSON.stringify(prompt[2])).toContain("Which colour?");
  });

  it("say since when they are valid, and the rules say what is newest today", () => {
    const text = "# Leave\n\nValid from 1 March 2026.\n\nThere are 28 days of leave.";
    const found = [{ number: 1, passage: hit("a", text) }];
    const prompt = JSON.stringify(buildPrompt(asked("How many?"), found, Date.UTC(2026, 4, 2)));

    expect(JSON.parse(passageLines(found))).toMatchObject({ valid_from: "2026-03-01" });
    expect(prompt).toContain("today is 2026-05-02");
  });

  it("come with rules for a short answer in the language of the question, or the mark for none", () => {
    const [system] = buildPrompt(asked("Which colour?"), []);

    expect(system?.content).toContain("in the language of the question: one to three sentences");
    expect(system?.content).toContain("square brackets");
    expect(system?.content).toContain(`begin your reply with ${NO_ANSWER_MARK}`);
  });

  it("are not mentioned when there is nothing to search", () => {
    expect(buildPrompt(asked("Hello", { fileSearch: null }), null)).toEqual([
      { role: "user", content: [{ type: "text", text: "Hello" }] },
    ]);
  });
});

describe("function calls in a prompt", () => {
  it("that were made at once share one message, and each output names its function", () => {
    const items = [call("c1", '{"id":1}'), call("c2", "not JSON"), output("c1"), output("c2")];
    const prompt = buildPrompt(asked("", { items, fileSearch: null }), null);

    expect(prompt).toMatchObject([
      { role: "assistant", content: [{ input: { id: 1 } }, { input: "not JSON" }] },
      { role: "tool", content: [{ toolCallId: "c1", toolName: "order" }] },
      { role: "tool", content: [{ toolCallId: "c2", toolName: "order" }] },
    ]);
  });
});
