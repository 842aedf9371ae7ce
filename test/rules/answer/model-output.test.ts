import { describe, expect, it } from "vitest";

import { ArgumentText } from "../../../src/answer/model-output/argument-text.ts";
import { CleanText, cleanWhole } from "../../../src/answer/model-output/clean-text.ts";
import { DeltaPace } from "../../../src/answer/model-output/delta-pace.ts";

/** Pushes a text in pieces of one size. */
function inPieces(reader: { push(delta: string): string }, text: string, size: number): string {
  let read = "";
  for (let at = 0; at < text.length; at += size) read += reader.push(text.slice(at, at + size));
  return read;
}

describe("the text of a model", () => {
  it.each([1, 2, 3, 100])("has \\n at the ends of lines and no control characters: %i", (size) => {
    const text = "a\r\nb\rc\r\r\nd\0e\u0007f\tg\n\r";
    expect(inPieces(new CleanText(), text, size)).toBe("a\nb\nc\n\ndef\tg\n\n");
  });

  it("keeps halves of characters until it is whole", () => {
    expect(inPieces(new CleanText(), "😀", 1)).toBe("😀");
    expect(cleanWhole("a\ud800\0")).toBe("a\ufffd");
  });
});

function readArguments(text: string, size: number): string {
  const given = new ArgumentText();
  return inPieces(given, text, size) + given.flush();
}

describe("the arguments of a call", () => {
  it.each([1, 2, 3, 5, 100])("are clean JSON, whatever the deltas: %i", (size) => {
    expect(
      readArguments(String.raw`{"a":"\ud83d\ude00\u0000b\ud800 \\u0000 \\\u0000"}`, size),
    ).toBe(String.raw`{"a":"\ud83d\ude00b\ufffd \\u0000 \\"}`);
    expect(readArguments('{"a":"😀\ud800","b":\r\n1}\0', size)).toBe('{"a":"😀\ufffd","b":\n1}');
    expect(readArguments(String.raw`{"a":"\r\n"}`, size)).toBe(String.raw`{"a":"\r\n"}`);
  });

  it.each(["", " ", "\n\t "])("are {} if there are none: %j", (text) => {
    expect(readArguments(text, 1)).toBe("{}");
  });

  it("keep an escape that never ends", () => {
    expect(readArguments(String.raw`{"a":"\ud8`, 1)).toBe(String.raw`{"a":"\ud8`);
  });
});

describe("deltas", () => {
  it("pass one by one, and after a thousand in larger pieces", () => {
    const pace = new DeltaPace();
    const passed = Array.from({ length: 5_000 }, () => pace.push("a")).filter(Boolean);

    expect(passed.slice(0, 1_000).every((piece) => piece === "a")).toBe(true);
    expect(passed).toHaveLength(1_000 + 4_000 / 200);
    expect(pace.push("b") + pace.flush()).toBe("b");
  });
});
