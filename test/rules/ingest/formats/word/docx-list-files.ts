import type { FormatFile } from "../format-file.ts";
import { cell, item, level, NAMESPACES, p, row, run, word } from "./word-markup.ts";

const use = (id: number, definition: number, more = "") =>
  `<w:num w:numId="${id}"><w:abstractNumId w:val="${definition}"/>${more}</w:num>`;
/** Makes the part with numbering definitions, and the lists that use them. */
const definitions = (levels: readonly string[], uses: string) =>
  `<w:numbering ${NAMESPACES}>${levels
    .map((own, id) => `<w:abstractNum w:abstractNumId="${id}">${own}</w:abstractNum>`)
    .join("")}${uses}</w:numbering>`;
const leveled = (at: number, properties: string) =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="1"/>${properties}</w:lvl>`;
const style = (id: string, properties: string) =>
  `<w:style w:styleId="${id}"><w:name w:val="heading ${id.slice(1)}"/>${properties}</w:style>`;
const headed = (text: string, id: string) => p(run(text), `<w:pStyle w:val="${id}"/>`);
const inList = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>';

/** A list in each of the formats of numbers, with the labels of its twelfth and thirteenth item. */
const FORMATS: readonly (readonly [format: string, labels: readonly [string, string]])[] = [
  ["decimalZero", ["12", "13"]],
  ["upperLetter", ["L", "M"]],
  ["chineseCountingThousand", ["十二", "十三"]],
  ["japaneseCounting", ["十二", "十三"]],
  ["ideographDigital", ["一二", "一三"]],
  ["russianLower", ["м", "н"]],
  ["decimalEnclosedCircle", ["⑫", "⑬"]],
  ["ordinal", ["12th", "13th"]],
];
const large = (format: string, id: number, start: number) =>
  definitions([level(0, format, "第%1条", start)], use(id, 0));

/** Word documents with numbered lists of many kinds, each with the text and the warnings that it must have. */
export const DOCX_LIST_FILES: readonly FormatFile[] = [
  {
    name: "overrides.docx",
    source: word(item("a") + item("b", 2) + item("c", 2) + item("d") + item("e", 3, 1), {
      numbering: definitions(
        [level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)")],
        use(1, 0) +
          use(
            2,
            0,
            `<w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/>${level(0, "upperLetter", "(%1)", 3)}</w:lvlOverride>`,
          ) +
          use(3, 0, '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride>'),
      ),
    }),
    text: "1. a\n(C) b\n(D) c\n5. d\n  e) e",
  },
  {
    name: "many-levels.docx",
    source: word(
      item("A") +
        item("A1", 1, 1) +
        item("A1a", 1, 2) +
        item("A1b", 1, 2) +
        item("A2", 1, 1) +
        item("A2a", 1, 2) +
        item("B") +
        item("B1", 1, 1) +
        item("x", 2) +
        item("C"),
      {
        numbering: definitions(
          [
            level(0, "decimal", "%1.") +
              level(1, "decimal", "%1.%2.") +
              level(2, "decimal", "%1.%2.%3."),
            level(0, "lowerRoman", "(%1)"),
          ],
          use(1, 0) + use(2, 1),
        ),
      },
    ),
    text: "1. A\n  1.1. A1\n    1.1.1. A1a\n    1.1.2. A1b\n  1.2. A2\n    1.2.1. A2a\n2. B\n  2.1. B1\n(i) x\n3. C",
  },
  {
    name: "legal-and-without-restart.docx",
    source: word(
      item("A") + item("x", 1, 1) + item("y", 1, 1) + item("B") + item("z", 1, 1) + item("q", 1, 2),
      {
        numbering: definitions(
          [
            level(0, "upperRoman", "Art. %1") +
              leveled(
                1,
                '<w:numFmt w:val="lowerLetter"/><w:lvlRestart w:val="0"/><w:lvlText w:val="%2)"/>',
              ) +
              leveled(2, '<w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%3"/>'),
          ],
          use(1, 0),
        ),
      },
    ),
    text: "Art. I A\n  a) x\n  b) y\nArt. II B\n  c) z\n    2.1 q",
  },
  {
    name: "levels-of-styles.docx",
    source: word(
      headed("One", "H1") +
        headed("Sub", "H2") +
        headed("Sub", "H2") +
        headed("Two", "H1") +
        headed("Sub", "H2"),
      {
        styles:
          `<w:styles ${NAMESPACES}>${style("H1", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')}` +
          `${style("H2", '<w:basedOn w:val="H1"/>')}</w:styles>`,
        numbering: definitions(
          [
            leveled(0, '<w:numFmt w:val="decimal"/><w:pStyle w:val="H1"/><w:lvlText w:val="%1"/>') +
              leveled(
                1,
                '<w:numFmt w:val="decimal"/><w:pStyle w:val="H2"/><w:lvlText w:val="%1.%2"/>',
              ),
          ],
          use(1, 0),
        ),
      },
    ),
    text: "# 1 One\n\n## 1.1 Sub\n\n## 1.2 Sub\n\n# 2 Two\n\n## 2.1 Sub",
  },
  {
    name: "deleted-item.docx",
    source: word(
      item("a") +
        p(
          "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>",
          `${inList}<w:rPr><w:del w:id="1"/></w:rPr>`,
        ) +
        item("b") +
        p(run("kept"), `${inList}<w:rPr><w:del w:id="2"/></w:rPr>`) +
        p("", inList) +
        item("e"),
      { numbering: definitions([level(0, "decimal", "%1.")], use(1, 0)) },
    ),
    text: "1. a\n2. b\n3. kept\n5. e",
    warnings: ["1 deleted passage left out"],
  },
  {
    name: "formats-of-numbers.docx",
    source: word(
      FORMATS.map(([format], at) => item(format, at + 1) + item(format, at + 1)).join(""),
      {
        numbering: definitions(
          FORMATS.map(([format]) => level(0, format, "第%1条", 12)),
          FORMATS.map((_, at) => use(at + 1, at)).join(""),
        ),
      },
    ),
    text: FORMATS.flatMap(([format, labels]) =>
      labels.map((label) => `第${label}条 ${format}`),
    ).join("\n"),
  },
  {
    name: "chinese-hundreds.docx",
    source: word(item("a") + item("b"), { numbering: large("chineseCounting", 1, 109) }),
    text: "第一百零九条 a\n第一百一十条 b",
  },
  {
    name: "letters-after-z.docx",
    source: word(item("a") + item("b") + item("c"), { numbering: large("lowerLetter", 1, 26) }),
    text: "第z条 a\n第aa条 b\n第bb条 c",
  },
  {
    name: "list-in-cells.docx",
    source: word(
      `<w:tbl>${row(cell("Step") + cell("Work"))}${row(
        `<w:tc>${item("cut")}${item("sew")}</w:tc><w:tc>${item("press", 1, 1)}${p(run("note"))}</w:tc>`,
      )}${row(`<w:tc>${item("fold")}</w:tc>${cell("x")}`)}</w:tbl>${item("after")}`,
      {
        numbering: definitions(
          [level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)")],
          use(1, 0),
        ),
      },
    ),
    text: "| Step | Work |\n| 1. cut 2. sew | a) press note |\n| 3. fold | x |\n\n4. after",
  },
  {
    name: "merged-cells.docx",
    source: word(
      `<w:tbl>${[
        row(
          cell("Plan", '<w:vMerge w:val="restart"/>') + cell("2026", '<w:gridSpan w:val="2"/>'),
          "<w:tblHeader/>",
        ),
        row(cell("", "<w:vMerge/>") + cell("EUR") + cell("Seats"), "<w:tblHeader/>"),
        row(cell("Solo") + cell("9") + cell("1")),
        row(cell("Team", '<w:vMerge w:val="restart"/><w:gridSpan w:val="2"/>') + cell("20")),
        row(cell("", '<w:vMerge/><w:gridSpan w:val="2"/>') + cell("21")),
        row(cell("All", '<w:hMerge w:val="restart"/>') + cell("", "<w:hMerge/>") + cell("22")),
      ].join("")}</w:tbl>`,
    ),
    text:
      "| Plan | 2026 | 2026 |\n| Plan | EUR | Seats |\n| --- | --- | --- |\n| Solo | 9 | 1 |\n| Team | Team | 20 |\n" +
      "| Team | Team | 21 |\n| All | All | 22 |",
  },
  {
    name: "scripts-in-cells.docx",
    source: word(
      `<w:tbl>${row(cell("Part") + cell("Cycles"))}${row(
        `${cell("Bolt")}<w:tc>${p(run("10") + run("6", '<w:vertAlign w:val="superscript"/>'))}</w:tc>`,
      )}</w:tbl>`,
    ),
    text: "| Part | Cycles |\n| Bolt | 10^6 |",
  },
  {
    name: "moved.docx",
    source: word(
      p(`<w:moveFrom>${run("old place 5")}</w:moveFrom>${run("Stay. ")}`) +
        p(`<w:moveTo>${run("new place 5")}</w:moveTo>`) +
        `<w:sdt><w:sdtContent>${p(`<w:smartTag>${run("In a control")}</w:smartTag>`)}</w:sdtContent></w:sdt>`,
    ),
    text: "Stay.\n\nnew place 5\n\nIn a control",
    warnings: ["1 deleted passage left out"],
  },
];
