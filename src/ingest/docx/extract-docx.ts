import { LossCounter } from "../../knowledge/file-warnings.ts";
import { ok, type Result } from "../../result.ts";
import { invalid, TEXT_MAX, tooMuchText, unsupported } from "../extract-limits.ts";
import type { Extracted, ExtractRefusal } from "../ingest-types.ts";
import { finishInTurns } from "../slices.ts";
import { readZipDirectory, type ZipEntry } from "../zip/unzip.ts";
import { readChart } from "./figures/read-chart.ts";
import { readDiagram } from "./figures/read-diagram.ts";
import { readNotes } from "./read-notes.ts";
import { readNumbering } from "./read-numbering.ts";
import { readStyles } from "./read-styles.ts";
import {
  formatMark,
  NoteMarks,
  type NoteKind,
  type WordContext,
  type WordNote,
} from "./word-context.ts";
import { damagedDocx, WordParts, type WordRelation } from "./word-parts.ts";
import { WordReader } from "./word-reader.ts";
import { readXml } from "./xml/read-xml.ts";

/**
 * Extracts the text of a DOCX file as Markdown: its page headers once, its body with notes and comments, its page
 * footers once. The file's XML is decompressed within a limit on the real size, and read element by element.
 */
export async function extractDocx(bytes: Uint8Array): Promise<Result<Extracted, ExtractRefusal>> {
  const entries = readZipDirectory(bytes);
  if (!entries) {
    return invalid(
      "The file looks like DOCX, but its end is missing. Upload the complete file again.",
    );
  }
  const document = new WordDocument(new WordParts(bytes, entries));
  const main = await document.findMain();
  if (!main.ok) return main;
  if (main.value === null) return unsupported(describeOther(entries));
  return await document.extract(main.value);
}

/** The text of the main part of a document, and the parts to which it refers. */
type MainPart = { readonly xml: string; readonly relations: readonly WordRelation[] };

/** The types of relations to figures with text, and their readers. */
const FIGURES: ReadonlyMap<string, typeof readChart> = new Map([
  ["chart", readChart],
  ["chartEx", readChart],
  ["diagramData", readDiagram],
]);
/** Older programs write no relations. */
const MAIN_DEFAULT = "word/document.xml";

class WordDocument {
  readonly #parts: WordParts;
  readonly #losses = new LossCounter();

  constructor(parts: WordParts) {
    this.#parts = parts;
  }

  /** Finds the main part by the document's relations; null if the archive is no Word document. */
  async findMain(): Promise<Result<MainPart | null, ExtractRefusal>> {
    const relations = await this.#parts.readRelations("");
    if (!relations.ok) return relations;
    const named = relations.value.filter(({ type }) => type === "officeDocument");
    const targets = named
      .map(({ target }) => target)
      .filter(
        (target) => /(?:^|\/)word\//i.test(`/${target}`) || /document\d*\.xml$/i.test(target),
      );
    for (const target of [...targets, MAIN_DEFAULT]) {
      const xml = await this.#parts.read(target);
      if (!xml.ok) return xml;
      if (xml.value === null) continue;
      const own = await this.#parts.readRelations(target);
      return own.ok ? ok({ xml: xml.value, relations: own.value }) : own;
    }
    return ok(null);
  }

