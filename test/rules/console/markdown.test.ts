import { isValidElement, type VNode } from "preact";
import { describe, expect, it } from "vitest";

import { readBlocks } from "../../../console/parts/markdown/blocks.ts";
import { MARK, MARK_BASE, readInline } from "../../../console/parts/markdown/inline.tsx";

/** Prints nodes as text, with the elements' names, so that a test sees what is an element and what is text. */
function print(nodes: unknown): string {
  if (Array.isArray(nodes)) return nodes.map(print).join("");
  if (!isValidElement(nodes)) return typeof nodes === "string" ? nodes : "";
  const { type, props }: VNode<{ children?: unknown; href?: string }> = nodes;
  if (typeof type === "function") return print(Reflect.apply(type, null, [props]));
  const href = props.href === undefined ? "" : ` ${props.href}`;
  return `<${type}${href}>${print(props.children)}</${type}>`;
}

const inline = (text: string) => print(readInline(text, (mark) => `(${mark})`));

describe("readInline", () => {
  it.each([
    [
      "**bold** and *soft* and `code`",
      "<strong>bold</strong> and <em>soft</em> and <code>code</code>",
    ],
    ["~~gone~~", "<s>gone</s>"],
    ["snake_case_name and 2*3*4", "snake_case_name and 2*3*4"],
    ["[a](https://example.com)", "<a https://example.com>a</a>"],
    ["see https://example.com/a.", "see <a https://example.com/a>https://example.com/a</a>."],
    [String.raw`\*not soft\*`, "*not soft*"],
    [`a${MARK}${String.fromCharCode(MARK_BASE + 3)}b`, "a(3)b"],
    ["`a**b**`", "<code>a**b**</code>"],
  ])("reads %s", (text, expected) => {
    expect(inline(text)).toBe(expected);
  });

  it.each([
    ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
    ["[a](javascript:alert(1))", "<span>a</span>)"],
    ["[a](data:text/html,x)", "<span>a</span>"],
    ["[a](//evil.example)", "<span>a</span>"],
    ["![a picture](https://evil.example/p.png)", "<span>[image: a picture]</span>"],
  ])("makes nothing that acts of %s", (text, expected) => {
    expect(inline(text)).toBe(expected);
  });

  it.each(["*", "_", "[", "`", "~", "!", "**a ", "[a](", "\\", "http://a"])(
    "reads 100,000 characters of %s",
    (piece) => {
      const text = piece.repeat(Math.ceil(100_000 / piece.length));

      // A time in proportion to the square of the length would exceed the limit of a test.
      expect(print(readInline(text, () => null)).length).toBeGreaterThan(0);
    },
  );
});

describe("readBlocks", () => {
  it("reads headings, paragraphs, lists, code, quotes, tables and rules", () => {
    const text = [
      "# Title",
      "Some",
      "lines.",
      "- one",
      "  more",
      "- two",
      "  1. inner",
      "",
      "```js",
      "a < b",
      "```",
      "> quoted",
      "| a | b |",
      "| --- | --- |",
      "| 1 | 2 |",
      "",
      "---",
    ].join("\n");

    expect(readBlocks(text)).toEqual([
      { kind: "heading", level: 1, text: "Title" },
      { kind: "paragraph", text: "Some\nlines." },
      {
        kind: "list",
        start: null,
        items: [
          [{ kind: "paragraph", text: "one\nmore" }],
          [
            { kind: "paragraph", text: "two" },
            { kind: "list", start: 1, items: [[{ kind: "paragraph", text: "inner" }]] },
          ],
        ],
      },
      { kind: "code", language: "js", text: "a < b" },
      { kind: "quote", blocks: [{ kind: "paragraph", text: "quoted" }] },
      { kind: "table", head: ["a", "b"], rows: [["1", "2"]] },
      { kind: "rule" },
    ]);
  });

  it("keeps a code block open whose end has not arrived yet", () => {
    expect(readBlocks("```\nhalf of")).toEqual([{ kind: "code", language: "", text: "half of" }]);
  });

  it.each(["> ", "- ", "1. ", "#", "|", "```\n"])("ends for 50,000 times %s", (piece) => {
    expect(readBlocks(piece.repeat(50_000)).length).toBeGreaterThan(0);
  });
});
