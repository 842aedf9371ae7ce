import { zip } from "../../documents.ts";
import type { FormatFile } from "../format-file.ts";
import { DOCX_FIGURE_FILES } from "./docx-figure-files.ts";
import { DOCX_LIST_FILES } from "./docx-list-files.ts";
import {
  cell,
  item,
  level,
  math,
  mr,
  NAMESPACES,
  numbering,
  p,
  relations,
  row,
  run,
  utf16,
  word,
} from "./word-markup.ts";

/** Word documents, each with the text and the warnings that it must have. */
export const DOCX_FILES: readonly FormatFile[] = [
  {
    name: "equations.docx",
    source: word(
      p(`${run("The limit is ")}<m:oMath>${mr("x=42")}</m:oMath>${run(" units.")}`) +
        math(`<m:f><m:num>${mr("a")}</m:num><m:den>${mr("b+1")}</m:den></m:f>`) +
        math(
          `<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>${mr("x")}</m:e></m:rad>`,
        ) +
        math(
          `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${mr("i=1")}</m:sub><m:sup>${mr("n")}</m:sup>` +
            `<m:e><m:sSup><m:e>${mr("i")}</m:e><m:sup>${mr("2")}</m:sup></m:sSup></m:e></m:nary>`,
        ),
    ),
    text: "The limit is x = 42 units.\n\na/(b+1)\n\n√x\n\n∑_(i = 1)^n i^2",
    warnings: ["4 equations as linear text"],
  },
  {
    name: "margins.docx",
    source: word(
      `${p(run("Body text."))}<w:sectPr><w:headerReference r:id="rId0"/><w:footerReference r:id="rId1"/>` +
        `<w:headerReference w:type="first" r:id="rId0"/></w:sectPr>`,
      {
        header: `<w:hdr ${NAMESPACES}>${p(run("Policy number HX-77"))}</w:hdr>`,
        footer: `<w:ftr ${NAMESPACES}>${p(
          `${run("Confidential")}<w:fldSimple w:instr=" PAGE ">${run("17")}</w:fldSimple>`,
        )}</w:ftr>`,
      },
    ),
    text: "Policy number HX-77\n\nBody text.\n\nConfidential",
  },
  {
    name: "start.docx",
    source: word(item("Fifth clause") + p(run("between")) + item("Sixth clause"), {
      numbering: numbering(level(0, "decimal", "%1.", 5)),
    }),
    text: "5. Fifth clause\n\nbetween\n\n6. Sixth clause",
  },
  {
    name: "levels.docx",
    source: word(
      item("One") +
        item("sub", 1, 1) +
        item("sub", 1, 1) +
        item("Two") +
        item("again", 1, 1) +
        item("deep", 1, 2),
      {
        numbering: numbering(
          level(0, "upperRoman", "Article %1") +
            level(1, "decimal", "%1.%2") +
            level(2, "lowerLetter", "(%3)"),
        ),
      },
    ),
    text: "Article I One\n  I.1 sub\n  I.2 sub\nArticle II Two\n  II.1 again\n    (a) deep",
  },
  {
    name: "restart.docx",
    source: word(item("a") + item("b") + item("c", 2) + item("d", 2) + item("e"), {
      numbering: numbering(
        level(0, "decimal", "%1)"),
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>',
      ),
    }),
    text: "1) a\n2) b\n7) c\n8) d\n9) e",
  },
  {
    name: "headings.docx",
    source: word(
      p(run("Scope"), '<w:pStyle w:val="berschrift1"/>') +
        p(run("Duties"), '<w:pStyle w:val="berschrift1"/>') +
        p(run("Text.")),
      {
        styles:
          `<w:styles ${NAMESPACES}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/>` +
          '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>',
        numbering: numbering(level(0, "decimal", "§ %1")),
      },
    ),
    text: "# § 1 Scope\n\n# § 2 Duties\n\nText.",
  },
  {
    name: "checkboxes.docx",
    source: word(
      p(
        `<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>${run("☒")}</w:sdtContent></w:sdt>${run(" Yes ")}` +
          `<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>${run(" No")}`,
      ) +
        p(
          '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData>' +
            '</w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>' +
            run(" Paid"),
        ),
    ),
    text: "☒ Yes ☐ No\n\n☒ Paid",
  },
  {
    name: "ruby.docx",
    source: word(
      p(
        `${run("これは")}<w:r><w:ruby><w:rubyPr/><w:rt>${run("かんじ")}</w:rt><w:rubyBase>${run("漢字")}</w:rubyBase></w:ruby></w:r>${run("です。")}`,
      ),
    ),
    text: "これは漢字(かんじ)です。",
  },
  {
    name: "box.docx",
    source: word(
      p(
        `${run("Before ")}<w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:inline><w:txbxContent>${p(run("In the box: 12 EUR"))}` +
          `</w:txbxContent></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>${p(run("In the box: 12 EUR"))}` +
          `</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>${run("and after.")}`,
      ) + p(run("Next.")),
    ),
    text: "Before and after.\n\nIn the box: 12 EUR\n\nNext.",
  },
  {
    name: "notes.docx",
    source: word(
      p(
        `${run("Profit was 500")}<w:r><w:footnoteReference w:id="2"/></w:r>${run(" and 700")}<w:r><w:endnoteReference w:id="3"/></w:r>${run(".")}` +
          '<w:r><w:commentReference w:id="0"/></w:r>',
      ),
      {
        footnotes: `<w:footnotes ${NAMESPACES}><w:footnote w:id="0">${p(run("---"))}</w:footnote><w:footnote w:id="2">${p(
          `<w:r><w:footnoteRef/></w:r>${run(" In thousands.")}`,
        )}</w:footnote></w:footnotes>`,
        endnotes: `<w:endnotes ${NAMESPACES}><w:endnote w:id="3">${p(run("Restated."))}</w:endnote></w:endnotes>`,
        comments: `<w:comments ${NAMESPACES}><w:comment w:id="0" w:author="Ann">${p(run("Check this."))}</w:comment></w:comments>`,
      },
    ),
    text: "Profit was 500 [1] and 700 [i].\n\n[Comment by Ann: Check this.]\n\n[1] In thousands.\n\n[i] Restated.",
  },
  {
    name: "changes.docx",
    source: word(
      p(
        `${run("The term is ")}<w:del><w:r><w:delText>twelve</w:delText></w:r></w:del><w:ins>${run("twenty")}</w:ins>${run(" months")}` +
          run(" secret", "<w:vanish/>") +
          run(", 30", "<w:strike/>") +
          run(", 25 EUR."),
      ),
    ),
    text: "The term is twenty months, 25 EUR.",
    warnings: ["2 deleted passages left out", "1 hidden passage left out"],
  },
  {
    name: "scripts.docx",
    source: word(
      p(
        run("Rated 10") +
          run("6", '<w:vertAlign w:val="superscript"/>') +
          run(" cycles, H") +
          run("2", '<w:vertAlign w:val="subscript"/>') +
          run("O, 10") +
          run("-", '<w:vertAlign w:val="superscript"/>') +
          run("3", '<w:vertAlign w:val="superscript"/>') +
          run(" m") +
          "<w:r><w:noBreakHyphen/></w:r>" +
          run("x so") +
          "<w:r><w:softHyphen/></w:r>" +
          run("ft"),
      ),
    ),
    text: "Rated 10^6 cycles, H₂O, 10^-3 m-x soft",
  },
  {
    name: "table.docx",
    source: word(
      '<w:tbl><w:tblPr><w:tblLook w:firstRow="1"/></w:tblPr>' +
        row(cell("Region") + cell("Year") + cell("Sales")) +
        row(cell("North", '<w:vMerge w:val="restart"/>') + cell("2021") + cell("10")) +
        row(cell("", "<w:vMerge/>") + cell("2022") + cell("20")) +
        row(cell("South") + cell("none", '<w:gridSpan w:val="2"/>')) +
        row(cell("East") + cell("x") + cell("y"), "<w:del/>") +
        "</w:tbl>",
    ),
    text: "| Region | Year | Sales |\n| --- | --- | --- |\n| North | 2021 | 10 |\n| North | 2022 | 20 |\n| South | none | none |",
    warnings: ["1 deleted passage left out"],
  },
  {
    name: "header-rows.docx",
    source: word(
      `<w:tbl>${row(cell("Sales", '<w:gridSpan w:val="2"/>'))}${row(cell("Item") + cell("EUR"), "<w:tblHeader/>")}` +
        `${row(`${cell("Bolt")}<w:tc><w:tbl>${row(cell("M6") + cell("3"))}</w:tbl>${p("")}</w:tc>`)}</w:tbl>`,
    ),
    text: "Sales\n\n| Item | EUR |\n| --- | --- |\n| Bolt | M6 3 |",
    warnings: ["1 table inside a table cell written as text"],
  },
  {
    name: "images.docx",
    source: word(
      p(
        '<w:r><w:drawing><wp:docPr descr="Plan of floor 2"/><a:blip/></w:drawing></w:r><w:r><w:drawing><wp:docPr/><a:blip/></w:drawing></w:r>' +
          run("Text.") +
          "<w:r><w:object/></w:r>",
      ),
    ),
    text: "Plan of floor 2 Text.",
    warnings: ["1 image without text", "1 embedded object, chart or drawing without text"],
  },
  {
    name: "document2.docx",
    source: word(p(run("The warranty lasts two years.")), {}, { main: "word/document2.xml" }),
    text: "The warranty lasts two years.",
  },
  {
    name: "utf16.docx",
    source: word(p(run("Straße 9")), {}, { encode: utf16 }),
    text: "Straße 9",
  },
  {
    name: "backslashes.docx",
    source: zip([
      { name: "_rels\\.rels", data: relations([["officeDocument", "\\word\\document.xml"]]) },
      {
        name: "word\\document.xml",
        data: `<n:document xmlns:n="http://purl.oclc.org/ooxml/wordprocessingml/main"><n:body><n:p><n:r><n:t>Strict &amp; slanted</n:t></n:r></n:p></n:body></n:document>`,
      },
    ]),
    text: "Strict & slanted",
  },
  ...DOCX_FIGURE_FILES,
  ...DOCX_LIST_FILES,
];