  /** Extracts the text of the document. */
  async extract({ xml, relations }: MainPart): Promise<Result<Extracted, ExtractRefusal>> {
    const context = await this.#readContext(relations);
    if (!context.ok) return context;
    const figures = await this.#readFigures(relations);
    if (!figures.ok) return figures;
    const reader = new WordReader(context.value, { figures: figures.value });
    if (!(await finishInTurns(readXml(xml, reader)))) return damagedDocx();
    const body = reader.finish();
    const headers = await this.#readMargins(context.value, relations, reader.headers);
    if (!headers.ok) return headers;
    const footers = await this.#readMargins(context.value, relations, reader.footers);
    if (!footers.ok) return footers;
    const footnotes = await this.#readMarked(context.value, relations, "footnote");
    if (!footnotes.ok) return footnotes;
    const endnotes = await this.#readMarked(context.value, relations, "endnote");
    if (!endnotes.ok) return endnotes;
    if (body === null) return tooMuchText();
    const texts = [...headers.value, body, ...footnotes.value, ...endnotes.value, ...footers.value];
    const text = texts.filter((part) => part.trim() !== "").join("\n\n");
    return ok({ text, format: "markdown", warnings: this.#losses.list() });
  }

  async #readContext(
    relations: readonly WordRelation[],
  ): Promise<Result<WordContext, ExtractRefusal>> {
    const styles = await this.#readOf(relations, "styles");
    if (!styles.ok) return styles;
    const numbering = await this.#readOf(relations, "numbering");
    if (!numbering.ok) return numbering;
    const base = {
      lengthMax: TEXT_MAX,
      losses: this.#losses,
      styles: await finishInTurns(readStyles(styles.value)),
      numbering: await finishInTurns(readNumbering(numbering.value)),
      comments: new Map<string, WordNote>(),
      marks: new NoteMarks(),
    };
    const comments = await this.#readOf(relations, "comments");
    if (!comments.ok) return comments;
    const read = await finishInTurns(readNotes(comments.value, "w:comment", base));
    return ok({ ...base, comments: read });
  }

  /** Reads the texts of charts and diagrams, by the ids of their relations. */
  async #readFigures(
    relations: readonly WordRelation[],
  ): Promise<Result<Map<string, string>, ExtractRefusal>> {
    const figures = new Map<string, string>();
    for (const { id, type, target } of relations) {
      const read = FIGURES.get(type);
      const xml = read ? await this.#parts.read(target) : ok(null);
      if (!xml.ok) return xml;
      if (read && xml.value !== null) {
        figures.set(id, await finishInTurns(read(xml.value, TEXT_MAX)));
      }
    }
    return ok(figures);
  }

  /** Reads the part of a type; "" if there is none. */
  async #readOf(
    relations: readonly WordRelation[],
    type: string,
  ): Promise<Result<string, ExtractRefusal>> {
    const relation = relations.find((one) => one.type === type);
    const xml = relation ? await this.#parts.read(relation.target) : ok(null);
    return xml.ok ? ok(xml.value ?? "") : xml;
  }

  /** Reads headers or footers by their ids, each text once. */
  async #readMargins(
    context: WordContext,
    relations: readonly WordRelation[],
    ids: readonly string[],
  ): Promise<Result<string[], ExtractRefusal>> {
    const texts = new Set<string>();
    const wanted = new Set(ids);
    const targets = new Set(
      relations.filter(({ id }) => wanted.has(id)).map(({ target }) => target),
    );
    for (const target of targets) {
      const xml = await this.#parts.read(target);
      if (!xml.ok) return xml;
      const reader = new WordReader(context, { part: "margin" });
      await finishInTurns(readXml(xml.value ?? "", reader));
      texts.add(reader.finish() ?? "");
    }
    return ok([...texts]);
  }

  /** Reads the notes that the text refers to, each with its mark before it. */
  async #readMarked(
    context: WordContext,
    relations: readonly WordRelation[],
    kind: NoteKind,
  ): Promise<Result<string[], ExtractRefusal>> {
    const ids = [...context.marks.list(kind)];
    if (ids.length === 0) return ok([]);
    const xml = await this.#readOf(relations, `${kind}s`);
    if (!xml.ok) return xml;
    const notes = await finishInTurns(readNotes(xml.value, `w:${kind}`, context));
    return ok(
      ids.map((id, index) => {
        const text = notes.get(id)?.text ?? "";
        return text === "" ? "" : `[${formatMark(kind, index + 1)}] ${text}`;
      }),
    );
  }
}

function describeOther(entries: readonly ZipEntry[]): string {
  const has = (start: string) => entries.some(({ name }) => name.startsWith(start));
  if (has("xl/")) return "The file is an Excel workbook. Save its sheets as CSV and upload those.";
  if (has("ppt/")) return "The file is a PowerPoint presentation. Save it as PDF and upload that.";
  if (has("META-INF/container.xml")) return "The file is an e-book. Convert it to HTML or PDF.";
  if (has("content.xml")) return "The file is an OpenDocument file. Save it as DOCX or PDF.";
  return "The file is a zip archive. Unpack it and upload the files in it.";
}
