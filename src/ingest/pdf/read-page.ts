import type { getDocumentProxy } from "unpdf";

import { finishInTurns, giveTurn } from "../slices.ts";
import { type PdfAnnotation, readAnnotations } from "./annotations/read-annotations.ts";
import { isImprobable } from "./improbable-letters.ts";
import { buildLines } from "./layout/build-lines.ts";
import type { LineGroup } from "./layout/drop-repeated.ts";
import { mergeDoubles } from "./layout/merge-doubles.ts";
import { groupRuns, type PdfItem } from "./layout/page-runs.ts";

type PdfPage = Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>["getPage"]>>;

/** The text of a PDF page: its lines by their direction, and the comments on it. */
export type PageText = {
  readonly groups: readonly LineGroup[];
  readonly notes: readonly string[];
  /** True if the page has text in a font that does not say which letters it has; that text is left out. */
  readonly isUnreadable: boolean;
};

/** The settings with which a page is read. */
export type PageReading = {
  /** True if the file has a font without a mapping to letters. */
  readonly hasUnmappedFonts: boolean;
  /** False if the annotations of the file are too much work to read. */
  readonly readsAnnotations: boolean;
};

/** Pieces of text of a page that are placed in about 20 ms. */
const ITEMS_A_SLICE = 20_000;

/** Reads the text of a PDF page with its annotations, and places it in lines. */
export async function readPage(page: PdfPage, reading: PageReading): Promise<PageText> {
  const { items, styles } = await page.getTextContent();
  const printed = items.filter((item) => "str" in item);
  const readable = leaveOutUnreadable(printed, reading.hasUnmappedFonts);
  const annotations: readonly PdfAnnotation[] = reading.readsAnnotations
    ? await page.getAnnotations()
    : [];
  const { items: added, notes } = readAnnotations(annotations, readable);
  const isLarge = printed.length > ITEMS_A_SLICE;
  if (isLarge) await giveTurn();
  const groups: LineGroup[] = [];
  for (const { angle, runs } of groupRuns([...readable, ...added], styles)) {
    if (isLarge) await giveTurn();
    const lines = await finishInTurns(buildLines(mergeDoubles(runs)));
    groups.push({ angle, lines, ...findEdges(page.view, angle) });
  }
  return { groups, notes, isUnreadable: readable.length < printed.length };
}

/** Leaves out the text of each font whose letters are improbable. */
function leaveOutUnreadable(items: readonly PdfItem[], isUnmapped: boolean): readonly PdfItem[] {
  const byFont = Map.groupBy(items, ({ fontName }) => fontName);
  const unreadable = new Set<string>();
  for (const [font, ofFont] of byFont) {
    const text = ofFont.map(({ str }) => str).join(" ");
    if (isImprobable(text, isUnmapped)) unreadable.add(font);
  }
  return unreadable.size === 0 ? items : items.filter(({ fontName }) => !unreadable.has(fontName));
}

/** The largest and the smallest baseline on a page, for text at an angle. */
function findEdges(view: readonly number[], angle: number) {
  const [left = 0, low = 0, right = 0, high = 0] = view;
  const radians = (angle * Math.PI) / 180;
  const baselines = [left, right].flatMap((x) =>
    [low, high].map((y) => y * Math.cos(radians) - x * Math.sin(radians)),
  );
  return { top: Math.max(...baselines), bottom: Math.min(...baselines) };
}
