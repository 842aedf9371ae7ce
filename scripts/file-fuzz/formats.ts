import { docx, paragraph, pdf } from "../../test/rules/ingest/documents.ts";
import { CSV_FILES } from "../../test/rules/ingest/formats/data/csv-files.ts";
import { JSON_FILES } from "../../test/rules/ingest/formats/data/json-files.ts";
import { XML_FILES } from "../../test/rules/ingest/formats/data/xml-files.ts";
import type { FormatFile } from "../../test/rules/ingest/formats/format-file.ts";
import { HTML_FILES } from "../../test/rules/ingest/formats/pages/html-files.ts";
import { MARKDOWN_FILES } from "../../test/rules/ingest/formats/pages/markdown-files.ts";
import { TEXT_FILES } from "../../test/rules/ingest/formats/text-files.ts";
import { DOCX_FILES } from "../../test/rules/ingest/formats/word/docx-files.ts";
import { HOSTILE_PDFS } from "../../test/rules/ingest/hostile-pdfs.ts";
import { encryption128, pdfOf } from "../../test/rules/ingest/pdf-files.ts";
import { PDFS_OF_LAYOUT } from "../../test/rules/ingest/pdf/layout-pdfs.ts";
import { PDFS_OF_LETTERS } from "../../test/rules/ingest/pdf/letters-pdfs.ts";
import { BYTE_DAMAGE, TEXT_DAMAGE } from "./damage-bytes.ts";
import { PDF_DAMAGE } from "./damage-pdf.ts";
import { ZIP_DAMAGE } from "./damage-zip.ts";
import type { FileMutation } from "./mutation.ts";

/** A good file, which is damaged. `name` says its format by its ending. */
export type GoodFile = { readonly name: string; readonly bytes: Uint8Array };

/** A format of files: good files of it, the kinds of damage, and its share of the damaged files. */
export type Format = {
  readonly name: string;
  readonly files: readonly GoodFile[];
  readonly damage: readonly FileMutation[];
  /** The turns that the format has among those of all formats. */
  readonly share: number;
};

const TEXT = [...BYTE_DAMAGE, ...TEXT_DAMAGE, ...TEXT_DAMAGE];
/** Damage to the bytes of a zip file is mostly refused at once. */
const ZIP = [...BYTE_DAMAGE, ...Array.from({ length: 4 }, () => ZIP_DAMAGE).flat()];

const encode = (files: readonly FormatFile[]): GoodFile[] =>
  files.map(({ name, source }) => ({
    name,
    bytes: typeof source === "string" ? Buffer.from(source) : source,
  }));

const drawn = (pdfs: Readonly<Record<string, readonly [make: () => Uint8Array, ...unknown[]]>>) =>
  Object.entries(pdfs).map(([name, [make]]) => ({ name: `${name}.pdf`, bytes: make() }));

const BOOK = Array.from({ length: 20 }, (_, page) =>
  Array.from({ length: 30 }, (_line, line) => `Page ${page}, line ${line}: a badger digs setts.`),
);
const WORD_BOOK = BOOK.flat().map((line, at) => paragraph(line, at % 30 === 0 ? "Heading1" : ""));

/** Fonts and forms of the hostile files that are small enough to be read. */
const GOOD = Object.fromEntries(
  Object.entries(HOSTILE_PDFS).filter(([name]) => /^good|^font program|^table of a/.test(name)),
);

/** The formats of files, with the documents that the tests make. */
export const listFormats = (): readonly Format[] => [
  {
    name: "PDF",
    share: 2,
    damage: [...BYTE_DAMAGE, ...PDF_DAMAGE, ...PDF_DAMAGE],
    files: [
      ...drawn({ ...PDFS_OF_LETTERS, ...PDFS_OF_LAYOUT, ...GOOD }),
      { name: "book.pdf", bytes: pdf(BOOK) },
      { name: "rc4.pdf", bytes: pdfOf({}, { encrypt: encryption128("V2") }) },
      { name: "aes.pdf", bytes: pdfOf({}, { encrypt: encryption128("AESV2") }) },
    ],
  },
  {
    name: "DOCX",
    share: 2,
    damage: ZIP,
    files: [...encode(DOCX_FILES), { name: "book.docx", bytes: docx(WORD_BOOK.join("")) }],
  },
  { name: "HTML", share: 1, damage: TEXT, files: encode(HTML_FILES) },
  { name: "Markdown", share: 1, damage: TEXT, files: encode(MARKDOWN_FILES) },
  { name: "CSV", share: 1, damage: TEXT, files: encode(CSV_FILES) },
  { name: "JSON", share: 1, damage: TEXT, files: encode(JSON_FILES) },
  { name: "XML", share: 1, damage: TEXT, files: encode(XML_FILES) },
  { name: "text", share: 1, damage: TEXT, files: encode(TEXT_FILES) },
];
