import { type Extent, measureMarkers } from "./leading-markers.ts";
import { findBlockEnd, findOpenBlock, type OpenBlock } from "./open-block.ts";
import { findMarkers, MARKER_MAX } from "./parse-marker.ts";
import { hasClearMarker, type MarkerForms } from "./read-markers.ts";
import { findEnclosed } from "./verbatim-spans.ts";

/** A sentence of a model's reply, or a line of code, with the markers that belong to it. */
export type ReleasedSentence = {
  readonly text: string;
  /** The forms of markers that are citations in the sentence. */
  readonly forms: MarkerForms;
};

/**
 * Cuts the streamed text of a model into sentences with their citation markers, so that the citations of a sentence can
 * be checked before it is sent. The sentences joined equal the text. They do not depend on how the text was split into
 * deltas: a sentence ends only when the text after it confirms that. In blocks of code and in displayed formulas, a line
 * is a sentence; a row of a table is one, too.
 */
export class SentenceReleaser {
  #buffer = "";
  #block: OpenBlock | null = null;
  #hasClearMarker = false;
  /** The number of the last item of an enumeration such as `(1) …`. */
  #item = 0;

  /** Adds a delta and returns the sentences that are now complete. */
  push(delta: string): ReleasedSentence[] {
    this.#buffer += delta;
    return this.#release("so far");
  }

  /** Returns the rest of the text, as sentences, when the model has finished. */
  flush(): ReleasedSentence[] {
    return this.#release("complete");
  }

