import type { PdfItem } from "../layout/page-runs.ts";

/** An annotation of a PDF page, as far as its text matters, as PDF.js reports it. */
export type PdfAnnotation = {
  readonly subtype?: string;
  readonly rect?: readonly number[];
  readonly annotationFlags?: number;
  readonly contentsObj?: { readonly str: string };
  readonly titleObj?: { readonly str: string };
  readonly fieldName?: string;
  readonly alternativeText?: string;
  readonly fieldType?: string;
  readonly fieldValue?: unknown;
  readonly fieldFlags?: number;
  readonly password?: boolean;
  readonly checkBox?: boolean;
  readonly radioButton?: boolean;
  readonly exportValue?: string;
  readonly buttonValue?: string;
  readonly options?: readonly { readonly exportValue: unknown; readonly displayValue: unknown }[];
};

/** The text of a page's annotations: pieces at their places on the page, and notes, which have none. */
export type AnnotationText = {
  readonly items: readonly PdfItem[];
  readonly notes: readonly string[];
};

/** Flags of annotations that are not shown: invisible, hidden, no view. */
const HIDDEN = 1 | 2 | 32;
const NO_NOTES = new Set(["Widget", "Link", "Popup", "FreeText"]);

/**
 * Reads the text of a page's annotations. Values of form fields and free text are placed where the page shows them, so
 * that they come after their printed labels; a field without a label in `items` gets its name. Comments are notes.
 */
export function readAnnotations(
  annotations: readonly PdfAnnotation[],
  printed: readonly PdfItem[],
): AnnotationText {
  const items: PdfItem[] = [];
  const notes: string[] = [];
  for (const annotation of annotations) {
    if (((annotation.annotationFlags ?? 0) & HIDDEN) !== 0) continue;
    const text = annotation.contentsObj?.str.trim() ?? "";
    if (annotation.subtype === "Widget") {
      items.push(...placeField(annotation, printed));
    } else if (annotation.subtype === "FreeText") {
      items.push(...placeLines(text, annotation));
    } else if (text !== "" && !NO_NOTES.has(annotation.subtype ?? "")) {
      const author = annotation.titleObj?.str.trim() ?? "";
      notes.push(author === "" ? `Note: ${text}` : `Note (${author}): ${text}`);
    }
  }
  return { items, notes };
}

function placeField(field: PdfAnnotation, printed: readonly PdfItem[]): PdfItem[] {
  const isChoice = field.checkBox === true || field.radioButton === true;
  const value = isChoice ? readBox(field) : readValue(field);
  if (value === "") return [];
  const label = (field.alternativeText ?? "").trim() || (field.fieldName ?? "").trim();
  const beside = printed.find((item) => isBeside(item, field, isChoice));
  const isLabelled = beside !== undefined || printed.some((item) => isAbove(item, field));
  if (isLabelled || label === "") return placeLines(value, field, beside);
  // Without a printed label, only its value says which one of several buttons it is.
  const button = field.radioButton === true ? ` ${field.buttonValue ?? ""}` : "";
  return placeLines(`${label}: ${value}${button}`.trimEnd(), field, beside);
}

/** The value of a text field or of a list, in the words of the form. */
function readValue({ fieldType, fieldValue, options, password }: PdfAnnotation): string {
  if (password === true || (fieldType !== "Tx" && fieldType !== "Ch")) return "";
  const values: readonly unknown[] = Array.isArray(fieldValue) ? fieldValue : [fieldValue];
  return values
    .map((value) => options?.find((option) => option.exportValue === value)?.displayValue ?? value)
    .filter((value) => typeof value === "string")
    .map((value) => value.trim())
    .filter((value) => value !== "")
    .join(", ");
}

const CHECKED = "☒";
const UNCHECKED = "☐";

function readBox(field: PdfAnnotation): string {
  const { fieldValue, exportValue, buttonValue } = field;
  const on = field.radioButton === true ? buttonValue : exportValue;
  return typeof fieldValue === "string" && fieldValue === on ? CHECKED : UNCHECKED;
}

/** The widest gap between a field and its printed label, in points. */
const LABEL_GAP = 150;
const LABEL_ABOVE = 24;

/** Tests whether a piece of printed text is on the line of a field, before it, or also after it if it is a box. */
function isBeside(item: PdfItem, { rect }: PdfAnnotation, isChoice: boolean): boolean {
  const [left = 0, bottom = 0, right = 0, top = 0] = rect ?? [];
  const [x = 0, y = 0] = item.transform.slice(4);
  if (item.str.trim() === "" || y <= bottom - item.height / 2 || y >= top) return false;
  const before = left - x - item.width;
  const after = x - right;
  return (
    (before > -item.height && before < LABEL_GAP) ||
    (isChoice && after > -item.height && after < LABEL_GAP)
  );
}

/** Tests whether a piece of printed text is right above a field. */
function isAbove(item: PdfItem, { rect }: PdfAnnotation): boolean {
  const [left = 0, , right = 0, top = 0] = rect ?? [];
  const [x = 0, y = 0] = item.transform.slice(4);
  const isNear = y >= top && y < top + LABEL_ABOVE;
  return item.str.trim() !== "" && isNear && x < right && x + item.width > left;
}

/** The usual size of text in fields and its distance from their lower edge, in points. */
const SIZE_MAX = 12;
const LINE_HEIGHT = 1.2;

/** Places the lines of a text in the rectangle of an annotation, from its top, or on the line of the text beside it. */
function placeLines(text: string, { rect }: PdfAnnotation, beside?: PdfItem): PdfItem[] {
  const [left = 0, bottom = 0, right = 0, top = 0] = rect ?? [];
  const lines = text
    .split(/\r\n?|\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const room = Math.max(1, Math.abs(top - bottom));
  const size = Math.min(SIZE_MAX, beside?.height ?? SIZE_MAX, room / (lines.length * LINE_HEIGHT));
  const middle = beside?.transform[5] ?? (top + bottom) / 2 - size / 3;
  const first = lines.length === 1 ? middle : top - size;
  return lines.map((str, index) => ({
    str,
    dir: "ltr",
    width: Math.min(Math.abs(right - left), str.length * size * LETTER_WIDTH),
    height: size,
    transform: [size, 0, 0, size, left, first - index * size * LINE_HEIGHT],
    fontName: "",
  }));
}

const LETTER_WIDTH = 0.5;
