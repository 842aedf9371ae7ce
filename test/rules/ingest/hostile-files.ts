import { docx, zip } from "./documents.ts";
import { HOSTILE_PAGES } from "./hostile-pages.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));
const CELL = '{"cell_type":"a"},';
const TOO_LONG = /16 MB of text/;
const TOO_MANY = /more than 60,000 chunks/;
const ELEMENTS = /XML elements/;

/** A notebook with one cell. */
const notebook = (type: string, source: string) =>
  `{"cells":[{"cell_type":"${type}","source":${source}}]}`;

/** Words of which no two are the same, in all lines: as much work for the index as their number allows. */
const differentWords = (line: number) =>
  Array.from({ length: 400 }, (_, at) => ((400 * line + at) * 2_654_435_761).toString(36)).join(
    " ",
  );

const lines = (write: (at: number) => string) =>
  Array.from({ length: 500 }, (_, at) => write(at)).join("");

function utf32(text: string): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * text.length + 4));
  view.setUint32(0, 0xfeff, true);
  for (let at = 0; at < text.length; at++) view.setUint32(4 * at + 4, text.charCodeAt(at), true);
  return new Uint8Array(view.buffer);
}

/**
 * Malicious files that would be much work to read, each with its name and the reason for which it is refused; null if
 * it is read nevertheless. Those that are refused are only a little larger than the limits, since reading stops there; those
 * with too many chunks are refused if they are cut into small ones.
 */
