import type { Span } from "../../ingest/text/sentences.ts";
import {
  beginsItem,
  endsClause,
  followsWord,
  isCell,
  isNoMarker,
  type Place,
} from "./marker-context.ts";
import { readNumber } from "./marker-digits.ts";
import { findMarkers, type ParsedMarker } from "./parse-marker.ts";
import { findUnclear, readUnclearNumbers, type UnclearForm } from "./unclear-markers.ts";
import { findVerbatim } from "./verbatim-spans.ts";

/**
 * The forms in which markers are read in a sentence: none in a block of code or a formula; the marker at the end of a
 * sentence of the built-in model, whose other brackets are those of the document that it quotes; clear ones, such as
 * `[1]`, once a reply has used one; any form before that.
 */
export type MarkerForms = "none" | "last" | "clear" | "any";

/** A sentence without its markers, and the numbers of the passages that they name, each once. */
export type ReadSentence = { readonly text: string; readonly numbers: readonly number[] };

/**
 * Reads the markers of citations in a sentence of a model, and removes them. `passages` is the number of passages that
 * the model was given.
 *
 * A clear form (`[1]`, `[1-2]`, `[^1]`, `[Passage 1]`, `【1†source】`, `(see [1])`, …) is always a marker, also of a passage
 * that does not exist, and always removed. Brackets that are something else stay: in code, formulas and Markdown links,
 * indexes such as `a[1]`, intervals, and cells in tables of numbers.
 *
 * A number in parentheses and a raised one (`(1)`, `¹`, `<sup>1</sup>`) are often something else: the number of an
 * enumeration or of a paragraph, a power, a unit. They are markers only in a reply that uses no clear form, if they name
 * passages that exist and end a clause; in parentheses, only if none in the sentence begins an item of an enumeration.
 * Several raised digits are one number if such a passage exists, otherwise one number each: `¹²` is 1 and 2 where there
 * are fewer than twelve passages.
 */
export function readMarkers(sentence: string, forms: MarkerForms, passages: number): ReadSentence {
  if (forms === "none") return { text: sentence, numbers: [] };
  if (forms === "last") return readLast(sentence);
  const clear = findClear(sentence);
  const isAny = forms === "any" && clear.length === 0;
  const markers = isAny ? findOthers(sentence, passages) : clear;
  return remove(sentence, markers);
}

/** Tests whether a sentence has a clear marker. */
export const hasClearMarker = (sentence: string): boolean => findClear(sentence).length > 0;

type Marker = ParsedMarker & { readonly start: number };

function readLast(sentence: string): ReadSentence {
  const [, text = sentence, marker = "", space = ""] = LAST.exec(sentence) ?? [];
  return { text: text + space, numbers: unique(readBracketed(marker)) };
}

const LAST = /^([^]*?)\s*((?:\[\d+\])+)(\s*)$/;

const readBracketed = (markers: string) => Array.from(markers.match(/\d+/g) ?? [], readNumber);

/** Returns where a part of a sentence stands; null if it is in code, in a formula or in the destination of a link. */
function placeOf(
  { start, end }: Omit<Marker, "numbers">,
  sentence: string,
  verbatim: readonly Span[],
): Place | null {
  if (verbatim.some((span) => span.start < end && start < span.end)) return null;
  const [before, written, after] = [
    sentence.slice(0, start),
    sentence.slice(start, end),
    sentence.slice(end),
  ];
  return { before, written, after };
}

function findClear(sentence: string): Marker[] {
  const markers = findMarkers(sentence);
  const verbatim = markers.length === 0 ? [] : findVerbatim(sentence);
  return markers.filter((marker) => {
    const place = placeOf(marker, sentence, verbatim);
    return place !== null && !isNoMarker(place);
  });
}

/** Finds markers in forms that are often something else. */
function findOthers(sentence: string, passages: number): Marker[] {
  const verbatim = findVerbatim(sentence);
  const find = (form: UnclearForm) =>
    Array.from(findUnclear(sentence, form)).flatMap(({ 0: { length }, index: start }) => {
      const place = placeOf({ start, end: start + length }, sentence, verbatim);
      return place ? [place] : [];
    });
  const toMarker = ({ before, written }: Place): Marker => ({
    start: before.length,
    end: before.length + written.length,
    numbers: readExisting(written, passages),
  });
  const parenthesised = find("parenthesised");
  const ending = parenthesised.some(beginsItem)
    ? []
    : parenthesised.filter((place) => endsClause(place) && !isCell(place));
  return [...ending, ...find("raised").filter(followsWord)]
    .map(toMarker)
    .filter(({ numbers }) => numbers.every((number) => number >= 1 && number <= passages))
    .toSorted((a, b) => a.start - b.start);
}

/** Reads numbers. Raised digits that are no passage together are one each. */
function readExisting(written: string, passages: number): number[] {
  const isRun = /^[^<(（]/u.test(written);
  return readUnclearNumbers(written).flatMap((number) =>
    isRun && number > passages ? Array.from(String(number), Number) : [number],
  );
}

/** Removes markers with the space before them and with what separates them, such as the comma in `[1], [2]`. */
function remove(sentence: string, markers: readonly Marker[]): ReadSentence {
  let text = "";
  let from = 0;
  for (const { start, end } of markers) {
    const between = sentence.slice(from, start);
    const isJoined = from > 0 && SEPARATOR.test(between);
    if (!isJoined) text += between.replace(/[ \t\u00a0]+$/, "");
    from = end;
    const after = sentence.slice(end);
    // At the beginning of a line, the space is after the marker. "It is so. [1]." has one full stop too many.
    if (/(?:^|\n)$/.test(text)) from += /^[ \t\u00a0]*/.exec(after)?.[0].length ?? 0;
    else if (/[.!?。！？]$/u.test(text) && /^[.。](?![.。\p{L}\p{N}])/u.test(after)) from += 1;
  }
  text += sentence.slice(from);
  return { text, numbers: unique(markers.flatMap(({ numbers }) => numbers)) };
}

const SEPARATOR = /^[ \t\u00a0]*(?:[,，、;；&]|\b(?:and|und|et|y|e|en)\b|[和及と])?[ \t\u00a0]*$/u;

const unique = (numbers: readonly number[]) => [...new Set(numbers)];
