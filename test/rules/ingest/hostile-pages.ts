const encode = (text: string) => new TextEncoder().encode(text);
const page = (content: string) => () => encode(`<html>x${content}`);
const markdown = (content: string) => () => encode(content);

/** Classes that no two elements share. */
const classes = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`);

/** Lists in lists, each with many classes, and many small lists in the innermost. */
const nestedLists = () =>
  Array.from({ length: 50 }, () => `<ul class="${classes(1_000).join(" ")}"><li>a`).join("");

/** HTML and Markdown that is much work to read, each with its name and the reason for which it is refused. */
export const HOSTILE_PAGES: readonly (readonly [
  name: string,
  make: () => Uint8Array,
  reason: RegExp | null,
])[] = [
  ["data.md", markdown(`![a](data:${"a".repeat(12_000_000)}) b`), null],
  ["code.md", markdown(`<b>${"`a` ".repeat(100_000)}`), null],
  ["row.md", markdown(`| ${"a<br>".repeat(100_000)}`), null],
  ["raised.md", markdown("<sup>a</sup>".repeat(60_000)), null],
  ["paragraph.md", markdown("a <b>b</b> ".repeat(100_000)), null],
  ["tables.md", markdown("<table></table>\n".repeat(60_000)), /no text/],
  ["comments.md", markdown("<!--\n\n".repeat(100_000)), /no text/],
  ["newlines.md", markdown(`<pre>x${"\n".repeat(200_000)}x</pre>\n<pre>y</pre>\n`), null],
  ["rules.md", markdown(`|-${" ".repeat(230)}x\n`.repeat(4_000)), null],
  ["hidden.md", markdown(`<div ${'style="a" '.repeat(95)}>\na\n\n`.repeat(1_000)), null],
  ["styles.html", page("<style ".repeat(200_000)), null],
  ["sheet.html", page(`<style>${"a{}".repeat(300_000)}</style>y`), null],
  [
    "selectors.html",
    page(`<style>${".a,".repeat(300_000)}b{display:none}</style>${"<i>y".repeat(30_000)}`),
    null,
  ],
  [
    "rules.html",
    page(
      `<style>${classes(1_900)
        .map((name) => `.a.${name}{display:none}`)
        .join("")}</style>${"<i class=a>y".repeat(8_000)}`,
    ),
    null,
  ],
  [
    "classes.html",
    page(
      `<style>.a${".b".repeat(300_000)}{display:none}</style>${`<i class="${"a ".repeat(4_000)}b">y`.repeat(50)}`,
    ),
    null,
  ],
  ["list-styles.html", page(`<style>list-style${"a".repeat(900_000)}</style>y`), null],
  [
    "list-classes.html",
    () =>
      encode(
        `<html><style>ol.a{list-style:square}</style>${nestedLists()}${"<ul></ul>".repeat(30_000)}x`,
      ),
    null,
  ],
  ["raised-cell.html", page(`<table><tr><td>${"<sup>a</sup>".repeat(100_000)}`), null],
  [
    "fractions.html",
    page(`<math>${"<mfrac>".repeat(190)}${"a ".repeat(200_000)}${"</mfrac>".repeat(190)}</math>`),
    null,
  ],
  ["spaces.html", page(`<math><mi>${`a${" ".repeat(40_000)}`.repeat(50)}b</mi></math>`), null],
  [
    "carried.html",
    page(`<table><tr>${"<td rowspan=0>a".repeat(64)}${"<tr><td>".repeat(10_000)}</table>`),
    null,
  ],
];
