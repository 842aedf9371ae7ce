import { deflateSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { extractText } from "../../../src/ingest/extract-text.ts";
import { readCharacterMap } from "./character-maps.ts";
import { docx, paragraph, pdf, zip } from "./documents.ts";
import { encodeText } from "./formats/encode-text.ts";

const toBytes = (content: string | Uint8Array) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

async function extracted(filename: string, content: string | Uint8Array) {
  const result = await extractText({ bytes: toBytes(content), filename }, readCharacterMap);
  return result.ok ? result.value : result.error;
}

const text = async (filename: string, content: string | Uint8Array) => {
  const result = await extracted(filename, content);
  return "text" in result ? result.text : `${result.code}: ${result.message}`;
};

describe("extractText", () => {
  it.each([
    ["notes.txt", "a\r\nb\rc", { text: "a\nb\nc", format: "plain" }],
    ["main.rs", "fn main() {}", { text: "fn main() {}", format: "plain" }],
    ["README.md", "# Hi", { text: "# Hi", format: "markdown" }],
    ["no extension", "\ufeffHallo", { text: "Hallo", format: "plain" }],
    ["a.csv", "name,age\nAda,36\n", { text: "name: Ada; age: 36", format: "csv", linesAbove: 0 }],
    ["a.tsv", "1\tx\n2\ty\n", { text: "1; x\n2; y", format: "csv", linesAbove: 0 }],
    [
      "a.csv",
      'a,b\n"two\nlines","say ""hi"""\n',
      { text: 'a: two lines; b: say "hi"', format: "csv", linesAbove: 0 },
    ],
    ["a.jsonl", '{"a":1}\n{"a":2}\n', { text: "line 1: a: 1\nline 2: a: 2", format: "json" }],
    ["a.json", '{"a":"\\u4e2d\\ud83d\\ude00 \\u0022"}', { text: 'a: 中😀 "', format: "json" }],
  ])("reads %s", async (filename, content, expected) => {
    expect(await extracted(filename, content)).toEqual(expected);
  });

  it("reads minified JSON by its members", async () => {
    const value = { list: [1, { deep: 'a "quoted", {brace}' }], empty: {}, long: "x".repeat(500) };

    expect(await text("a.json", JSON.stringify(value))).toBe(
      `list[0]: 1\n\nlist[1].deep: a "quoted", {brace}\n\nempty: {}\nlong: ${value.long}`,
    );
  });

  it("reads UTF-16 with a byte order mark", async () => {
    const little = new Uint8Array(Buffer.from("\ufeffGrüße", "utf16le"));
    const big = new Uint8Array(Buffer.from("\ufeffGrüße", "utf16le").swap16());

    expect(await text("a.txt", little)).toBe("Grüße");
    expect(await text("a.txt", big)).toBe("Grüße");
  });

  it.each([
    ["signatures.md", "# Signatures\n\nA PDF starts with %PDF-1.7 and ends with %%EOF."],
    ["a.txt", "%PDF-1.7 is the header of a PDF file."],
    ["a.md", "```\n%PDF-1.7\n1 0 obj\n```"],
  ])("reads a text that mentions the header of PDF files: %s", async (filename, content) => {
    expect(await text(filename, content)).toBe(content);
  });

  it("reads a PDF with other bytes before its header", async () => {
    const file = pdf([["Found."]]);
    const prefixed = (prefix: string) =>
      new Uint8Array(Buffer.concat([Buffer.from(prefix, "latin1"), file]));

    expect(await text("a.bin", prefixed("\0\x01\x02"))).toBe("Found.");
    expect(await text("a.pdf", prefixed("HTTP/1.1 200 OK\r\n\r\n"))).toBe("Found.");
  });

  it("reads a PDF by paragraphs and joins hyphenated words", async () => {
    const file = pdf([
      ["First line of some exam-", "ple text.", "", "Next paragraph."],
      ["Page two."],
    ]);

    expect(await extracted("whatever.bin", file)).toEqual({
      format: "plain",
      text: "First line of some example text.\n\nNext paragraph.\n\nPage two.",
      pages: [
        { start: 0, label: "1" },
        { start: 51, label: "2" },
      ],
    });
  });

  it("reads a DOCX with headings and tables", async () => {
    const cells = ["A", "B"].map((value) => `<w:tc>${paragraph(value)}</w:tc>`).join("");
    const table = `<w:tbl><w:tr>${cells}</w:tr></w:tbl>`;
    const file = docx(paragraph("Guide", "Heading1") + paragraph("Fish &amp; chips.") + table);

    expect(await extracted("a.docx", file)).toEqual({
      format: "markdown",
      text: "# Guide\n\nFish & chips.\n\n| A | B |",
    });
  });

  const invalid = "invalid_file: ";
  const unsupported = "unsupported_file: ";
  it.each([
    ["an empty file", "a.txt", "", `${invalid}The file is empty`],
    ["white space alone", "a.txt", " \n\t", `${invalid}The file has no text`],
    [
      "broken UTF-8",
      "a.txt",
      Uint8Array.of(97, 98, 0xc3, 0x28),
      `${invalid}The file is not valid UTF-8: the first invalid byte is at position 3.`,
    ],
    [
      "a character cut off",
      "a.txt",
      Uint8Array.of(97, 0xc3),
      `${invalid}The file is not valid UTF-8`,
    ],
    [
      "broken UTF-16",
      "a.txt",
      Uint8Array.of(0xff, 0xfe, 0x00, 0xd8),
      `${invalid}The file is not valid UTF-16`,
    ],
    [
      "binary posing as text",
      "a.txt",
      Uint8Array.of(104, 105, 0, 1, 2),
      `${unsupported}The file is not text`,
    ],
    [
      "control characters",
      "a.md",
      "\u0001\u0002\u0003 hello",
      `${unsupported}The file is not text`,
    ],
    [
      "an image posing as text",
      "a.txt",
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10),
      `${unsupported}The file is an image`,
    ],
    [
      "an old Word file",
      "a.doc",
      Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
      `${unsupported}The file is an old Office document or a password-protected one`,
    ],
    [
      "an Excel workbook",
      "a.docx",
      zip([{ name: "xl/workbook.xml", data: "" }]),
      `${unsupported}The file is an Excel workbook`,
    ],
    [
      "any other zip",
      "a.txt",
      zip([{ name: "a.txt", data: "a" }]),
      `${unsupported}The file is a zip archive`,
    ],
    [
      "half a zip",
      "a.docx",
      docx(paragraph("x")).slice(0, 200),
      `${invalid}The file looks like DOCX, but its end is missing`,
    ],
    ["a DOCX that is not XML", "a.docx", docx("<broken"), `${invalid}The file is a damaged DOCX`],
    [
      "a DOCX with a password",
      "a.docx",
      docx("", { flags: 1 }),
      `${invalid}The file is protected by a password`,
    ],
    ["half a PDF", "a.pdf", "%PDF-1.7\n1 0 obj", `${invalid}The PDF is damaged`],
    [
      "an encrypted PDF",
      "a.pdf",
      pdf([["secret"]], { encrypt: true }),
      `${invalid}The PDF is protected by a password`,
    ],
    ["a PDF of images", "a.pdf", pdf([[]]), `${invalid}The PDF has no text`],
    [
      "too large a text file",
      "a.txt",
      new Uint8Array(33 * 1024 * 1024).fill(97),
      `${invalid}The file is larger than 32 MB, the maximum for a text file`,
    ],
    [
      "too much text",
      "a.txt",
      new Uint8Array(17 * 1024 * 1024).fill(97),
      `${invalid}The file has more than 16 MB of text`,
    ],
    [
      "a table that grows too much",
      "a.csv",
      `${"h".repeat(10_000)},b\n${"1,2\n".repeat(4_000)}`,
      `${invalid}The file has more than 16 MB of text`,
    ],
  ])("refuses %s with a reason", async (_, filename, content, reason) => {
    expect(await text(filename, content)).toContain(reason);
  });

  it("reads a long DOCX in parts and loses nothing", async () => {
    const lines = Array.from({ length: 22_000 }, (_, line) => `Line ${line} > 0.`);
    const item = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>';
    const body = lines.map((line, index) => {
      const properties = index > 10_000 && index < 15_000 ? item : "";
      return `<w:p>${properties}<w:r a=">"><w:t>${line.replace(">", "&gt;")}</w:t></w:r></w:p><!-- </w:p> -->`;
    });
    const read = await text("a.docx", docx(body.join("")));
    expect(read.match(/Line \d+ > 0\./g)).toEqual(lines);
  });

  it("refuses a DOCX bomb, even with a false size", async () => {
    const bomb = " ".repeat(13_000_000);

    expect(await text("a.docx", docx(bomb))).toContain("unpacks to more than 12 MB");
    expect(await text("a.docx", docx(bomb, { sizeDeclared: 10 }))).toContain(
      "unpacks to more than 12 MB",
    );
  });

  it("refuses a PDF bomb, compressed once or twice", async () => {
    const bomb = deflateSync(new Uint8Array(66 * 1024 * 1024).fill(32));

    expect(await text("a.pdf", pdf([["x"]], { stream: bomb }))).toContain("unpacks to far more");
    expect(await text("a.pdf", pdf([["x"]], { stream: deflateSync(bomb) }))).toContain(
      "unpacks to far more",
    );
  });

  it("survives XML with 100,000 levels", async () => {
    const deep = `${"<w:p>".repeat(100_000)}${"</w:p>".repeat(100_000)}`;

    expect(await text("a.docx", docx(deep))).toMatch(/^invalid_file: The file/);
  });
});

