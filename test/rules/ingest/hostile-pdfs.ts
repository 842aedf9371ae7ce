import { deflateSync } from "node:zlib";

import {
  cffFont,
  compressed,
  encryption128,
  type PdfPart,
  pdfOf,
  SENTENCE,
  stream,
  trueTypeFont,
} from "./pdf-files.ts";
import { cjkFont } from "./pdf/draw-pdf.ts";

const OPERATORS = `BT ${"() Tj ".repeat(10_000_000)}ET`;
const FORM = "/Type /XObject /Subtype /Form /BBox [0 0 9 9]";
const hex = (bytes: Uint8Array) => `${Buffer.from(bytes).toString("hex")}>`;
const content = (part: PdfPart) => pdfOf({ 5: part });

/** A text that hardly compresses, so that damage in it is far from its end. */
const randomText = () =>
  Array.from({ length: 50_000 }, (_, at) =>
    ((at * 2_654_435_761) % 4_294_967_296).toString(36),
  ).join(" ");

/** Overwrites a part of compressed data. */
function damage(data: Uint8Array): Uint8Array {
  const half = Math.floor(data.length / 2);
  return Buffer.concat([data.subarray(0, half), Buffer.alloc(64, 255), data.subarray(half + 64)]);
}

/** Each form runs the next one ten times. */
function nestedForms(): Uint8Array {
  const forms = Array.from({ length: 10 }, (_, level) => [
    10 + level,
    compressed(
      SENTENCE + `/F${level + 1} Do `.repeat(10),
      `${FORM} /Resources << /Font << /F1 4 0 R >> /XObject << /F${level + 1} ${11 + level} 0 R >> >>`,
    ),
  ]);
  return pdfOf(
    { 5: compressed("/F0 Do"), ...Object.fromEntries(forms) },
    { resources: "/XObject << /F0 10 0 R >>" },
  );
}

/** Each form runs all the others, so that there are as many ways through them as orders of 20 forms. */
function circularForms(): Uint8Array {
  const numbers = Array.from({ length: 20 }, (_, at) => 10 + at);
  const names = numbers.map((number) => `/F${number} ${number} 0 R`).join(" ");
  const resources = `/Resources << /XObject << ${names} >> >>`;
  const runs = numbers.map((number) => `/F${number} Do `).join("");
  const forms = numbers.map((number) => [number, compressed(runs, `${FORM} ${resources}`)]);
  return pdfOf(
    { 5: compressed("/F10 Do"), ...Object.fromEntries(forms) },
    { resources: `/XObject << ${names} >>` },
  );
}

/** Rows that repeat the one before, so that the operators are nowhere in the file. */
function predicted(): Uint8Array {
  const row = "() Tj ".repeat(6);
  const rows = Buffer.alloc((row.length + 1) * 1_000_000);
  for (let at = 0; at < rows.length; at += row.length + 1) rows[at] = 2;
  rows.write(row, 1);
  return content(compressed(rows, `/DecodeParms << /Predictor 12 /Columns ${row.length} >>`));
}

/** A font whose dictionary or program has these entries. */
const font = (entries: string, parts: Readonly<Record<number, PdfPart | string>>) =>
  pdfOf({ 4: `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica ${entries} >>`, ...parts });

function fontProgram(program: Uint8Array): Uint8Array {
  const file = compressed(program, "/Subtype /Type1C");
  const descriptor = "<< /Type /FontDescriptor /FontName /Helvetica /Flags 32 /FontFile3 7 0 R >>";
  return font("/FontDescriptor 6 0 R", { 6: descriptor, 7: file });
}

function codeRanges(): Uint8Array {
  const range = "1 beginbfrange <000000> <ffffff> <0041> endbfrange ";
  return font("/ToUnicode 6 0 R", { 6: compressed(`begincmap ${range.repeat(20)} endcmap`) });
}

/** Each map of characters is small enough for one font. */
function severalRanges(): Uint8Array {
  const map = compressed("begincmap 1 beginbfrange <000000> <3fffff> <0041> endbfrange endcmap");
  const fonts = Array.from({ length: 6 }, (_, index) => [
    20 + index,
    `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode ${30 + index} 0 R >>`,
  ]);
  const maps = Array.from({ length: 6 }, (_, index) => [30 + index, map]);
  return pdfOf({ ...Object.fromEntries(fonts), ...Object.fromEntries(maps) });
}

