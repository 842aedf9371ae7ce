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
  pieces.push(...tags.flush({ isCut: false }));
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

  const WHOLE = { isCut: false };

  /** Reads a reply of a model with a known form of reasoning, in deltas of one size. */
  function readAs(form: "unopened" | "unknown", given: string, size: number, end = WHOLE) {
    const think = new ThinkTags("anywhere", form);
    const said = { text: "", reasoning: "" };
    for (let at = 0; at < given.length; at += size) {
      for (const { kind, text } of think.push(given.slice(at, at + size))) said[kind] += text;
    }
    for (const { kind, text } of think.flush(end)) said[kind] += text;
    return { ...said, evidence: think.evidence };
  }

  it.each([1, 3, 100])(
    "is the text before a closing tag alone, if one is awaited, in pieces of %i",
    (size) => {
      for (const [given, text, reasoning, evidence] of [
        ["Hm, two.\n</think>\n\nTwo years.", "Two years.", "Hm, two.", "unopened"],
        ["Two years.", "Two years.", "", "plain"],
        ["\n<think>Hm.</think>Two.", "Two.", "Hm.", "tagged"],
        ["<reasoning>Hm.</reasoning>Two.", "Two.", "Hm.", "tagged"],
        ["Hm, <think> or two.</think> no.</think>Two.", "Two.", "Hm,  or two. no.", "unopened"],
        ["Not `</think>` yet. `x`</think>Two.", "Two.", "Not `</think>` yet. `x`", "unopened"],
        ["", "", "", null],
      ] as const) {
        expect(readAs("unopened", given, size)).toEqual({ text, reasoning, evidence });
      }
    },
  );

  it.each([1, 3, 100])("is found in the reply of an unknown model, in pieces of %i", (size) => {
    for (const [given, text, reasoning, evidence] of [
      ["Okay, the user asks.\n</think>\n\nTwo.", "Two.", "Okay, the user asks.", "unopened"],
      ["It is three.\n\nOr two?</think>Two.", "Two.", "It is three.\n\nOr two?", "unopened"],
      ["</think>\n\nTwo.", "Two.", "", "unopened"],
      ["Okay, it is two.", "Okay, it is two.", "", "plain"],
      ["Two.", "Two.", "", "plain"],
      ["<think>Hm.</think>Two.", "Two.", "Hm.", "tagged"],
      ["Two <think>or three?</think> years.", "Two years.", "or three?", "marked"],
      ["The tag `</think>` ends it.", "The tag `</think>` ends it.", "", "plain"],
    ] as const) {
      expect(readAs("unknown", given, size)).toEqual({ text, reasoning, evidence });
    }
  });

  it("is the whole of a reply that was cut, if its model reasons or it begins so", () => {
    const cut = { isCut: true };
    expect(readAs("unopened", "It is three. Or", 3, cut)).toMatchObject({ text: "" });
    expect(readAs("unknown", "Okay, the user", 3, cut)).toMatchObject({ text: "" });
    expect(readAs("unknown", "It is three. Or", 3, cut)).toMatchObject({ reasoning: "" });
  });

  it("is awaited no longer than until something shows that the text is text", () => {
    for (const form of ["unknown", "unopened"] as const) {
      const think = new ThinkTags("anywhere", form);
      expect(think.push("Let me look. <")).toEqual([]);
      expect(think.settle()).toEqual([{ kind: "text", text: "Let me look. <" }]);
      expect(think.push("Two.")).toEqual([{ kind: "text", text: "Two." }]);
      const json = new ThinkTags("start", form);
      expect(json.push(" ")).toEqual([]);
      const shown = json.push('{"tag":"</think>').map(({ kind, text }) => `${kind} ${text}`);
      expect(shown).toEqual(['text {"tag":"', "text </think>"]);
    }
  });

  it("is not assumed of a text that is too long to wait for", () => {
    const long = "Two years. ".repeat(60_000);
    expect(readAs("unknown", long, 10_000)).toMatchObject({ text: long, reasoning: "" });
  });
});
