import { describe, expect, it } from "vitest";

import {
  type SpokenPiece,
  ThinkTags,
  type ThinkPlaces,
} from "../../../src/answer/model-output/think-tags.ts";

/** Separates a text that arrives in pieces of one size. */
function separate(text: string, size = text.length, places?: ThinkPlaces) {
  const tags = new ThinkTags(places);
  const pieces: SpokenPiece[] = [];
  for (let at = 0; at < text.length; at += size)
    pieces.push(...tags.push(text.slice(at, at + size)));
  pieces.push(...tags.flush());
  const join = (kind: string) =>
    pieces.flatMap((piece) => (piece.kind === kind ? [piece.text] : [])).join("");
  return { text: join("text"), reasoning: join("reasoning") };
}

const CASES: Record<string, [given: string, text: string, reasoning: string]> = {
  "text alone": ["Two years. \n", "Two years. \n", ""],
  "a block before the text": [
    "<think>\nHm, two.\n</think>\n\nTwo years.",
    "Two years.",
    "Hm, two.",
  ],
  "a block after space": ["\n\n<think>Hm.</think>Two.", "Two.", "Hm."],
  "a block within the text": ["Two <think>or three?</think> years.", "Two years.", "or three?"],
  "a block that is not closed": ["Two. <think>Or three? </thin", "Two. ", "Or three? </thin"],
  "an empty block": ["<think>\n\n</think>\n\nTwo.", "Two.", ""],
  "several blocks": ["<think>a</think>b <think>c</think>d", "b d", "ac"],
  "a block in a block": ["<think>a<think>b</think>c</think>d", "d", "abc"],
  "a mention in a block": ["<think>I use <think> here</think>Two.", "Two.", "I use  here"],
  "a closing tag alone": ["Two.</think> Three.", "Two. Three.", ""],
  "other names and cases": [
    "<THINKING>a</THINKING><thought>b</thought>[THINK]c[/THINK]◁think▷d◁/think▷e",
    "e",
    "abcd",
  ],
  "names that count at the start": [
    "<reasoning>Hm.</reasoning>\n\nTwo. <reasoning>x</reasoning>",
    "Two. <reasoning>x</reasoning>",
    "Hm.",
  ],
  "a name at the start in another block": [
    "<think>a <reasoning> b</think>Two.",
    "Two.",
    "a <reasoning> b",
  ],
  "another name at the start": ["<Thoughts>a</Thoughts>b</thoughts>", "b</thoughts>", "a"],
  "a mention in code": ["Write `<think>` first.", "Write `<think>` first.", ""],
  "a block in code": [
    "Write `<think>x</think>` or `[THINK] y`.\n<think>Hm.</think>Done.",
    "Write `<think>x</think>` or `[THINK] y`.\nDone.",
    "Hm.",
  ],
  "a mention in code that is not closed": [
    "Write `<think>\n<think>Hm.</think>Done.",
    "Write `<think>\nDone.",
    "Hm.",
  ],
  "what only looks like a tag": ["a < b <thin> <thinks> </p>", "a < b <thin> <thinks> </p>", ""],
};

describe("the reasoning that a model writes into its text", () => {
  it.each(Object.entries(CASES))("is separated in %s", (_name, [given, text, reasoning]) => {
    expect(separate(given)).toEqual({ text, reasoning });
  });

  it.each([1, 2, 3, 5, 7])("does not depend on the deltas, in pieces of %i", (size) => {
    for (const [given, text, reasoning] of Object.values(CASES)) {
      expect(separate(given, size)).toEqual({ text, reasoning });
    }
  });

  it("is not looked for within JSON", () => {
    const json = '{"tag":"<think>x</think>"}';
    expect(separate(`<think>a</think>${json}`, 3, "start")).toEqual({ text: json, reasoning: "a" });
    expect(separate(json, 3, "start")).toEqual({ text: json, reasoning: "" });
  });

  it.each([1, 3, 100])(
    "is the text before a closing tag alone, if one is awaited, in pieces of %i",
    (size) => {
      for (const [given, text, reasoning, form] of [
        ["Hm, two.\n</think>\n\nTwo years.", "Two years.", "Hm, two.", "closing tag alone"],
        ["Two years.", "Two years.", "", "both tags"],
        ["\n<think>Hm.</think>Two.", "Two.", "Hm.", "both tags"],
        ["<reasoning>Hm.</reasoning>Two.", "Two.", "Hm.", "both tags"],
        ["Hm, <think> or two.</think> no.</think>Two.", "Two.", "Hm,  or two. no.", "both tags"],
      ] as const) {
        const think = new ThinkTags("anywhere", "closing tag alone");
        const said = { text: "", reasoning: "" };
        for (let at = 0; at < given.length; at += size) {
          for (const piece of think.push(given.slice(at, at + size)))
            said[piece.kind] += piece.text;
        }
        for (const piece of think.flush()) said[piece.kind] += piece.text;
        expect({ ...said, form: think.form }).toEqual({ text, reasoning, form });
      }
    },
  );

  it.each([1, 3, 100])(
    "is the beginning of a reply of an unknown model, in pieces of %i",
    (size) => {
      for (const [given, text, reasoning] of [
        ["Okay, the user asks.\n</think>\n\nTwo.", "Two.", "Okay, the user asks."],
        [" Let’s see. Two?</think>Two.", "Two.", "Let’s see. Two?"],
        ["嗯，两年。</think>两年。", "两年。", "嗯，两年。"],
        ["Okay, it is two.", "Okay, it is two.", ""],
        ["The user guide says two.", "The user guide says two.", ""],
        ["Ok", "Ok", ""],
        ["Two.", "Two.", ""],
        ["<think>Hm.</think>Two.", "Two.", "Hm."],
      ] as const) {
        const think = new ThinkTags("anywhere", "unknown");
        const said = { text: "", reasoning: "" };
        for (let at = 0; at < given.length; at += size) {
          for (const piece of think.push(given.slice(at, at + size)))
            said[piece.kind] += piece.text;
        }
        for (const piece of think.flush()) said[piece.kind] += piece.text;
        expect(said).toEqual({ text, reasoning });
      }
    },
  );

  it("waits in an unknown model for no more than a beginning of reasoning", () => {
    const think = new ThinkTags("anywhere", "unknown");
    expect(think.push("The ")).toEqual([]);
    expect(think.push("w")).toEqual([{ kind: "text", text: "The w" }]);
    expect(think.push("arranty")).toEqual([{ kind: "text", text: "arranty" }]);
  });
});
