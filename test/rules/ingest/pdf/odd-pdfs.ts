import { at, type DrawnPage, type DrawnPdfs, drawPdf, lines } from "./draw-pdf.ts";

const page = (...content: readonly (string | readonly string[])[]): DrawnPage => ({
  content: content.flat(),
});
const one =
  (...content: readonly (string | readonly string[])[]) =>
  () =>
    drawPdf([page(...content)]);

const SPRING = [
  "The committee met in the spring and",
  "reviewed the annual report of the",
  "company with great care. It found",
  "no errors in the accounts.",
];
const AUTUMN = [
  "In the autumn it approved the budget",
  "for the coming year and asked the",
  "board to publish both documents on",
  "the web site of the company.",
];
const MEMBERS = [
  "Members pay 40 EUR each year and get",
  "the magazine by post. Students pay",
  "only 20 EUR if they show a card",
  "that is valid in that year.",
];
const GUESTS = [
  "Guests may visit the meetings twice",
  "without any fee. After that they have",
  "to become members or pay 5 EUR for",
  "each evening.",
];
const text = (column: readonly string[]) => column.join("\n");

/** Draws two columns row by row. */
const byRow = (y: number, left: readonly string[], right: readonly string[]) =>
  left.flatMap((line, row) => [
    at(72, y - row * 14, line, { size: 10 }),
    at(320, y - row * 14, right[row] ?? "", { size: 10 }),
  ]);
/** Draws rows of cells at the given positions. */
const cells = (y: number, columns: readonly number[], rows: readonly (readonly string[])[]) =>
  rows.flatMap((row, index) =>
    row.map((cell, column) => (cell === "" ? "" : at(columns[column] ?? 0, y - index * 16, cell))),
  );

