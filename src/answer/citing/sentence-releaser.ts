import { BEGUN_MARKER, LEADING_MARKER } from "./markers.ts";

/**
 * Cuts the streamed text of a model into sentences with their `[n]` markers, so that the citations of a sentence can be
 * checked before it is sent. The sentences joined equal the text, and they do not depend on how it was split into
 * deltas: a sentence ends only when the text after it confirms that.
 */
export class SentenceReleaser {
  #buffer = "";
  #syntax: Syntax = "prose";

  /** Adds a delta and returns the sentences that are now complete. */
  push(delta: string): string[] {
    this.#buffer += delta;
    return this.#release("so far");
  }

  /** Returns the text that is left when the model has finished, as sentences. */
  flush(): string[] {
    return this.#release("complete");
  }

  #release(extent: Extent): string[] {
    const released: string[] = [];
    for (;;) {
      const end = sentenceEnd(this.#buffer, this.#syntax, extent);
      if (end === undefined) break;
      const sentence = this.#buffer.slice(0, end);
      if (FENCE.test(sentence)) this.#syntax = this.#syntax === "code" ? "prose" : "code";
      this.#buffer = this.#buffer.slice(end);
      released.push(sentence);
    }
    return released;
  }
}

/** The text that was pushed: more may follow, or the model has finished. */
type Extent = "so far" | "complete";
/** Between fences, a line is a sentence. */
type Syntax = "prose" | "code";

/**
 * Maximum characters of a sentence. Longer text is cut there, so that text without a sentence end is neither held back
 * nor collected without limit.
 */
export const SENTENCE_CHARACTERS_MAX = 2_000;

/** Characters kept after a cut: more than the longest marker. */
const LOOKAHEAD = 40;

const FENCE = /^\s*(?:```[^`]*|~~~.*)$/;
const STOPS = /[.!?…。！？｡؟۔।\n]/gu;
const WIDE_STOPS = "。！？｡\n";
const ABBREVIATION =
  /(?:^|[\s("'“‘[])(?:\p{L}|\p{L}\.\p{L}|\d{1,3}|Dr|Mr|Mrs|Ms|Prof|St|vs|No|Nr|bzw|approx|ca|cf|etc|Fig|Inc|Jr|Sr|Sen|Gen)$/u;

/** Finds the end of the first sentence. Undefined while more text may change it. */
function sentenceEnd(text: string, syntax: Syntax, extent: Extent): number | undefined {
  // Decide on a prefix of fixed length; otherwise the cut would depend on the deltas.
  const head = text.slice(0, SENTENCE_CHARACTERS_MAX + LOOKAHEAD);
  const seen = head.length === text.length ? extent : "so far";
  const isCode = syntax === "code";
  const stops = isCode ? /\n/g : STOPS;
  for (const { 0: stop, index } of head.matchAll(stops)) {
    if (index >= SENTENCE_CHARACTERS_MAX) break;
    if (!isCode && stop === "." && ABBREVIATION.test(head.slice(Math.max(0, index - 12), index)))
      continue;
    const end = isCode ? index + 1 : endAfterStop(head, index, stop, seen);
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
  text: string,
  stop: number,
  mark: string,
  extent: Extent,
): number | "undecided" | undefined {
  let at = stop + 1;
  while (/^["'”’»)\]*_」』）.!?…。！？]$/u.test(text.charAt(at))) at += 1;
  let sawSpace = mark === "\n";
  let sawMarker = false;
  for (;;) {
    const space = /^\s*/u.exec(text.slice(at))?.[0].length ?? 0;
    if (space > 0) sawSpace = true;
    const next = text.slice(at + space);
    if (next === "") return extent === "complete" ? text.length : "undecided";
    const marker = LEADING_MARKER.exec(next)?.[0];
    if (marker === undefined) {
      if (extent === "so far" && BEGUN_MARKER.test(next)) return "undecided";
      const isBoundary = sawSpace || sawMarker || WIDE_STOPS.includes(mark);
      return isBoundary ? at + space : undefined;
    }
    sawMarker = true;
    at += space + marker.length;
  }
}

/** Cuts at white space if there is any, and never inside a marker or a surrogate pair. */
function forcedCut(head: string): number {
  const room = head.slice(0, SENTENCE_CHARACTERS_MAX);
  const space = room.search(/\s\S*$/u);
  const at = space > SENTENCE_CHARACTERS_MAX / 2 ? space + 1 : SENTENCE_CHARACTERS_MAX;
  const open = Math.max(room.lastIndexOf("[", at), room.lastIndexOf("【", at));
  const isInside = open > 0 && at - open < LOOKAHEAD && LEADING_MARKER.test(head.slice(open));
  const cut =
    isInside && open + (LEADING_MARKER.exec(head.slice(open))?.[0].length ?? 0) > at ? open : at;
  return /[\udc00-\udfff]/.test(head.charAt(cut)) ? cut - 1 : cut;
}
