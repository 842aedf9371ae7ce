import { docx, zip } from "./documents.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));
const TOO_MANY = /more than 60,000 chunks/;
const ELEMENTS = /XML elements/;

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
    /16 MB of text/,
  ],
  ["objects.json", () => encode(`${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`), null],
  ["arrays.json", () => encode(`[${"[[[[1]]]],".repeat(20_000)}1]`), null],
  ["unclosed.jsonl", () => encode('{"a":1}\n'.repeat(10) + '[{"a":\n'.repeat(100_000)), null],
  ["elements.xml", () => encode(`<r>${"<a><b/><c/></a>".repeat(100_000)}</r>`), null],
  ["deep.xml", () => encode(`${"<a>".repeat(9_000)}x${"</a>".repeat(9_000)}`), null],
  ["deeper.xml", () => encode(`${"<a>".repeat(100_000)}x${"</a>".repeat(100_000)}`), null],
  ["open.xml", () => encode("<a b='c'>".repeat(100_000)), null],
  ["attributes.xml", () => encode(`<a ${attributes(100_000)}/>`), null],
  ["paths.xml", () => encode(`<r><${"a".repeat(300)}>${"<b/>".repeat(170_000)}`), /16 MB of text/],
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
  ["good.md", () => encode("# Badgers\n\nA badger digs setts.\n"), null],
];

function attributes(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}="x"`).join(" ");
}
