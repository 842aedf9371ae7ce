/**
 * Turns a model's deltas into whole sentences with their `[n]` markers, so that a sentence's citations can be
 * checked before it is sent. The sentences joined are exactly the text that was pushed, and they do not depend on
 * how it was cut into deltas: a boundary is only taken when everything that decides it has arrived.
 */
export class SentenceReleaser {
  #buffer = "";
  #inFence = false;

  /** Adds a delta and returns the sentences that are now whole. */
  push(delta: string): string[] {
    this.#buffer += delta;
    return this.#release(false);
  }

  /** The model has ended: returns what is left. */
  flush(): string[] {
    return this.#release(true);
  }

  #release(isEnd: boolean): string[] {
    const released: string[] = [];
    for (;;) {
      const end = sentenceEnd(this.#buffer, this.#inFence, isEnd);
      if (end === undefined) break;
      const sentence = this.#buffer.slice(0, end);
      if (FENCE.test(sentence)) this.#inFence = !this.#inFence;
      this.#buffer = this.#buffer.slice(end);
      released.push(sentence);
    }
    return released;
  }
}

/** Text without a boundary is cut here, so that an endless line neither waits nor grows without bound. */
export const SENTENCE_CHARACTERS_MAX = 2_000;

/** Characters kept back behind a cut, more than the longest marker that is recognised. */
const LOOKAHEAD = 40;

const FENCE = /^\s*(?:```[^`]*|~~~.*)$/;
const STOPS = /[.!?…。！？｡؟۔।\n]/gu;
const WIDE_STOPS = "。！？｡\n";
const MARKER = /^[[【]\s*\d{1,3}(?:\s*[,，、;]\s*\d{1,3})*\s*[\]】]/u;
/** What may still become a marker when more text arrives. */
const MARKER_PREFIX = /^[[【][\s\d,，、;]*$/u;
const ABBREVIATION =
  /(?:^|[\s("'“‘[])(?:\p{L}|\p{L}\.\p{L}|\d{1,3}|Dr|Mr|Mrs|Ms|Prof|St|vs|No|Nr|bzw|approx|ca|cf|etc|Fig|Inc|Jr|Sr|Sen|Gen)$/u;

/** The end of the first sentence of the text, or undefined while more text may change it. */
function sentenceEnd(text: string, inFence: boolean, isEnd: boolean): number | undefined {
  // Only this much decides, however long the text has grown: else the cut would depend on the deltas.
  const head = text.slice(0, SENTENCE_CHARACTERS_MAX + LOOKAHEAD);
  const isWhole = isEnd && head.length === text.length;
  const stops = inFence ? /\n/g : STOPS;
  for (const { 0: stop, index } of head.matchAll(stops)) {
    if (index >= SENTENCE_CHARACTERS_MAX) break;
    if (!inFence && stop === "." && ABBREVIATION.test(head.slice(Math.max(0, index - 12), index)))
      continue;
    const end = inFence ? index + 1 : endAfterStop(head, index, stop, isWhole);
    if (end === "undecided") {
      if (head.length < text.length || head.length === SENTENCE_CHARACTERS_MAX + LOOKAHEAD) break;
      return isWhole ? head.length || undefined : undefined;
    }
    if (end !== undefined && head.slice(0, end).trim() !== "") return end;
  }
  if (head.length === SENTENCE_CHARACTERS_MAX + LOOKAHEAD) return forcedCut(head);
  return isWhole && head.length > 0 ? head.length : undefined;
}

/** Takes closing marks, citation markers and white space with the sentence that they end. */
function endAfterStop(
  text: string,
  stop: number,
  mark: string,
  isWhole: boolean,
): number | "undecided" | undefined {
  let at = stop + 1;
  while (/^["'”’»)\]*_」』）.!?…。！？]$/u.test(text.charAt(at))) at += 1;
  let sawSpace = mark === "\n";
  let sawMarker = false;
  for (;;) {
    const space = /^\s*/u.exec(text.slice(at))?.[0].length ?? 0;
    if (space > 0) sawSpace = true;
    const next = text.slice(at + space);
    if (next === "") return isWhole ? text.length : "undecided";
    const marker = MARKER.exec(next)?.[0];
    if (marker === undefined) {
      if (!isWhole && MARKER_PREFIX.test(next)) return "undecided";
      const isBoundary = sawSpace || sawMarker || WIDE_STOPS.includes(mark);
      return isBoundary ? at + space : undefined;
    }
    sawMarker = true;
    at += space + marker.length;
  }
}

/** At white space if there is some, and never inside a marker or a surrogate pair. */
function forcedCut(head: string): number {
  const room = head.slice(0, SENTENCE_CHARACTERS_MAX);
  const space = room.search(/\s\S*$/u);
  const at = space > SENTENCE_CHARACTERS_MAX / 2 ? space + 1 : SENTENCE_CHARACTERS_MAX;
  const open = Math.max(room.lastIndexOf("[", at), room.lastIndexOf("【", at));
  const isInside = open > 0 && at - open < LOOKAHEAD && MARKER.test(head.slice(open));
  const cut = isInside && open + (MARKER.exec(head.slice(open))?.[0].length ?? 0) > at ? open : at;
  return /[\udc00-\udfff]/.test(head.charAt(cut)) ? cut - 1 : cut;
}
