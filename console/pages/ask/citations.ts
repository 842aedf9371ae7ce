import type { FileCitation, OutputItem } from "../../api/operations.ts";
import { MARK, MARK_BASE } from "../../parts/markdown/inline.tsx";

/** A source of an answer: a place in a file, under the number by which the answer cites it. */
export type Source = { readonly number: number; readonly citation: FileCitation };

/** An answer as it is shown: its text with a mark after each cited sentence, and the sources that the marks name. */
export type CitedText = { readonly text: string; readonly sources: readonly Source[] };

/** Characters of the private use area, by which marks are written, must not come from a model. */
const PRIVATE = /[\ue000-\uf8ff]/g;
const SOURCES_MAX = 1_000;

/** Joins the messages of an answer, and writes a mark where each citation belongs. */
export function readCitedText(output: readonly OutputItem[]): CitedText {
  const sources: Source[] = [];
  const texts = output.flatMap((item) => {
    if (item.type !== "message") return [];
    return item.content.map((part) =>
      part.type === "output_text" ? markText(part.text, part.annotations, sources) : part.refusal,
    );
  });
  return { text: texts.join("\n\n"), sources };
}

function markText(text: string, citations: readonly FileCitation[], sources: Source[]): string {
  const marks = new Map<number, Set<number>>();
  for (const citation of citations) {
    const at = Math.min(text.length, citation.end_index ?? text.length);
    const numbers = marks.get(at) ?? new Set();
    const number = numberOf(citation, sources);
    if (number !== null) numbers.add(number);
    marks.set(at, numbers);
  }
  let marked = "";
  let end = 0;
  for (const [at, numbers] of [...marks].toSorted(([one], [other]) => one - other)) {
    marked += clean(text.slice(end, at));
    for (const number of numbers) marked += MARK + String.fromCharCode(MARK_BASE + number);
    end = at;
  }
  return marked + clean(text.slice(end));
}

function numberOf(citation: FileCitation, sources: Source[]): number | null {
  const isSame = (other: FileCitation) =>
    other.file_id === citation.file_id &&
    other.source_start === citation.source_start &&
    other.source_end === citation.source_end;
  const known = sources.find((source) => isSame(source.citation));
  if (known) return known.number;
  if (sources.length >= SOURCES_MAX) return null;
  sources.push({ number: sources.length + 1, citation });
  return sources.length;
}

const clean = (text: string) => text.replaceAll(PRIVATE, "\ufffd");