describe("a text in an encoding that is not certain", () => {
  it.each([
    ["windows-1250", "Zażółć gęślą jaźń, opłata wynosi 9 złotych, a termin płatności mija dziś."],
    [
      "windows-1253",
      "Η εγγύηση του προϊόντος είναι δύο χρόνια και η επισκευή κοστίζει εννέα ευρώ.",
    ],
    ["windows-1255", "תקופת האחריות למוצר היא שנתיים והתיקון עולה תשע מאות שקלים חדשים"],
    ["iso-8859-5", "Срок гарантии на изделие составляет 2 года, ремонт стоит от 900 рублей."],
    ["macintosh", "Für Überweisungen fällt eine Gebühr an, größere Beträge prüft die Behörde."],
    ["koi8-r", "СРОК ГАРАНТИИ НА ИЗДЕЛИЕ СОСТАВЛЯЕТ ДВА ГОДА"],
    ["gbk", "The price of this item is 100元 for all of you, and 年 is a year."],
    ["gbk", "苹果 香蕉 橙子 葡萄 西瓜 草莓"],
    ["shift_jis", "東京都"],
  ])("is refused: %s, %s", async (label, words) => {
    expect(await text("a.txt", encodeText(label, words))).toContain("not valid UTF-8");
  });
});

describe("a text that begins like a file of another kind", () => {
  it.each([
    "MZ Wallace bags are sold in the shop at the corner of the street and online.",
    "ID3 tags hold the title and artist of an MP3 file.",
    "RIFF is a container format of 1991, used by WAV and AVI.",
    "Rar! cried the lion, and the mouse ran.",
    "PK is short for Phil Katz, who wrote PKZIP.",
    "BM stands for board meeting; the next one is in May 2026.",
    "GIF89a is the newer version of the format.",
    "OggS is the capture pattern of Ogg pages.",
    "fLaC marks a lossless audio file.",
    "BZh begins a bzip2 archive.",
    "# File signatures\n\nA PDF starts with the bytes %PDF-1.7 and ends with %%EOF.",
    "%PDF-1.4 is the header of a PDF file, and this line explains it in a few more words.",
    "The ftyp box of an MP4 file comes first.",
  ])("is read: %s", async (words) => {
    expect(await text("a.txt", new TextEncoder().encode(words))).toBe(words);
  });

  it.each([
    ["a program", "MZ\u0090\0\u0003\0\0\0\u0004\0\0\0".padEnd(80, "\0"), "a program"],
    ["a bitmap", "BM\u0036\0\0\0\0\0\0\0\u0036\0\0\0", "an image"],
    ["sound", "ID3\u0004\0\0\0\0\0\0", "audio"],
    ["a PostScript document", "%!PS-Adobe-3.0\n", "PostScript"],
    ["an RTF document", "{\\rtf1\\ansi hi}", "RTF"],
  ])("is refused if it is %s", async (_, content, reason) => {
    expect(await text("a.txt", new Uint8Array(Buffer.from(content, "latin1")))).toContain(reason);
  });
});