/** Each stream unpacks to less than a stream may. */
function manySpaces(): Uint8Array {
  const spaces = compressed(Buffer.alloc(60_000_000, 32));
  return pdfOf(Object.fromEntries(Array.from({ length: 9 }, (_, at) => [20 + at, spaces])));
}

function wideFont(): Uint8Array {
  const inner =
    "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /W [0 4000000000 500] " +
    "/CIDSystemInfo << /Registry (a) /Ordering (b) /Supplement 0 >> >>";
  const outer =
    "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] >>";
  return pdfOf({ 4: outer, 6: inner });
}

/** A stream among the objects of a stream of objects. */
function hiddenStream(): Uint8Array {
  const data = deflateSync(OPERATORS);
  const inner = Buffer.from(`<< /Filter /FlateDecode /Length ${data.length} >> stream\n`);
  return pdfOf({
    8: compressed(
      Buffer.concat([Buffer.from("5 0 "), inner, data, Buffer.from("\nendstream")]),
      "/Type /ObjStm /N 1 /First 4",
    ),
  });
}

/** Each font makes the library read a character map of its own. */
function predefinedMaps(): Uint8Array {
  const fonts = Array.from({ length: 100 }, (_, index) => [
    100 + index,
    cjkFont("UniGB-UTF16-H", "GB1"),
  ]);
  const names = fonts.map(([number]) => `/G${number} ${number} 0 R`).join(" ");
  const shown = fonts.map(([number]) => `BT /G${number} 9 Tf <4fdd> Tj ET`).join(" ");
  return pdfOf({
    ...Object.fromEntries(fonts),
    3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << ${names} >> >> >>`,
    5: compressed(shown),
  });
}

/** Annotations with an appearance that is much work to draw. */
const annotations = (list: string) =>
  pdfOf({
    3:
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Annots ${list} ` +
      "/Resources << /Font << /F1 4 0 R >> >> >>",
    8: "<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] /Contents (x) /AP << /N 9 0 R >> >>",
    9: compressed(OPERATORS, `${FORM} /Resources << /Font << /F1 4 0 R >> >>`),
  });

/** Pieces of text in lines, each piece so many points after the one before it. */
function pieces(lines: number, line: string): Uint8Array {
  const starts = Array.from({ length: lines }, (_, at) => `1 0 0 1 0 ${20 * at} Tm ${line}`);
  return pdfOf({
    3:
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99999999 99999999] /Contents 5 0 R " +
      "/Resources << /Font << /F1 4 0 R >> >> >>",
    5: compressed(`${SENTENCE}BT /F1 12 Tf ${starts.join(" ")} ET`),
  });
}

const UNPACKS = /unpacks to far more/;
const STEPS = /more drawing operators and values than/;
const FONTS = /fonts with more characters/;
const OBJECTS = /table of more objects/;
const UNMEASURED = /cannot be measured/;
const DAMAGED = /is damaged/;

/**
 * Small malicious PDF files that would be much work for the PDF library, by name, each with the reason for which it is
 * refused; null if it is read nevertheless.
 */
export const HOSTILE_PDFS: Readonly<
  Record<string, readonly [make: () => Uint8Array, reason: RegExp | null]>
