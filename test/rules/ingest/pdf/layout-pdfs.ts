import { at, type DrawnPage, type DrawnPdfs, drawPdf, lines } from "./draw-pdf.ts";
import { ODD_PDFS } from "./odd-pdfs.ts";

const page = (...content: readonly (string | readonly string[])[]): DrawnPage => ({
  content: content.flat(),
});
const one = (content: readonly (string | readonly string[])[]) => () => drawPdf([page(...content)]);

/** Draws each letter twice, a little to the right, with room between letters. */
const doubled = (text: string, x: number, y: number, step: number) =>
  Array.from(text).flatMap((letter, index) =>
    [0, 0.3].map((shift) => at(x + index * step + shift, y, letter, { size: 14 })),
  );

const report = (number: number): DrawnPage =>
  page(
    at(72, 760, "ACME Annual Report"),
    lines(72, 690, [
      `Section ${number} has a text of its own that is not`,
      `repeated, and it costs ${number}50 EUR a month.`,
    ]),
    at(300, 30, `Page ${number} of 4`),
    at(500, 760, `${number}`),
  );

const LEFT = [
  "The committee met in the spring and",
  "reviewed the annual report of the",
  "company with great care. It found",
  "no errors in the accounts.",
];
const RIGHT = [
  "In the autumn it approved the budget",
  "for the coming year and asked the",
  "board to publish both documents on",
  "the web site of the company.",
];
const THIRD = ["A third column", "has short lines", "that go on and", "end here."];

/** PDF files whose text must be put in order, with the text that is extracted from each. */
export const PDFS_OF_LAYOUT: DrawnPdfs = {
  "letters drawn twice": [
    one([doubled("WARRANTY", 72, 700, 12), at(72, 660, "ends after two years.")]),
    "WARRANTY\n\nends after two years.",
  ],
  "lines drawn four times": [
    one([
      [0, 0.2, 0.4, 0.6].map((shift) => at(72 + shift, 700 - shift / 2, "Bold title 2026")),
      at(72, 680, "Plain line."),
    ]),
    "Bold title 2026\nPlain line.",
  ],
  "letters spaced apart": [
    one([
      at(72, 700, "WARRANTY TERMS", { state: "5 Tc" }),
      at(72, 660, "C O N T E N T S"),
      at(72, 620, "Choose A B C D or E"),
      Array.from("Notice", (letter, index) => at(72 + index * 18, 580, letter)),
    ]),
    "WARRANTY TERMS\n\nCONTENTS\n\nChoose A B C D or E\n\nNotice",
  ],
  "two columns drawn row by row": [
    one([
      at(72, 740, "Minutes of the committee"),
      LEFT.flatMap((left, row) => [
        at(72, 700 - row * 14, left),
        at(330, 700 - row * 14, RIGHT[row] ?? ""),
      ]),
    ]),
    `Minutes of the committee\n\n${LEFT.join("\n")}\n\n${RIGHT.join("\n")}`,
  ],
  "three columns drawn row by row": [
    one([
      [0, 1, 2, 3].flatMap((row) => [
        at(40, 700 - row * 14, LEFT[row] ?? "", { size: 9 }),
        at(230, 700 - row * 14, RIGHT[row] ?? "", { size: 9 }),
        at(430, 700 - row * 14, THIRD[row] ?? "", { size: 9 }),
      ]),
    ]),
    `${LEFT.join("\n")}\n\n${RIGHT.join("\n")}\n\n${THIRD.join("\n")}`,
  ],
  "a table by aligned gaps": [
    one([
      at(72, 720, "Results of the year"),
      [
        ["Item", "2025", "2026"],
        ["Revenue", "1,200.50", "1,350.75"],
        ["Cost of sales", "(800)", "(910)"],
        ["Profit", "400.50", "440.75"],
      ].flatMap((row, index) =>
        row.map((cell, column) => at([72, 250, 350][column] ?? 0, 680 - index * 16, cell)),
      ),
      at(72, 590, "The table is in million EUR."),
    ]),
    "Results of the year\n\n| Item | 2025 | 2026 |\n| --- | --- | --- |\n| Revenue | 1,200.50 | 1,350.75 |\n" +
      "| Cost of sales | (800) | (910) |\n| Profit | 400.50 | 440.75 |\n\nThe table is in million EUR.",
  ],
  "headers and page numbers that repeat": [
    () => drawPdf([1, 2, 3, 4].map((number) => report(number))),
    "ACME Annual Report\n\n" +
      [1, 2, 3, 4]
        .map(
          (number) =>
            `Section ${number} has a text of its own that is not\nrepeated, and it costs ${number}50 EUR a month.`,
        )
        .join("\n\n"),
  ],
  "a sentence that goes on on the next page": [
    () =>
      drawPdf([
        page(
          lines(72, 100, ["The contract may be ended by either", "party with a notice of infor-"]),
        ),
        page(lines(72, 720, ["mation in writing. It then", "ends after 30 days."])),
      ]),
    "The contract may be ended by either\nparty with a notice of information in writing. It then\nends after 30 days.",
  ],
  "rotated pages and notes in the margin": [
    () =>
      drawPdf([
        {
          content: [
            at(100, 72, "Turned page, line one", { angle: 90 }),
            at(114, 72, "and line two.", { angle: 90 }),
            at(300, 700, "upright"),
          ],
          entries: "/Rotate 90",
        },
      ]),
    "Turned page, line one\nand line two.\n\nupright",
  ],
  "raised and lowered digits": [
    one([
      at(72, 700, "About 10"),
      at(121.5, 705, "6", { size: 8 }),
      at(128, 700, "cells in 5 cm"),
      at(194.5, 705, "2", { size: 8 }),
      at(72, 660, "Water is H"),
      at(127.7, 657, "2", { size: 8 }),
      at(132.5, 660, "O."),
      at(72, 620, "The warranty"),
      at(142, 625, "1", { size: 8 }),
      at(150, 620, "ends."),
    ]),
    "About 10^6 cells in 5 cm²\n\nWater is H₂O.\n\nThe warranty ¹ ends.",
  ],
  "hyphens at line ends": [
    one([
      lines(72, 700, [
        "The self-",
        "contained unit is state-of-the-",
        "art. See https://example.com/long-",
        "path/x.html for infor-",
        "mation in 2025-",
        "2026 on short-",
        "term plans, Vor-",
        "und Nachteile of COVID-",
        "19 and /usr/local/my-",
        "tool in its well-known long-",
        "term form.",
      ]),
    ]),
    "The self-contained unit is state-of-the-art. See https://example.com/long-path/x.html for information in " +
      "2025-2026 on short-term plans, Vor- und Nachteile of COVID-19 and /usr/local/my-tool in its well-known " +
      "long-term form.",
  ],
  "a list with room after its numbers": [
    one([
      ["First item of the list", "Second item of it", "Third item"].flatMap((text, index) => [
        at(72, 700 - 14 * index, `${index + 4}.`),
        at(110, 700 - 14 * index, text),
      ]),
    ]),
    "4. First item of the list\n5. Second item of it\n6. Third item",
  ],
  ...ODD_PDFS,
};
