import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { MarkdownStream } from "../../../scripts/terminal/markdown-stream.ts";
import { renderMarkdown } from "../../../scripts/terminal/markdown.ts";
import { PLAIN, STYLED } from "../../../scripts/terminal/style.ts";
import { stripCodes, visibleLength, wrap } from "../../../scripts/terminal/wrap.ts";

const plain = (markdown: string, width = 80) => renderMarkdown(markdown, { width, style: PLAIN });

describe("wrap", () => {
  it.each([20, 60, 80, 200])("keeps lines within %i columns and words whole", (width) => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z.,]{1,30}$/)), (words) => {
        const lines = wrap(words.join(" "), { width, first: "- ", rest: "  " }).split("\n");
        for (const line of lines) {
          const isOneWord = line.slice(2).split(" ").length === 1;
          expect(line.length <= width || isOneWord).toBe(true);
        }
        expect(lines.flatMap((line) => line.slice(2).split(" ")).filter(Boolean)).toEqual(words);
      }),
    );
  });

  it("ignores colour codes in the width", () => {
    const words = Array.from({ length: 8 }, () => STYLED.bold("word"));

    expect(stripCodes(wrap(words.join(" "), { width: 20 }))).toBe(
      "word word word word\nword word word word",
    );
    expect(visibleLength(STYLED.red("né"))).toBe(2);
  });
});

describe("renderMarkdown", () => {
  it.each([
    ["# Runs\nA run ends.", "Runs\n\nA run ends."],
    ["One\nparagraph.\n\nAnother.", "One paragraph.\n\nAnother."],
    ["- one\n- two\n  goes on", "• one\n• two goes on"],
    ["1. one\n2. two", "1. one\n2. two"],
    ["> quoted", "│ quoted"],
    ["```sh\nnpm  ci\n```\nDone.", "    npm  ci\nDone."],
    ["A **bold**, *slanted* and `exact  word`.", "A bold, slanted and `exact word`."],
    [
      "[docs](https://a.test/x) and [decision](docs/0030.md)",
      "docs (https://a.test/x) and decision",
    ],
    ["snake_case_name, 2 * 3 * 4 and a \\*star\\*", "snake_case_name, 2 * 3 * 4 and a *star*"],
    ["| a | b |\n| --- | --- |\n| 1 | 2 |", "a │ b\n───\n1 │ 2"],
    ["a sentence [1] (see there)", "a sentence [1] (see there)"],
  ])("shows %j", (markdown, shown) => {
    expect(plain(markdown)).toBe(shown);
  });

  it("aligns the lines of an item with its text", () => {
    const options = { width: 24, style: PLAIN, indent: "  " };

    expect(renderMarkdown("- a word and another word", options)).toBe(
      "  • a word and another\n    word",
    );
  });

  it("styles each word separately and drops control characters", () => {
    const shown = renderMarkdown("**two words**\u001B[2J", { width: 80, style: STYLED });

    expect(shown).toBe(`${STYLED.bold("two")} ${STYLED.bold("words")}[2J`);
  });
});

describe("MarkdownStream", () => {
  const pieces = fc.constantFrom(
    "word",
    "longer",
    " ",
    "**",
    "*",
    "`",
    "_",
    "[",
    "](https://a.test)",
    ", ",
    ".",
    "| ",
    "\n",
    "\n\n",
    "\n- ",
    "\n1. ",
    "\n# ",
    "\n> ",
    "\n```\n",
  );

  it("writes the same text for any division of the stream", () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 40 }),
        fc.integer({ min: 20, max: 60 }),
        (text, width) => {
          let written = "";
          const options = { width, style: PLAIN, indent: "  " };
          const stream = new MarkdownStream(options, (part) => (written += part));
          for (const piece of text) stream.push(piece);
          stream.end();
          const whole = `${renderMarkdown(text.join("").replace(/\n+$/, ""), options)}\n`;
          expect(written).toBe(whole);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("writes plain sentences at once", () => {
    const written: string[] = [];
    const stream = new MarkdownStream({ width: 80, style: PLAIN }, (part) => written.push(part));
    for (const piece of ["A run ", "ends **on", "ce**. Then ", "nothing"]) stream.push(piece);
    stream.end();

    expect(written).toEqual(["A run", " ends", " once. Then", " nothing", "\n"]);
  });
});
