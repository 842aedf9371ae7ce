import { encodeText } from "./encode-text.ts";
import type { FormatFile } from "./format-file.ts";

const latin = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));
/** Characters of GBK whose bytes are UTF-8, too, for other letters. */
const BOTH = encodeText("gbk", "模木");
const join = (...parts: readonly (string | Uint8Array)[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));

/** Texts whose encoding is declared in several ways, by the upload or in the text, with the text that they must have. */
export const ENCODED_FILES: readonly FormatFile[] = [
  {
    name: "charset.txt",
    contentType: "text/plain; charset=windows-1252",
    source: latin("Caf\u00e9: 9 \u0080"),
    text: "Café: 9 €",
  },
  {
    name: "quoted-charset.txt",
    contentType: 'text/plain; format=flowed; Charset="Shift_JIS"',
    source: encodeText("shift_jis", "日本 2026"),
    text: "日本 2026",
  },
  {
    name: "charset-before-meta.html",
    contentType: "text/html; charset=koi8-r",
    source: join("<meta charset=windows-1251><p>", encodeText("koi8-r", "Срок"), ": 30"),
    text: "Срок: 30",
  },
  {
    name: "mark-before-charset.txt",
    contentType: "text/plain; charset=windows-1252",
    source: "\ufeffStraße 9",
    text: "Straße 9",
  },
  {
    name: "charset-that-is-also-utf8.txt",
    contentType: "text/plain; charset=gbk",
    source: BOTH,
    text: "模木",
  },
  {
    name: "meta-that-is-also-utf8.html",
    source: join("<meta charset=gbk><p>", BOTH),
    text: "模木",
  },
  {
    name: "wide-charset.txt",
    contentType: "text/plain; charset=UTF-16LE",
    source: utf16("日本 9"),
    text: "日本 9",
  },
  {
    name: "wrong-charset.txt",
    contentType: "text/plain; charset=utf-8",
    source: latin("Das Café öffnet um 8 Uhr, die Gebühr beträgt 12 Euro im Jahr."),
    text: "Das Café öffnet um 8 Uhr, die Gebühr beträgt 12 Euro im Jahr.",
    warnings: ["1 guess of the text's encoding (windows-1252)"],
  },
  {
    name: "unknown-charset.txt",
    contentType: "text/plain; charset=klingon",
    source: "Straße 9",
    text: "Straße 9",
  },
  {
    name: "wrong-meta-of-bytes.html",
    source: latin("<meta charset=utf-8><p>Das Café öffnet um 8 Uhr, die Gebühr beträgt 12 Euro."),
    text: "Das Café öffnet um 8 Uhr, die Gebühr beträgt 12 Euro.",
    warnings: ["1 guess of the text's encoding (windows-1252)"],
  },
  {
    name: "no-mark.txt",
    source: utf16("Preis: 9 €, Straße 7"),
    text: "Preis: 9 €, Straße 7",
    warnings: ["1 guess of the text's encoding (utf-16le)"],
  },
  {
    name: "meta-in-comment.html",
    source: "<!-- <meta charset=gbk> --><p>Straße äöü",
    text: "Straße äöü",
  },
  {
    name: "meta-as-code.md",
    source: '# Straßen\n\n    <meta charset="gbk">\n\näöü',
    text: '# Straßen\n\n    <meta charset="gbk">\n\näöü',
  },
  {
    name: "type-without-ending",
    contentType: "text/csv",
    source: "name,age\nAda,36\n",
    text: "name: Ada; age: 36",
  },
  {
    name: "latin1-with-magic.txt",
    source: latin(
      "ID3-Marken: das Café öffnet um 8 Uhr, die Gebühr beträgt 12 Euro. %PDF-1.7 kostet.",
    ),
    text: "ID3-Marken: das Café öffnet um 8 Uhr, die Gebühr beträgt 12 Euro. %PDF-1.7 kostet.",
    warnings: ["1 guess of the text's encoding (windows-1252)"],
  },
];
