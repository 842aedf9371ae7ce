import {
  at,
  bytes,
  cjkFont,
  type DrawnFile,
  type DrawnPdfs,
  drawPdf,
  UNMAPPED_FONT,
  utf16,
} from "./draw-pdf.ts";

const one = (content: readonly string[], file: DrawnFile) => () => drawPdf([{ content }], file);

const HIDDEN_SENTENCE =
  "The quick brown fox jumps over the lazy dog and then returns to the warm house near the river";
const widget = (entries: string, rect: string) =>
  `/Subtype /Widget /Rect [${rect}] /F 4 ${entries}`;

/** A text field with a value. */
const field = (name: string, value: string, rect: string) =>
  widget(`/FT /Tx /T (${name}) /V (${value})`, rect);

/** A check box that has the value `/Yes` if it is checked. */
const box = (name: string, isChecked: boolean, rect: string) =>
  widget(
    `/FT /Btn /T (${name}) /V /${isChecked ? "Yes" : "Off"} /AS /${isChecked ? "Yes" : "Off"} ${BOX_LOOK}`,
    rect,
  );
const BOX_LOOK = "/AP << /N << /Yes 5 0 R /Off 5 0 R >> >>";

/** PDF files whose letters or values are not in the text of a page, with the text that is extracted from each. */
export const PDFS_OF_LETTERS: DrawnPdfs = {
  "Japanese with a predefined map, beside Latin": [
    one(
      [
        at(72, 700, utf16("日本語の保証は二年です。"), { font: 2 }),
        at(72, 680, "The warranty ends after 2 years."),
      ],
      { fonts: [cjkFont("UniJIS-UCS2-H", "Japan1")] },
    ),
    "日本語の保証は二年です。\nThe warranty ends after 2 years.",
  ],
  "Japanese in Shift_JIS on the line of Latin text": [
    one(
      [
        at(72, 700, "Model X-200: "),
        at(152, 700, bytes(0x95, 0xdb, 0x8f, 0xd8), { font: 2 }),
        at(180, 700, "24 months"),
      ],
      { fonts: [cjkFont("90ms-RKSJ-H", "Japan1")] },
    ),
    "Model X-200: 保証 24 months",
  ],
  "Chinese, simplified": [
    one([at(72, 700, utf16("保修期为两年"), { font: 2 })], {
      fonts: [cjkFont("UniGB-UCS2-H", "GB1")],
    }),
    "保修期为两年",
  ],
  "Chinese, traditional, in Big5": [
    one([at(72, 700, bytes(0xab, 0x4f, 0xad, 0xd7), { font: 2 })], {
      fonts: [cjkFont("ETen-B5-H", "CNS1")],
    }),
    "保修",
  ],
  Korean: [
    one([at(72, 700, utf16("보증 기간은 2년입니다"), { font: 2 })], {
      fonts: [cjkFont("UniKS-UCS2-H", "Korea1")],
    }),
    "보증 기간은 2년입니다",
  ],
  "vertical Japanese in columns from right to left": [
    one(
      [
        at(470, 700, utf16("日本語の保証"), { font: 2 }),
        at(450, 700, utf16("は二年です。"), { font: 2 }),
      ],
      { fonts: [cjkFont("UniJIS-UCS2-V", "Japan1")] },
    ),
    "日本語の保証は二年です。",
  ],
  "a font without a mapping beside a readable one": [
    one(
      [
        at(72, 700, utf16(HIDDEN_SENTENCE, -29), { font: 2, size: 6 }),
        at(72, 680, "Readable words remain."),
      ],
      { fonts: [UNMAPPED_FONT] },
    ),
    "Readable words remain.",
  ],
  "a form with labels": [
    () =>
      drawPdf([
        {
          content: [
            at(72, 700, "Name:"),
            at(72, 660, "Amount due:"),
            at(100, 620, "I agree to the terms"),
            at(100, 600, "I want the newsletter"),
          ],
          annotations: [
            field("n1", "Grace Example", "150 695 350 712"),
            field("n2", "1,250.00 EUR", "150 655 350 672"),
            box("terms", true, "72 617 88 631"),
            box("news", false, "72 597 88 611"),
          ],
        },
      ]),
    "Name: Grace Example\n\nAmount due: 1,250.00 EUR\n\n☒ I agree to the terms\n☐ I want the newsletter",
  ],
  "a form of values alone": [
    () =>
      drawPdf([
        {
          content: [],
          annotations: [
            field("city", "Lisbon", "150 695 350 712"),
            widget(
              "/FT /Ch /T (plan) /Opt [[(p1) (Basic)] [(p2) (Premium)]] /V (p2)",
              "150 655 350 672",
            ),
          ],
        },
      ]),
    "city: Lisbon\n\nplan: Premium",
  ],
  "free text and notes, without hidden ones": [
    () =>
      drawPdf([
        {
          content: [at(72, 700, "The fee is 10 EUR.")],
          annotations: [
            "/Subtype /FreeText /Rect [72 600 300 620] /F 4 /Contents (Valid from May on) /DA (/Helv 10 Tf)",
            "/Subtype /Text /Rect [300 700 320 720] /F 28 /T (Ada) /Contents (Ask the lawyer first)",
            "/Subtype /Highlight /Rect [72 695 100 712] /QuadPoints [72 712 100 712 72 695 100 695] /F 4 /Contents (Is it net?)",
            "/Subtype /FreeText /Rect [72 500 300 520] /F 2 /Contents (Not shown) /DA (/Helv 10 Tf)",
          ],
        },
      ]),
    "The fee is 10 EUR.\n\nValid from May on\n\nNote (Ada): Ask the lawyer first\n\nNote: Is it net?",
  ],
};