> = {
  spaces: [() => content(compressed(Buffer.alloc(80_000_000, 32))), UNPACKS],
  operators: [() => content(compressed(OPERATORS)), STEPS],
  "joined operators": [() => content(compressed("qQ".repeat(10_000_000))), STEPS],
  string: [() => content(compressed(`BT (${"a".repeat(8_000_000)}) Tj ET`)), STEPS],
  numbers: [() => content(compressed("1 ".repeat(20_000_000))), STEPS],
  "operators after a mark in an image": [
    () => content(compressed(`BI ID %\u0001\u0002 EI ${"n ".repeat(10_000_000)}`)),
    STEPS,
  ],
  chain: [
    () => content(stream(hex(deflateSync(OPERATORS)), "/Filter [/ASCIIHexDecode /FlateDecode]")),
    STEPS,
  ],
  "escaped name": [
    () => content(stream(deflateSync(OPERATORS), "/Fi#6cter /Fl /X (endobj 6 0 obj << /Y 1 >>)")),
    STEPS,
  ],
  predictor: [predicted, UNMEASURED],
  "compressed twice": [
    () => content(stream(deflateSync(deflateSync(OPERATORS)), "/Filter [/Fl /Fl]")),
    UNMEASURED,
  ],
  "compressed content": [() => content(compressed(deflateSync(OPERATORS))), UNPACKS],
  "spaces of many streams": [manySpaces, UNPACKS],
  "unknown filter": [() => content(stream("x", "/Filter /BrotliDecode")), UNMEASURED],
  "nested forms": [nestedForms, STEPS],
  "circular forms": [circularForms, STEPS],
  "one stream often": [
    () =>
      pdfOf({ 5: compressed("n ".repeat(100_000)) }, { contents: `[${"5 0 R ".repeat(5_000)}]` }),
    STEPS,
  ],
  "inline images without end": [
    () => content(compressed(`${SENTENCE}${"BI /F /A85 ID x EI q Q ".repeat(60_000)}`)),
    STEPS,
  ],
  "ranges of characters": [codeRanges, FONTS],
  "widths of characters": [wideFont, FONTS],
  "predefined maps of characters": [predefinedMaps, FONTS],
  "appearance of an annotation": [() => annotations("[8 0 R]"), null],
  "many annotations": [() => annotations(`[${"8 0 R ".repeat(500_000)}]`), null],
  "last character": [() => font("/FirstChar 0 /LastChar 4000000000 /Widths [1]", {}), FONTS],
  "stream in a stream of objects": [hiddenStream, UNMEASURED],
  "ranges of several fonts": [severalRanges, FONTS],
  "long table": [
    () => pdfOf({ 9: compressed(Buffer.alloc(3_100_000), "/Type /XRef /W [1 1 1] /Size 9") }),
    OBJECTS,
  ],
  "table of nothing": [
    () => pdfOf({ 9: stream("x", "/Type /XRef /W [0 0 0] /Index [0 2000000000]") }),
    OBJECTS,
  ],
  "columns of a table": [() => pieces(4, "(7) Tj 50 0 Td ".repeat(12_000)), null],
  "signs of a line": [
    () => pieces(1, `(A B C D E) Tj 60 0 Td ${"(7) Tj 21 0 Td ".repeat(60_000)}`),
    null,
  ],
  "pieces of text": [() => pieces(1_000, "(7a) Tj 16 0 Td ".repeat(80)), null],
  "deep object": [() => pdfOf({ 6: "[".repeat(5_000_000) }), null],
  "circular pages": [() => pdfOf({}, { kids: "[2 0 R 3 0 R]", count: 2 }), DAMAGED],
  "encrypted operators": [
    () => pdfOf({ 5: compressed(OPERATORS) }, { encrypt: encryption128("AESV2") }),
    STEPS,
  ],
  "damaged operators": [
    () => content(stream(damage(deflateSync(randomText())), "/Filter /FlateDecode")),
    /compressed part of the PDF is damaged/,
  ],
  "damaged stream of objects": [
    () =>
      pdfOf({
        8: stream(
          damage(deflateSync(randomText())),
          "/Filter /FlateDecode /Type /ObjStm /N 1 /First 4",
        ),
      }),
    /compressed part of the PDF is damaged/,
  ],
  "font program": [() => fontProgram(cffFont(10)), null],
  "table of a font program": [() => fontProgram(trueTypeFont()), null],
  "good font program": [() => fontProgram(cffFont(1)), null],
  "good chain": [
    () => content(stream(hex(deflateSync(SENTENCE)), "/Filter [/ASCIIHexDecode /FlateDecode]")),
    null,
  ],
  "good, not compressed": [() => content(stream(SENTENCE)), null],
  "good forms": [
    () =>
      pdfOf(
        { 5: compressed("/A Do /B Do"), 6: compressed(SENTENCE, FORM) },
        { resources: "/XObject << /A 6 0 R /B 6 0 R >>" },
      ),
    null,
  ],
};
