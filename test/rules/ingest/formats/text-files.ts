import { encodeText } from "./encode-text.ts";
import type { FormatFile } from "./format-file.ts";

const latin = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const utf16 = (text: string, isBig = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return new Uint8Array(isBig ? bytes.swap16() : bytes);
};
function utf32(text: string, isLittle: boolean): Uint8Array {
  const codes = Array.from(`\ufeff${text}`, (sign) => sign.codePointAt(0) ?? 0);
  const view = new DataView(new ArrayBuffer(4 * codes.length));
  for (const [at, code] of codes.entries()) view.setUint32(4 * at, code, isLittle);
  return new Uint8Array(view.buffer);
}
const GUESSED = ["1 guess of the text's encoding (windows-1252)"];
const bytes = (...parts: readonly (string | readonly number[])[]) =>
  new Uint8Array(
    Buffer.concat(
      parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))),
    ),
  );

/** A text in an encoding that it does not declare, which must be guessed. */
const guessed = (label: string, text: string): FormatFile => ({
  name: `${label}.txt`,
  source: encodeText(label, text),
  text,
  warnings: [`1 guess of the text's encoding (${label})`],
});
const JAPANESE = "この製品の保証期間は2年です。修理の費用は9,000円からになります。";

/** Plain texts, and pages in other encodings, each with the text and the warnings that it must have. */
export const TEXT_FILES: readonly FormatFile[] = [
  { name: "ascii.txt", source: "Rise at 8.\r\nRest at 9.\r", text: "Rise at 8.\nRest at 9.\n" },
  { name: "utf8.txt", source: "Straße 9, 中文, 😀", text: "Straße 9, 中文, 😀" },
  { name: "bom.txt", source: "\ufeffPrices", text: "Prices" },
  { name: "utf16.txt", source: utf16("Preis: 9 €"), text: "Preis: 9 €" },
  { name: "utf16be.txt", source: utf16("Preis: 9 €", true), text: "Preis: 9 €" },
  {
    name: "utf32.txt",
    source: utf32("Prices rose 😀 9 %.\r\nx", true),
    text: "Prices rose 😀 9 %.\nx",
  },
  { name: "utf32be.txt", source: utf32("Prices rose 😀.", false), text: "Prices rose 😀." },
  {
    name: "latin1.txt",
    source: latin("Das Café öffnet um 8 Uhr, die Gebühr beträgt 12 Euro im Jahr."),
    text: "Das Café öffnet um 8 Uhr, die Gebühr beträgt 12 Euro im Jahr.",
    warnings: GUESSED,
  },
  {
    name: "cp1252.txt",
    source: bytes(
      "The fee is ",
      [0x80],
      "9 ",
      [0x96],
      " he said ",
      [0x93],
      "no",
      [0x94],
      " to all of it.",
    ),
    text: "The fee is €9 – he said “no” to all of it.",
    warnings: GUESSED,
  },
  {
    name: "meta.html",
    source: latin(
      '<html><head><meta charset="windows-1252"></head><body><p>The café opens at 8.</p></body></html>',
    ),
    text: "The café opens at 8.",
  },
  {
    name: "meta-type.html",
    source: bytes(
      '<html><head><meta http-equiv=Content-Type content="text/html; charset=Shift_JIS"></head><p>',
      [0x93, 0xfa, 0x96, 0x7b],
      " 2026",
    ),
    text: "日本 2026",
  },
  {
    name: "koi8.html",
    source: bytes("<html><meta charset=koi8-r><p>", [0xf3, 0xd2, 0xcf, 0xcb], ": 30"),
    text: "Срок: 30",
  },
  {
    name: "gbk.html",
    source: bytes("<html><meta charset=gbk><p>", [0xb1, 0xa3, 0xd0, 0xde], " 2"),
    text: "保修 2",
  },
  {
    name: "wrong-meta.html",
    source: '<html><meta charset="iso-8859-1"><p>Straße 9',
    text: "Straße 9",
  },
  {
    name: "soft.txt",
    source: "in\u00adfor\u00adma\u00adtion, self\u2010contained",
    text: "information, self-contained",
  },
  { name: "spaces.txt", source: "10\u2003mg, 9\u202f000 EUR", text: "10\u2003mg, 9\u202f000 EUR" },
  guessed(
    "windows-1252",
    "Die Größe: »Ärger« und créée, für 9\u00a0€ – im “Haus” an der alten Straße neben der Kirche, die im Sommer jeden Tag offen ist.",
  ),
  guessed("shift_jis", JAPANESE),
  guessed("euc-jp", JAPANESE),
  guessed("euc-kr", "이 제품의 보증 기간은 2년입니다. 수리 비용은 9,000원부터 시작합니다."),
  guessed("gbk", "本产品的保修期为2年,维修费用从900元起。请在购买后30天内到公司的网站上注册。"),
  guessed("big5", "本產品的保固期為2年,維修費用從900元起。請在購買後30天內到公司的網站上註冊。"),
  guessed("koi8-r", "Срок гарантии на изделие составляет 2 года, ремонт стоит от 900 рублей."),
  guessed("koi8-u", "Термін гарантії на виріб становить 2 роки, її можна подовжити ще на 3."),
  guessed(
    "windows-1251",
    "Срок гарантии на изделие составляет 2 года, ремонт стоит от 900 рублей.",
  ),
  {
    name: "iso-2022-jp.txt",
    source: bytes([0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42], " 2026"),
    text: "日本 2026",
    warnings: ["1 guess of the text's encoding (iso-2022-jp)"],
  },
  { name: "escape.txt", source: "\u001b$Bé is a price.", text: "\u001b$Bé is a price." },
];