  #release(extent: Extent): ReleasedSentence[] {
    const released: ReleasedSentence[] = [];
    for (;;) {
      // A formula has no blank line, so that it was none.
      if (this.#block?.kind === "formula" && /^[ \t]*\n/.test(this.#buffer)) this.#block = null;
      const end = this.#block
        ? lineEnd(this.#buffer, this.#block, extent)
        : sentenceEnd(this.#buffer, { allowsAny: !this.#hasClearMarker, item: this.#item }, extent);
      if (end === undefined) return released;
      released.push(this.#take(end));
    }
  }

  #take(end: number): ReleasedSentence {
    const text = this.#buffer.slice(0, end);
    this.#buffer = this.#buffer.slice(end);
    if (this.#block) {
      if (findBlockEnd(text, this.#block) !== null) this.#block = null;
      return { text, forms: "none" };
    }
    this.#block = findOpenBlock(text);
    this.#hasClearMarker ||= hasClearMarker(text);
    this.#item = lastItem(text) ?? this.#item;
    return { text, forms: this.#hasClearMarker ? "clear" : "any" };
  }
}

/**
 * Maximum characters of a sentence. A longer one is cut there, so that text in which no sentence ends is neither held
 * back for long nor collected without limit.
 */
export const SENTENCE_CHARACTERS_MAX = 2_000;

/** Characters kept after a cut: more than the longest marker. */
const LOOKAHEAD = MARKER_MAX + 10;

const STOPS = /[.!?…。！？｡؟۔।\n]/gu;
const WIDE_STOPS = "。！？｡\n";
const ABBREVIATION =
  /(?:^|[\s("'“‘[])(?:\p{L}|\p{L}\.\p{L}|\d{1,3}|Dr|Mr|Mrs|Ms|Prof|St|vs|No|Nr|bzw|approx|ca|cf|cfr|vgl|refs?|Abs|Art|etc|Fig|Inc|Jr|Sr|Sen|Gen)$/u;

/** Finds the end of the first line of a block, or the place after what closes the block. Undefined if it is not there. */
function lineEnd(text: string, block: OpenBlock, extent: Extent): number | undefined {
  const head = text.slice(0, SENTENCE_CHARACTERS_MAX + LOOKAHEAD);
  const first = head.search(/\S/);
  const newline = first === -1 ? -1 : head.indexOf("\n", first);
  const isTooLong = head.length === SENTENCE_CHARACTERS_MAX + LOOKAHEAD;
  if (newline === -1 || newline >= SENTENCE_CHARACTERS_MAX) {
    if (isTooLong) return forcedCut(head);
    if (newline === -1 && (extent === "so far" || head === "")) return undefined;
  }
  const line = newline === -1 ? head : head.slice(0, newline + 1);
  const end = findBlockEnd(line, block);
  if (end === null) return line.length;
  return end + (/^[ \t]*\n?/.exec(line.slice(end))?.[0].length ?? 0);
}

/** Markers that may follow a sentence, by the sentences before it. */
type Habits = { readonly allowsAny: boolean; readonly item: number };

/** Finds the end of the first sentence. Undefined while more text may change it. */
function sentenceEnd(text: string, habits: Habits, extent: Extent): number | undefined {
  // Decide on a prefix of fixed length; otherwise the cut would depend on the deltas.
  const head = text.slice(0, SENTENCE_CHARACTERS_MAX + LOOKAHEAD);
  const seen = head.length === text.length ? extent : "so far";
  const { spans, open } = findEnclosed(head);
  const isRow = /^\s*\|/.test(head);
  for (const { 0: stop, index } of head.matchAll(STOPS)) {
    if (index >= SENTENCE_CHARACTERS_MAX) break;
    const isEnclosed = spans.some((span) => span.start <= index && index < span.end);
    if (stop !== "\n" && (isRow || isEnclosed)) continue;
    if (stop === "." && ABBREVIATION.test(head.slice(Math.max(0, index - 12), index))) continue;
    const isOpen = stop !== "\n" && index > open && seen === "so far";
    const end = isOpen
      ? "undecided"
      : isEnclosed
        ? index + 1
        : endAfterStop(head, index, stop, habits, seen);
    if (end === "undecided") {
      if (head.length < text.length || head.length === SENTENCE_CHARACTERS_MAX + LOOKAHEAD) break;
      return seen === "complete" ? head.length || undefined : undefined;
    }
    if (end !== undefined && head.slice(0, end).trim() !== "") return end;
  }
  if (head.length === SENTENCE_CHARACTERS_MAX + LOOKAHEAD) return forcedCut(head);
  return seen === "complete" && head.length > 0 ? head.length : undefined;
}

/** Includes closing marks, citation markers and white space in the sentence that they end. */
function endAfterStop(
  head: string,
  stop: number,
  mark: string,
  { allowsAny, item }: Habits,
  extent: Extent,
): number | "undecided" | undefined {
  let at = stop + 1;
  while (/^["'”’»)\]*_」』）.!?…。！？]$/u.test(head.charAt(at))) at += 1;
  const next = head.charAt(at);
  const isFollowed = next === "" || FOLLOWING.test(next);
  if (!isFollowed) return WIDE_STOPS.includes(mark) ? at : undefined;
  const text = head.slice(0, at);
  const ended = { text, allowsAny, item: () => lastItem(text) ?? item };
  const markers = measureMarkers(head.slice(at), ended, extent);
  if (markers === "undecided") return markers;
  if (markers > 0) return at + markers;
  return WIDE_STOPS.includes(mark) ? at : undefined;
}

/** White space, or the first character of a marker. */
const FOLLOWING = /[\s[【［(（<*_\\⁰¹²³⁴-⁹]/u;

/** Reads the number of the last item of an enumeration such as `(1) …` in a sentence; null if there is none. */
function lastItem(sentence: string): number | null {
  const last = Array.from(sentence.matchAll(ITEM)).at(-1);
  return last ? Number(last[1]) : null;
}

const ITEM = /(?:^|[\s:,;])[(（](\d{1,3})[)）]\s+(?=\p{L})/gu;

/** Cuts at white space if there is any, and never inside a marker or a surrogate pair. */
function forcedCut(head: string): number {
  const room = head.slice(0, SENTENCE_CHARACTERS_MAX);
  const space = room.search(/\s\S*$/u);
  const at = space > SENTENCE_CHARACTERS_MAX / 2 ? space + 1 : SENTENCE_CHARACTERS_MAX;
  const marker = findMarkers(head).find(({ start, end }) => start > 0 && start < at && at < end);
  const cut = marker?.start ?? at;
  return /[\udc00-\udfff]/.test(head.charAt(cut)) ? cut - 1 : cut;
}