/** PDF files with rarer layouts, with the text that is extracted from each. */
export const ODD_PDFS: DrawnPdfs = {
  "headings across two columns": [
    one(
      at(72, 760, "Minutes of the committee", { size: 18 }),
      byRow(730, SPRING, AUTUMN),
      at(72, 650, "Fees and guests of the club", { size: 18 }),
      byRow(620, MEMBERS, GUESTS),
    ),
    `Minutes of the committee\n\n${text(SPRING)}\n\n${text(AUTUMN)}\n\nFees and guests of the club\n\n` +
      `${text(MEMBERS)}\n\n${text(GUESTS)}`,
  ],
  "a short heading above each column": [
    one(at(72, 720, "Reviews"), at(320, 720, "Budget"), byRow(700, SPRING, AUTUMN)),
    `Reviews\n\n${text(SPRING)}\n\nBudget\n\n${text(AUTUMN)}`,
  ],
  "columns of different length": [
    one(
      lines(72, 700, [...SPRING, ...MEMBERS], { size: 10 }),
      lines(320, 700, AUTUMN, { size: 10 }),
    ),
    `${text(SPRING)}\n${text(MEMBERS)}\n\n${text(AUTUMN)}`,
  ],
  "words, numbers and amounts spaced apart": [
    one(
      at(72, 700, "TOTAL 1,250.00 EUR", { state: "4 Tc" }),
      at(72, 660, "A M O U N T  5 0 0"),
      Array.from("CHAPTER 12", (letter, index) =>
        letter === " " ? "" : at(72 + index * 16, 620, letter, { size: 14 }),
      ),
      at(72, 580, "Answers: 1 2 3 4 or 5"),
    ),
    "TOTAL 1,250.00 EUR\n\nAMOUNT 500\n\nCHAPTER 12\n\nAnswers: 1 2 3 4 or 5",
  ],
  "headers that differ on even and odd pages": [
    () =>
      drawPdf(
        [1, 2, 3, 4, 5].map((number) =>
          page(
            at(72, 770, number % 2 === 1 ? "Chapter 1: Terms" : "ACME Handbook 2026"),
            lines(72, 700, [`Rule ${number} says that ${number}0 days pass`, "before it ends."]),
            at(number % 2 === 1 ? 500 : 72, 20, `- ${number} -`),
          ),
        ),
      ),
    "Chapter 1: Terms\n\nRule 1 says that 10 days pass\nbefore it ends.\n\nACME Handbook 2026\n\n" +
      "Rule 2 says that 20 days pass\nbefore it ends.\n\nRule 3 says that 30 days pass\nbefore it ends.\n\n" +
      "ACME Handbook 2026\n\nRule 4 says that 40 days pass\nbefore it ends.\n\nRule 5 says that 50 days pass\nbefore it ends.",
  ],
  "Roman page numbers and a word across pages": [
    () =>
      drawPdf([
        page(lines(72, 100, ["The owner has to keep the docu-"]), at(300, 20, "ix")),
        page(lines(72, 720, ["ments for ten years."]), at(300, 20, "x")),
        page(lines(72, 720, ["After it, article 7 holds."]), at(300, 20, "xi")),
      ]),
    "The owner has to keep the documents for ten years.\n\nAfter it, article 7 holds.",
  ],
  "a table without lines, with an empty cell": [
    one(
      at(72, 740, "Prices"),
      cells(
        700,
        [72, 200, 320, 400],
        [
          ["Plan", "Monthly fee", "Seats", "Support"],
          ["Solo", "9.00 EUR", "1", "e-mail"],
          ["Team", "99.00 EUR", "20", "phone"],
          ["Group", "", "50", "phone"],
        ],
      ),
    ),
    "Prices\n\n| Plan | Monthly fee | Seats | Support |\n| --- | --- | --- | --- |\n| Solo | 9.00 EUR | 1 | e-mail |\n" +
      "| Team | 99.00 EUR | 20 | phone |\n| Group |  | 50 | phone |",
  ],
  "numbers aligned on the right": [
    one(
      [
        ["Item", "2025", "2026"],
        ["Revenue", "12,345.60", "1.2"],
        ["Cost", "(3.4)", "10,000.00"],
        ["Net", "12,342.20", "9"],
      ].flatMap((row, index) =>
        row.map((cell, column) =>
          at(
            column === 0 ? 72 : ([0, 300, 450][column] ?? 0) - cell.length * 6,
            700 - index * 18,
            cell,
          ),
        ),
      ),
    ),
    "| Item | 2025 | 2026 |\n| --- | --- | --- |\n| Revenue | 12,345.60 | 1.2 |\n| Cost | (3.4) | 10,000.00 |\n" +
      "| Net | 12,342.20 | 9 |",
  ],
  "cells of two lines": [
    one(
      cells(
        700,
        [72, 200],
        [
          ["Term", "Meaning"],
          ["Lease", "A contract that lasts"],
          ["", "more than one year"],
          ["Fee", "Paid at the start"],
          ["Deposit", "Three rents"],
        ],
      ),
    ),
    "| Term | Meaning |\n| Lease | A contract that lasts more than one year |\n| Fee | Paid at the start |\n| Deposit | Three rents |",
  ],
  "a page upside down": [
    () =>
      drawPdf([
        {
          content: [
            at(500, 100, "First line", { angle: 180 }),
            at(500, 114, "and second line", { angle: 180 }),
          ],
          entries: "/Rotate 180",
        },
      ]),
    "First line\nand second line",
  ],
  "a watermark across pages": [
    () =>
      drawPdf(
        [1, 2, 3].map((number) =>
          page(
            lines(72, 700, [`Page text number ${number} stands here.`, "It has two lines."]),
            at(150, 300, "CONFIDENTIAL", { angle: 45, size: 60 }),
          ),
        ),
      ),
    "Page text number 1 stands here.\nIt has two lines.\n\nCONFIDENTIAL\n\nPage text number 2 stands here.\nIt has two lines.\n\n" +
      "Page text number 3 stands here.\nIt has two lines.",
  ],
  "stamps, underlines and radio buttons": [
    () =>
      drawPdf([
        {
          content: [at(72, 700, "Contract")],
          annotations: [
            "/Subtype /Stamp /Rect [72 500 200 520] /F 4 /Contents (APPROVED 7)",
            "/Subtype /Underline /Rect [72 695 100 712] /QuadPoints [72 712 100 712 72 695 100 695] /F 4 /T (Bob) /Contents (Check 5)",
            "/Subtype /Widget /FT /Btn /Ff 32768 /T (plan) /V /Team /AS /Team /Rect [300 560 310 570] /F 4 /AP << /N << /Team 5 0 R /Off 5 0 R >> >>",
            "/Subtype /Popup /Rect [0 0 9 9] /Contents (shown with its note)",
          ],
        },
      ]),
    "Contract\n\nplan: ☒ Team\n\nNote: APPROVED 7\n\nNote (Bob): Check 5",
  ],
  "raised signs and scaled text": [
    one(
      at(72, 700, "10"),
      at(86, 705, "-3", { size: 8 }),
      at(97, 700, "mol in 2026"),
      ["q 2 0 0 2 0 0 cm", at(36, 320, "Scaled text 42"), "Q"],
      at(72, 600, "BT /F1 12 Tf"),
    ),
    "10^-3 mol in 2026\n\nScaled text 42\n\nBT /F1 12 Tf",
  ],
};
