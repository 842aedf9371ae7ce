import { readsRightToLeft } from "./text-direction.ts";

/** A piece of text on a PDF page, as PDF.js reports it. */
export type PdfItem = {
  readonly str: string;
  /** "ltr", "rtl" or "ttb". */
  readonly dir: string;
  /** The extent along the line, in points; for a font that writes downwards, the size of a letter. */
  readonly width: number;
  /** The size of a letter, in points; for a font that writes downwards, the extent along the line. */
  readonly height: number;
  /** The transformation matrix, six numbers. The last two are the position on the page, in points. */
  readonly transform: readonly number[];
  readonly fontName: string;
};

/** True for a font that writes downwards, by the name of the font in a PDF page. */
export type VerticalFonts = { readonly [font: string]: { readonly vertical: boolean } | undefined };

/**
 * A piece of text in the coordinates of its writing direction, in points: `start` and `end` grow along the line,
 * `baseline` grows from the last line to the first one.
 */
export type Run = {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly baseline: number;
  /** The size of a letter. */
  readonly size: number;
  /** True if the page has a space before the run that its position does not show. */
  readonly isSpaced: boolean;
  readonly isRightToLeft: boolean;
};

/** The runs of a page that are written in the same direction, in the order in which the page draws them. */
export type RunGroup = {
  /** Angle of the writing direction in degrees: 0 from left to right, 90 upwards, -90 downwards. */
  readonly angle: number;
  readonly runs: readonly Run[];
};

/**
 * Groups the pieces of text of a page by their writing direction, and computes their positions along it. The direction
 * with the most text comes first.
 */
export function groupRuns(items: readonly PdfItem[], fonts: VerticalFonts): RunGroup[] {
  const groups = new Map<number, { letters: number; runs: Run[] }>();
  let isSpaced = false;
  for (const item of items) {
    if (item.str.trim() === "") {
      isSpaced ||= item.str !== "";
      continue;
    }
    const angle = findAngle(item, fonts);
    const group = groups.get(angle) ?? { letters: 0, runs: [] };
    groups.set(angle, group);
    group.letters += item.str.length;
    group.runs.push(placeRun(item, angle, { isSpaced, isVertical: isVertical(item, fonts) }));
    isSpaced = false;
  }
  return [...groups]
    .toSorted(([, one], [, other]) => other.letters - one.letters)
    .map(([angle, { runs }]) => ({ angle, runs }));
}

/** Text whose angles differ by less than this many degrees is written in the same direction. */
const ANGLE_STEP = 3;

const isVertical = ({ fontName }: PdfItem, fonts: VerticalFonts) =>
  fonts[fontName]?.vertical === true;

function findAngle(item: PdfItem, fonts: VerticalFonts): number {
  const [a = 1, b = 0, c = 0, d = 1] = item.transform;
  const radians = isVertical(item, fonts) ? Math.atan2(-d, -c) : Math.atan2(b, a);
  const degrees = Math.round((radians * 180) / Math.PI / ANGLE_STEP) * ANGLE_STEP;
  return degrees === -180 ? 180 : degrees + 0;
}

function placeRun(
  { str, dir, width, height, transform }: PdfItem,
  angle: number,
  { isSpaced, isVertical: isDown }: { readonly isSpaced: boolean; readonly isVertical: boolean },
): Run {
  const [x = 0, y = 0] = transform.slice(4);
  const radians = (angle * Math.PI) / 180;
  const [along, across] = [Math.cos(radians), Math.sin(radians)];
  const start = x * along + y * across;
  return {
    text: isDown ? str.replaceAll(VERTICAL_FORMS, (form) => form.normalize("NFKC")) : str,
    start,
    end: start + (isDown ? height : width),
    baseline: y * along - x * across,
    size: Math.max(isDown ? width : height, SIZE_MIN),
    isSpaced,
    isRightToLeft: dir === "rtl" || readsRightToLeft(str),
  };
}

/** A font without a size would make every gap infinite. */
const SIZE_MIN = 0.1;
/** Punctuation that is turned for text that is written downwards. */
const VERTICAL_FORMS = /[\ufe10-\ufe19\ufe30-\ufe48]/gu;
