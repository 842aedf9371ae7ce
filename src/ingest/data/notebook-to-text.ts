import { LossCounter } from "../../knowledge/file-warnings.ts";
import { isRecord } from "../../record.ts";
import { cleanMarkdown } from "../markdown/clean-markdown.ts";
import type { Sliced } from "../slices.ts";

/** A longer notebook is read as JSON text, since parsing one cannot yield to other requests. */
const NOTEBOOK_LENGTH_MAX = 8_000_000;
/** So is one with more objects, arrays and values: these, and not long texts, are what parsing takes time for. */
const MARKS_MAX = 400_000;
/** Marks that are counted, and values that are read, in about 10 ms. */
const MARKS_A_SLICE = 100_000;

/** A notebook as Markdown, and the counter of what it lost. */
export type ReadNotebook = { readonly text: string; readonly losses: LossCounter };

/**
 * Converts a Jupyter notebook to Markdown, in slices of about 10 ms: its texts, its code in fences, and the outputs that
 * are text. Outputs of other kinds count as lost. Returns null if the text is not a notebook, or a very large one.
 */
export function* notebookToText(json: string): Sliced<ReadNotebook | null> {
  if (json.length > NOTEBOOK_LENGTH_MAX || (yield* hasManyMarks(json))) return null;
  const cells = readCells(parseJson(json));
  if (cells === null) return null;
  const losses = new LossCounter();
  const blocks: string[] = [];
  let work = 0;
  for (const { type, source, outputs } of cells) {
    if (source.trim() !== "") {
      const isCode = type === "code";
      blocks.push(isCode ? fence(source) : (yield* cleanMarkdown(source, losses)).trim());
    }
    for (const { text, isImage } of outputs) {
      if (isImage) losses.add("images_without_text");
      else if (text !== null && text.trim() !== "") blocks.push(fence(text));
    }
    work += source.length + CELL_WORK * (1 + outputs.length);
    if (work < MARKS_A_SLICE) continue;
    work = 0;
    yield;
  }
  return { text: blocks.join("\n\n"), losses };
}

const CELL_WORK = 20;

function* hasManyMarks(json: string): Sliced<boolean> {
  const pattern = /[[{,]/g;
  let marks = 0;
  while (pattern.test(json)) {
    if (++marks > MARKS_MAX) return true;
    if (marks % MARKS_A_SLICE === 0) yield;
  }
  return false;
}

type Output = { readonly text: string | null; readonly isImage: boolean };
type Cell = { readonly type: string; readonly source: string; readonly outputs: readonly Output[] };

/** Reads by hand what a schema would take a hundred times as long for. Returns null if it is not a notebook. */
function readCells(notebook: unknown): Cell[] | null {
  if (!isRecord(notebook) || !Array.isArray(notebook["cells"])) return null;
  const cells: Cell[] = [];
  for (const cell of notebook["cells"]) {
    const read = readCell(cell);
    if (!read) return null;
    cells.push(read);
  }
  return cells;
}

function readCell(cell: unknown): Cell | null {
  if (!isRecord(cell)) return null;
  const { cell_type: type, source = "", outputs: listed = [] } = cell;
  const text = joinLines(source);
  if (typeof type !== "string" || text === null || !Array.isArray(listed)) return null;
  const outputs: Output[] = [];
  for (const output of listed) {
    const read = readOutput(output);
    if (!read) return null;
    outputs.push(read);
  }
  return { type, source: text, outputs };
}

function readOutput(output: unknown): Output | null {
  if (!isRecord(output)) return null;
  const { text, data = {} } = output;
  if (!isRecord(data) || (text !== undefined && joinLines(text) === null)) return null;
  const isImage = Object.keys(data).some((kind) => kind.startsWith("image/"));
  return { text: joinLines(text ?? data["text/plain"]), isImage };
}

/** A text of a notebook is a string or a list of its lines; null for anything else. */
function joinLines(text: unknown): string | null {
  if (typeof text === "string") return text;
  const isText = Array.isArray(text) && text.every((line) => typeof line === "string");
  return isText ? text.join("") : null;
}

/** Encloses code in backticks, more of them than it has in a row. */
function fence(text: string): string {
  let longest = 2;
  for (const [, run = ""] of text.matchAll(/^ *(`{3,})/gm)) longest = Math.max(longest, run.length);
  const mark = "`".repeat(longest + 1);
  return `${mark}\n${text.trimEnd()}\n${mark}`;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
