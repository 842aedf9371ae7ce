import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  SENTENCE_CHARACTERS_MAX,
  SentenceReleaser,
} from "../../../src/answer/citing/sentence-releaser.ts";

function release(deltas: readonly string[]): string[] {
  const releaser = new SentenceReleaser();
  return [...deltas.flatMap((delta) => releaser.push(delta)), ...releaser.flush()];
}

describe("SentenceReleaser", () => {
  const cases: [string, string, string[]][] = [
    [
      "keeps a marker after the full stop with its sentence",
      "Rome fell. [1] Then came others. [2][3] End",
      ["Rome fell. [1] ", "Then came others. [2][3] ", "End"],
    ],
    [
      "keeps a marker before the full stop",
      "It is red [1]. It is blue[2].",
      ["It is red [1]. ", "It is blue[2]."],
    ],
    [
      "does not end at abbreviations, initials and decimals",
      "Dr. A. Smith paid 3.50 euros, e.g. in cash. He left.",
      ["Dr. A. Smith paid 3.50 euros, e.g. in cash. ", "He left."],
    ],
    [
      "ends at Chinese and Japanese stops without a space",
      "北京是首都。[1]上海很大！東京です。",
      ["北京是首都。[1]", "上海很大！", "東京です。"],
    ],
    ["ends at an Arabic question mark", "ما هذا؟ هذا كتاب.", ["ما هذا؟ ", "هذا كتاب."]],
    ["takes closing quotes along", 'He said "no." Then left.', ['He said "no." ', "Then left."]],
    ["ends at a line", "- one\n- two [1]\n", ["- one\n", "- two [1]\n"]],
    [
      "releases code line by line and does not cut inside it",
      "See:\n```js\na[0]. b\nc\n```\nDone. Yes.",
      ["See:\n", "```js\n", "a[0]. b\n", "c\n", "```\n", "Done. ", "Yes."],
    ],
  ];
  it.each(cases)("%s", (_name, text, expected) => {
    expect(release([text])).toEqual(expected);
    expect(release(Array.from(text))).toEqual(expected);
  });

  it("releases a sentence as soon as the next one begins", () => {
    const releaser = new SentenceReleaser();
    expect(releaser.push("It is so. [1")).toEqual([]);
    expect(releaser.push("] ")).toEqual([]);
    expect(releaser.push("N")).toEqual(["It is so. [1] "]);
  });

  it("cuts an endless line, never inside a marker or a character", () => {
    const long = `${"x".repeat(SENTENCE_CHARACTERS_MAX - 2)}[12]${"😀".repeat(3_000)}`;
    const pieces = release([long]);
    expect(pieces.join("")).toBe(long);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces[1]?.startsWith("[12]")).toBe(true);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(SENTENCE_CHARACTERS_MAX + 40);
      expect(piece.isWellFormed()).toBe(true);
    }
  });

  it("releases the same sentences however the text is cut into deltas", () => {
    const part = fc.constantFrom(
      ...'a|b.|. |? |! |。|！|[1]| [23]|[|]|【2】|\n|\n\n|```\n|Dr. |e.g. |3.5|"|) |、|  |😀|ไทย |... |[1, 2]|[x]|word '.split(
        "|",
      ),
      "x".repeat(700),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 40 }),
        fc.array(fc.nat({ max: 5_000 }), { maxLength: 30 }),
        (parts, cuts) => {
          const text = parts.join("");
          const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted(
            (a, b) => a - b,
          );
          const deltas = places.slice(1).map((place, at) => text.slice(places[at], place));
          const whole = release([text]);
          expect(whole.join("")).toBe(text);
          expect(release(deltas)).toEqual(whole);
        },
      ),
      { numRuns: 500 },
    );
  });
});
