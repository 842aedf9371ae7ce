import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  type ReleasedSentence,
  SENTENCE_CHARACTERS_MAX,
  SentenceReleaser,
} from "../../../../src/answer/citing/sentence-releaser.ts";

function release(deltas: readonly string[]): ReleasedSentence[] {
  const releaser = new SentenceReleaser();
  return [...deltas.flatMap((delta) => releaser.push(delta)), ...releaser.flush()];
}

const releaseTexts = (deltas: readonly string[]) => release(deltas).map(({ text }) => text);

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
      "keeps markers of any form after the full stop with their sentence",
      "Aa. 【1†source】 Bb. (see [1]) Cc. [Passage 1] Dd. [^1][^2] Ee. [1-2], [3] Ff.¹ Gg",
      [
        "Aa. 【1†source】 ",
        "Bb. (see [1]) ",
        "Cc. [Passage 1] ",
        "Dd. [^1][^2] ",
        "Ee. [1-2], [3] ",
        "Ff.¹ ",
        "Gg",
      ],
    ],
    [
      "keeps numbers in parentheses with the sentence before them while no clear marker was used",
      "It is. (1) So it is.<sup>2</sup> And is.¹² It was. [3] But. (4) End",
      ["It is. (1) ", "So it is.<sup>2</sup> ", "And is.¹² ", "It was. [3] ", "But. ", "(4) End"],
    ],
    [
      "begins a sentence with the number of an enumeration",
      "Do this: (1) open it. (2) Close it. (3) Go.\n(1) One. [2] Two. (5)",
      ["Do this: (1) open it. ", "(2) Close it. ", "(3) Go.\n", "(1) One. [2] ", "Two. ", "(5)"],
    ],
    [
      "takes a line of markers along, but no line that begins with one",
      "One.\n[1][2]\nTwo.\n[3] Three.\n\n[1]: https://a.b\n[^2]: Note.",
      ["One.\n[1][2]\n", "Two.\n", "[3] Three.\n\n", "[1]: https://a.b\n", "[^2]: Note."],
    ],
    [
      "begins a sentence with a link or a parenthesis",
      "One. [1](https://a.b) is. Two. (See the annex. Or not.) End. [note] X",
      [
        "One. ",
        "[1](https://a.b) is. ",
        "Two. ",
        "(See the annex. ",
        "Or not.) ",
        "End. ",
        "[note] X",
      ],
    ],
    [
      "takes a full stop after a marker along",
      "It is. [1]. So. [2].",
      ["It is. [1]. ", "So. [2]."],
    ],
    [
      "does not end within code, a formula or a row of a table",
      "Use `a. b[1]` or \\(x. y\\) now. Then $$a. b$$ is. It costs $5. Or $6. An odd ` is. So\n| ab. cd | ef. gh |\n| d | e |\n",
      [
        "Use `a. b[1]` or \\(x. y\\) now. ",
        "Then $$a. b$$ is. ",
        "It costs $5. ",
        "Or $6. ",
        "An odd ` is. ",
        "So\n",
        "| ab. cd | ef. gh |\n",
        "| d | e |\n",
      ],
    ],
    [
      "ends after what closes a block",
      "It is\n$$\na. [1] b\n$$ [2]\nSo.\n\\[\na. b\n\\] It\n~~~\n```\na. b\n~~~\n1. ```js\nx. y\n  ``` [1]\nEnd. Now.",
      [
        "It is\n",
        "$$\n",
        "a. [1] b\n",
        "$$ ",
        "[2]\n",
        "So.\n",
        "\\[\n",
        "a. b\n",
        "\\] ",
        "It\n",
        "~~~\n",
        "```\n",
        "a. b\n",
        "~~~\n",
        "1. ```js\n",
        "x. y\n",
        "  ``` ",
        "[1]\n",
        "End. ",
        "Now.",
      ],
    ],
    [
      "releases code line by line and does not cut inside it",
      "See:\n```js\na[0]. b\nc\n```\nDone. Yes.",
      ["See:\n", "```js\n", "a[0]. b\n", "c\n", "```\n", "Done. ", "Yes."],
    ],
  ];
  it.each(cases)("%s", (_name, text, expected) => {
    expect(releaseTexts([text])).toEqual(expected);
    expect(releaseTexts(Array.from(text))).toEqual(expected);
  });

  it("releases a sentence as soon as the next one begins", () => {
    const releaser = new SentenceReleaser();
    expect(releaser.push("It is so. [1")).toEqual([]);
    expect(releaser.push("] ")).toEqual([]);
    expect(releaser.push("N")).toEqual([{ text: "It is so. [1] ", forms: "clear" }]);
  });

  it("reads no markers in a block, and clear ones alone after a clear one", () => {
    const releaser = new SentenceReleaser();
    const text = "A (1).\n```\n[1]\n```\nB [2].\n$$\n[3]\n\nC (1).";
    const released = [...releaser.push(text), ...releaser.flush()];
    expect(released.map(({ forms }) => forms)).toEqual(
      "any any none none clear clear none clear".split(" "),
    );
  });

  it("holds a sentence no longer than a marker can follow", () => {
    for (const text of ["It is. (X", "It is. [x", "It is. <b", "It is. (see x", "It is. [1] N"]) {
      const releaser = new SentenceReleaser();
      const counts = [text.slice(0, -1), text.slice(-1)].map((one) => releaser.push(one).length);
      expect([text, ...counts]).toEqual([text, 0, 1]);
    }
  });

  it("cuts an endless line, never inside a marker or a character", () => {
    const long = `${"x".repeat(SENTENCE_CHARACTERS_MAX - 2)}[12]${"😀".repeat(3_000)}`;
    const pieces = releaseTexts([long]);
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
      ..."【1†source】#【1:0†a.b】#[1-2]#[^1]#[Passage 1]#(see [1])#(see #(1)#(2) #(Doc 2)#¹#²⁻#³ #<sup>1</sup>#<sup>#</sup>#\\[#\\]#$$#$#`#**[1]**#*#_#, #\n[2] #[1]: #[1](u)#**#~~~\n#\n| a. | [1] |\n#\\(#\\)#: (1) #[[3]]#†#and #、".split(
        "#",
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
          expect(whole.map((one) => one.text).join("")).toBe(text);
          expect(release(deltas)).toEqual(whole);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
