import { z } from "zod";

import { LossCounter } from "../../knowledge/file-warnings.ts";
import { cleanMarkdown } from "../markdown/clean-markdown.ts";

const Text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(""))]);
const Output = z.object({
  text: Text.optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
const Cell = z.object({
  cell_type: z.string(),
  source: Text.default(""),
  outputs: z.array(Output).default([]),
});
const Notebook = z.object({ cells: z.array(Cell) });

/** A larger notebook is read as JSON text, since parsing one cannot yield to other requests. */
const NOTEBOOK_LENGTH_MAX = 8_000_000;

/** A notebook as Markdown, and the counter of what it lost. */
export type ReadNotebook = { readonly text: string; readonly losses: LossCounter };

/**
 * Converts a Jupyter notebook to Markdown: its texts, its code in fences, and the outputs that are text. Outputs of
 * other kinds count as lost. Returns null if the text is not a notebook, or a very large one.
 */
export function notebookToText(json: string): ReadNotebook | null {
  if (json.length > NOTEBOOK_LENGTH_MAX) return null;
  const parsed = Notebook.safeParse(parseJson(json));
  if (!parsed.success) return null;
  const losses = new LossCounter();
  const blocks: string[] = [];
  for (const { cell_type: type, source, outputs } of parsed.data.cells) {
    if (source.trim() !== "")
      blocks.push(type === "code" ? fence(source) : cleanMarkdown(source, losses).trim());
    for (const { text, data } of outputs) {
      const plain = Text.safeParse(text ?? data?.["text/plain"]);
      const isImage = Object.keys(data ?? {}).some((kind) => kind.startsWith("image/"));
      if (isImage) losses.add("images_without_text");
      else if (plain.success && plain.data.trim() !== "") blocks.push(fence(plain.data));
    }
  }
  return { text: blocks.join("\n\n"), losses };
}

/** Encloses code in backticks, more of them than it has in a row. */
function fence(text: string): string {
  const longest = Math.max(
    2,
    ...Array.from(text.matchAll(/^ *(`{3,})/gm), ([, run = ""]) => run.length),
  );
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