export const HOSTILE_FILES: readonly (readonly [
  name: string,
  make: () => Uint8Array,
  reason: RegExp | null,
])[] = [
  ["elements.docx", () => docx("<w:p/>".repeat(600_000)), ELEMENTS],
  ["attributes.docx", () => docx(`<w:p ${attributes(600_000)}/>`), ELEMENTS],
  ["deep.docx", () => docx("<w:tbl>".repeat(20_000)), /damaged DOCX/],
  ["zip-in-zip.zip", () => zip([{ name: "xl/a.zip", data: zip([]) }]), /Excel workbook/],
  ["deep.json", () => encode("[".repeat(100_000)), null],
  ["deeper.json", () => encode("[".repeat(800_000)), null],
  ["string.json", () => encode(`"${"a".repeat(5_000_000)}`), null],
  ["escapes.json", () => encode("\\u0041".repeat(210_000)), null],
  ["decoded.json", () => encode(`["${"\\u00e9".repeat(300_000)}"]`), null],
  ["quotes.json", () => encode(`"${'\\"'.repeat(200_000)}`), null],
  [
    "members.json",
    () => encode(`{"${"a".repeat(300)}":[${'{"b":1},'.repeat(500_000)}0]}`),
    TOO_LONG,
  ],
  ["objects.json", () => encode(`${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`), null],
  ["arrays.json", () => encode(`[${"[[[[1]]]],".repeat(20_000)}1]`), null],
  ["unclosed.jsonl", () => encode('{"a":1}\n'.repeat(10) + '[{"a":\n'.repeat(100_000)), null],
  ["elements.xml", () => encode(`<r>${"<a><b/><c/></a>".repeat(100_000)}</r>`), null],
  ["deep.xml", () => encode(`${"<a>".repeat(9_000)}x${"</a>".repeat(9_000)}`), null],
  ["deeper.xml", () => encode(`${"<a>".repeat(100_000)}x${"</a>".repeat(100_000)}`), null],
  ["open.xml", () => encode("<a b='c'>".repeat(100_000)), null],
  ["attributes.xml", () => encode(`<a ${attributes(100_000)}/>`), null],
  ["paths.xml", () => encode(`<r><${"a".repeat(300)}>${"<b/>".repeat(170_000)}`), TOO_LONG],
  ["doctype.xml", () => encode(`<!DOCTYPE a [${"<!ENTITY a '<'>".repeat(20_000)}]><a>x</a>`), null],
  ["columns.csv", () => encode(`${"a,".repeat(180_000)}b\n${"1,".repeat(180_000)}2\n`), null],
  ["rows.csv", () => encode("a\n".repeat(400_000)), null],
  ["quote.csv", () => encode(`a,b\n"${'x""\n'.repeat(300_000)}`), null],
  ["line.txt", () => encode("a".repeat(5_000_000)), null],
  ["wide.txt", () => utf16("a ".repeat(400_000)), null],
  ["returns.txt", () => encode("a\r".repeat(400_000)), null],
  ["invalid.txt", () => encode("a".repeat(8_000_000)).fill(0xff, 7_999_999), /position 7999999/],
  ["chunks.txt", () => encode("a ".repeat(3_100_000)), TOO_MANY],
  ["stops.txt", () => encode(". ".repeat(400_000)), null],
  ["headings.md", () => encode("# a\n".repeat(100_000)), null],
  ["items.md", () => encode("- a\n".repeat(60_000)), null],
  ["table.md", () => encode("| a ".repeat(370_000)), null],
  ["rows.md", () => encode(`| a |\n|---|\n${"| b |\n".repeat(210_000)}`), null],
  ["fences.md", () => encode("```\n~~~\n".repeat(100_000)), null],
  ["images.md", () => encode("![](data:".repeat(200_000)), null],
  ["tags.md", () => encode("<img src='data:".repeat(100_000)), null],
  ["entities.html", () => encode(`<html>${"&amp; ".repeat(100_000)}`), null],
  ["markup.html", () => encode(`<html>${"<div>".repeat(1_000_000)}x`), null],
  ["deep.html", () => encode(`<html>${"<ul><li>".repeat(100_000)}x`), null],
  ["attributes.html", () => encode(`<html><p ${attributes(300_000)}>x`), null],
  ["cells.html", () => encode(`<html><table><tr>${"<td>a".repeat(100_000)}`), null],
  [
    "spans.html",
    () => encode(`<html><table>${"<tr><td colspan=1000 rowspan=65534>a".repeat(20_000)}`),
    null,
  ],
  [
    "rowspans.html",
    () =>
      encode(`<html>x<table><tr>${"<td rowspan=0>".repeat(2_000)}${"<tr><td>".repeat(100_000)}`),
    null,
  ],
  ["reversed.html", () => encode(`<html>${"<ol reversed><li>a".repeat(50_000)}`), null],
  ["equation.html", () => encode(`<html>x<math>${"<mfrac><mi>a</mi>".repeat(50_000)}`), null],
  ["raised.html", () => encode(`<html>${"<sup>a".repeat(200_000)}`), null],
  ["comment.html", () => encode(`<html>x${"<!--".repeat(1_000_000)}`), null],
  [
    "names.toml.md",
    () => encode(`+++\n[${"a".repeat(10_000)}]\n${"b=1\n".repeat(2_400)}+++\nx`),
    null,
  ],
  [
    "names.yaml.md",
    () => encode(`---\n${"a".repeat(10_000)}:\n${" b: 1\n".repeat(1_600)}---\nx`),
    null,
  ],
  ["words.txt", () => encode(lines((at) => `${differentWords(at)}\n`)), null],
  ["comment.json", () => encode(`[/*${" a".repeat(500_000)}*/1]`), null],
  ["strings.json", () => encode(`[${`"${"\\u0041".repeat(270)}",`.repeat(2_000)}0]`), null],
  ["newlines.json", () => encode(`{a${"\n".repeat(2_000_000)}b`), null],
  ["cells.ipynb", () => encode(`{"cells":[${CELL.repeat(210_000)}{"cell_type":"a"}]}`), null],
  ["values.ipynb", () => encode(notebook("code", `[${'"a",'.repeat(390_000)}"a"]`)), null],
  ["fences.ipynb", () => encode(notebook("code", `"${"```\\n".repeat(150_000)}"`)), null],
  ["images.ipynb", () => encode(notebook("markdown", `"${"![](data:".repeat(200_000)}"`)), null],
  ["doctype.long.xml", () => encode(`<!DOCTYPE a [${"x".repeat(5_000_000)}`), null],
  ["raised.xml", () => encode(`<p>a<sup>${"1".repeat(1_000_000)}</sup></p>`), null],
  ["wide.csv", () => encode(`${"1,".repeat(45_000)}1\n`.repeat(9)), null],
  ["tables.csv", () => encode(lines((at) => `${"a1,".repeat(200)}b${at}\n\n`)), null],
  ["utf32.txt", () => utf32("a\r".repeat(400_000)), null],
  ["syllables.txt", () => encode("a".repeat(200_000)).map((_, at) => (at % 2 ? 0xa1 : 0xb0)), null],
  ...HOSTILE_PAGES,
  ["good.md", () => encode("# Badgers\n\nA badger digs setts.\n"), null],
];

function attributes(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}="x"`).join(" ");
}
