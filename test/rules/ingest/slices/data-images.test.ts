import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { replaceDataImages } from "../../../../src/ingest/markdown/data-images.ts";
import { finishNow } from "../../../../src/ingest/slices.ts";

/** The patterns by which images with data were replaced before, in quadratic time: they say what is to be replaced. */
const IMAGE = /!\[([^\]\n]{0,500})\]\(\s*<?data:[^()[\]\s>]*>?[^)\n]{0,300}\)/g;
const TAG = /<img\b[^>]{0,500}?\ssrc\s*=\s*["']data:[^"'<>]*["'][^>]{0,500}>/gi;
const REFERENCE = /^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*<?data:\S+.*$/gm;
const ALT = /\salt\s*=\s*["']([^"']{0,500})["']/i;

const keep = (alt: string) => `{${alt}}`;

const byPatterns = (text: string) =>
  text.includes("data:")
    ? text
        .replaceAll(IMAGE, (_, alt: string) => keep(alt))
        .replaceAll(TAG, (tag) => keep(ALT.exec(tag)?.[1] ?? ""))
        .replaceAll(REFERENCE, () => keep(""))
    : text;

const replace = (text: string) => finishNow(replaceDataImages(text, keep));

/** Parts of images, whole and broken. */
const PARTS = [
  "![",
  "![a](data:x)",
  "](",
  "]:",
  "[a]: ",
  "[b]:data:x y",
  "data:",
  "DATA:",
  "<data:",
  ">",
  ")",
  '"',
  "'",
  "<img ",
  "<IMG",
  " src=",
  '<img alt="b" src="data:',
  "\tsrc = '",
  " alt='c'",
  "\n",
  "\r",
  "   ",
  "\u00a0",
  "a",
  "b]",
  "(",
  "image/png;base64,AAAA",
];
/** Longer than what may be before or behind the data, or shorter by one or two. */
const LONG = [199, 200, 201, 298, 299, 300, 301, 498, 499, 500, 501, 502].map((length) =>
  "-".repeat(length),
);

describe("images whose data is in a Markdown text", () => {
  it.each([
    ["a ![b](data:image/png;base64,AA== 'title') c", "a {b} c"],
    ["![](<data:x>)", "{}"],
    ["![a](data:x ![b)](data:y)", "{a}](data:y)"],
    ["![a](data:x", "![a](data:x"],
    ["<p><img alt='b' width=3 src='data:x' height=4></p>", "<p>{b}</p>"],
    ["<img src='data:x' alt=\"c\">", "{c}"],
    ["text\n  [a]: data:x 'title'\n", "text\n{}\n"],
    ["text [a]: data:x", "text [a]: data:x"],
  ])("are replaced: %s", (text, replaced) => {
    expect(replace(text)).toBe(replaced);
  });

  it.each(LONG)("are those that the patterns find, at their bounds: %#", (long) => {
    const written = [
      `![${long}](data:x)`,
      `![a](data:x${long.replaceAll("-", "(")})`,
      `![a](data:x ${long})`,
      `<img${long.replaceAll("-", " ")}src="data:x">`,
      `<img ${long} src="data:x">`,
      `<img src="data:x"${long}>`,
      `[${long}]: data:x`,
    ];
    for (const text of written) expect(replace(text)).toBe(byPatterns(text));
  });

  it("are those that the patterns find", () => {
    const part = fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...PARTS) },
      { weight: 1, arbitrary: fc.constantFrom(...LONG) },
    );
    const text = fc.array(part, { maxLength: 14 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (written) => {
        expect(replace(written)).toBe(byPatterns(written));
      }),
      { numRuns: 30_000 },
    );
  });
});
