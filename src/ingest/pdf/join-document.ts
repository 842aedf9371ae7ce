import { type FileWarning, LossCounter } from "../../knowledge/file-warnings.ts";
import { cleanText } from "../decoding/clean-text.ts";
import type { Extracted } from "../ingest-types.ts";
import { finishInTurns, giveTurn } from "../slices.ts";
import { dropRepeated } from "./layout/drop-repeated.ts";
import { type JoinedPages, joinPages } from "./layout/join-pages.ts";
import { orderLines, type TextLine } from "./layout/order-lines.ts";
import type { PageText } from "./read-page.ts";

/** The properties of a document besides the text of its pages. */
export type DocumentFacts = {
  /** The printed names of its pages; null without any. */
  readonly labels: readonly string[] | null;
  /** False if its annotations were too much work to read. */
  readonly readsAnnotations: boolean;
};

/** Lines that are put in order in about 10 ms. A page counts as `PAGE_WORK` more. */
const LINES_A_SLICE = 2_500;
const PAGE_WORK = 10;

/** Joins the pages of a document to its text. The text is "" if no page has any. */
export async function joinDocument(
  pages: readonly PageText[],
  { labels, readsAnnotations }: DocumentFacts,
): Promise<Extracted> {
  const ordered: TextLine[][] = [];
  const kept = await finishInTurns(dropRepeated(pages.map((page) => page.groups)));
  let work = 0;
  for (const [index, groups] of kept.entries()) {
    work += groups.reduce((sum, group) => sum + group.lines.length, PAGE_WORK);
    if (work >= LINES_A_SLICE) {
      work = 0;
      await giveTurn();
    }
    const lines = groups.flatMap((group) => orderLines(group.lines));
    ordered.push([...lines, ...(pages[index]?.notes ?? []).map((note) => toNote(note))]);
  }
  const { text, starts } = await cleanPages(await joinPages(ordered));
  const marks = starts.map((start, index) => ({
    start,
    label: labels?.[index] || String(index + 1),
  }));
  const hasTable = ordered.some((lines) => lines.some(({ kind }) => kind === "row"));
  const warnings = countWarnings(pages, readsAnnotations);
  return {
    text,
    format: hasTable ? "markdown" : "plain",
    pages: marks,
    ...(warnings.length > 0 && { warnings }),
  };
}

/** Removes what `extractText` removes from every text, so that the pages still begin at their positions. */
async function cleanPages({ text, starts }: JoinedPages): Promise<JoinedPages> {
  const pieces: string[] = [];
  const moved: number[] = [];
  let length = 0;
  for (const [index, start] of starts.entries()) {
    const piece = await finishInTurns(cleanText(text.slice(start, starts[index + 1])));
    moved.push(length);
    pieces.push(piece);
    length += piece.length;
  }
  return { text: pieces.join(""), starts: moved };
}

/** A comment stands apart from the text of its page. */
const toNote = (text: string): TextLine => ({
  text,
  kind: "note",
  baseline: 0,
  size: 1,
  start: 0,
  end: 0,
});

function countWarnings(pages: readonly PageText[], readsAnnotations: boolean): FileWarning[] {
  const losses = new LossCounter();
  const unreadable = pages.filter(({ isUnreadable }) => isUnreadable).length;
  const empty = pages.filter(
    ({ groups, notes, isUnreadable }) => !isUnreadable && groups.length === 0 && notes.length === 0,
  ).length;
  losses.add("pages_without_text", empty);
  losses.add("pages_unreadable", unreadable);
  losses.add("annotations_left_out", readsAnnotations ? 0 : 1);
  return losses.list();
}
