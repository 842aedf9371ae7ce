import { parseMarker } from "./parse-marker.ts";
import { mayBecomeUnclear, readUnclear, readUnclearNumbers } from "./unclear-markers.ts";

/** The text that was pushed: more may follow, or the model has finished. */
export type Extent = "so far" | "complete";

/** A sentence that ends before the markers to be measured. */
export type EndedSentence = {
  /** The text of the sentence, up to its stop and what closes after it. */
  readonly text: string;
  /** True if the markers may have any form, as in a reply that has used no clear one. */
  readonly allowsAny: boolean;
  /** Returns the number of the last item of an enumeration such as `(1) …`; 0 if there is none. */
  readonly item: () => number;
};

const STOP = /^[.。]/;
/** A full stop after the markers of a sentence that has ended: `It is so. [1].` */
const REPEATED_STOP = /^[.。](?![.。\p{L}\p{N}])/u;
const SEPARATOR = /^[,，、;；&⁻˒⸴]\s*/u;

/**
 * Measures the markers at the beginning of `text` that belong to the sentence before it, with the space around them.
 * Returns "undecided" while more text may change that.
 *
 * Markers at the beginning of a line belong to the sentence before it only if nothing else is in the line. A number in
 * parentheses at the beginning of a line, or one that continues an enumeration, begins an item.
 */
export function measureMarkers(
  text: string,
  ended: EndedSentence,
  extent: Extent,
): number | "undecided" {
  let end = 0;
  /** The place of markers at the beginning of a line, while it is not known whether they are alone in it. */
  let lineStart: number | null = null;
  for (let isFirst = true; ; isFirst = false) {
    const space = /^\s*/.exec(text.slice(end))?.[0] ?? "";
    const isNewLine = space.includes("\n") || (isFirst && ended.text.endsWith("\n"));
    const at = end + space.length;
    if (isNewLine) lineStart = null;
    if (at === text.length) return extent === "complete" ? at : "undecided";
    const next = text.slice(at);
    if (!isFirst && space === "" && STOP.test(next)) {
      if (next.length === 1 && extent === "so far") return "undecided";
      if (REPEATED_STOP.test(next)) {
        end = at + 1;
        continue;
      }
    }
    const separator = isFirst || isNewLine ? "" : (SEPARATOR.exec(next)?.[0] ?? "");
    const marker = markerLength(next.slice(separator.length), ended, isNewLine, extent);
    if (marker === "undecided") return marker;
    if (marker === 0) return lineStart ?? at;
    if (isNewLine) lineStart = at;
    end = at + separator.length + marker;
  }
}

function markerLength(
  text: string,
  ended: EndedSentence,
  isNewLine: boolean,
  extent: Extent,
): number | "undecided" {
  const clear = parseMarker(text, 0);
  // A bracket before a parenthesis is the text of a link.
  if (clear !== null && clear !== "begun") return text.charAt(clear.end) === "(" ? 0 : clear.end;
  const isBegun = text === "" || clear === "begun" || mayBecomeUnclear(text);
  if (isBegun && extent === "so far") return "undecided";
  if (isNewLine) return 0;
  const raised = readUnclear(text, "raised");
  if (raised !== undefined) return raised.length;
  if (!ended.allowsAny) return 0;
  const numbers = readUnclear(text, "parenthesised");
  if (numbers === undefined) return 0;
  const after = text.slice(numbers.length).replace(/^[ \t\u00a0]+/, "");
  if (after === "" && extent === "so far") return "undecided";
  if (after === "" || after.startsWith("\n")) return numbers.length;
  const item = ended.item();
  return item > 0 && readUnclearNumbers(numbers)[0] === item + 1 ? 0 : numbers.length;
}
