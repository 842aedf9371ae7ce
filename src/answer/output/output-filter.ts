import type { LinkJudge } from "./link-judge.ts";
import { readBracket, readDestination, readTag, TAG_MAX, type Undecided } from "./markup.ts";
import { IMAGE_REMOVED, keep, LINK_REMOVED, type Piece, removed } from "./piece.ts";
import { allowsTag, isAnchor, readAlt } from "./tag.ts";

/** The state of an `OutputFilter` after a text, from which the filter of the text that follows it continues. */
export type OutputMemory = {
  /** The end of the text that was let through, with which the following text may form a link. */
  readonly tail: string;
  /**
   * Labels in the form of a citation marker, such as `1`, that an image has used (`![alt][1]`). A definition of one of
   * them (`[1]: url`) is judged as an image.
   */
  readonly imageLabels: ReadonlySet<string>;
  /** Labels in the form of a citation marker that a definition (`[1]: url`) has given a URL. */
  readonly definedLabels: ReadonlySet<string>;
  /** Number of further characters in which an image that was not closed within its limit may still close. */
  readonly openImage: number;
  /** While the rest of a removed construct is dropped: the characters that end it. Otherwise null. */
  readonly dropping: RegExp | null;
};

/** The state of the filter at the beginning of an answer. */
export const NO_MEMORY: OutputMemory = {
  tail: "",
  imageLabels: new Set(),
  definedLabels: new Set(),
  openImage: 0,
  dropping: null,
};

/**
 * Removes the images and links that a project's output policy forbids from the streamed text of an answer. The result
 * does not depend on how the text is split: text is held back only from a character that may begin a forbidden image,
 * tag or link, until its destination is known.
 *
 * Markdown inside code is judged too, since renderers differ in what they take for code. A removed construct leaves a
 * mark in its place, so that the text before and after it cannot form a new link.
 */
export class OutputFilter {
  readonly #judge: LinkJudge;
  #buffer = "";
  #tail: string;
  readonly #imageLabels: Set<string>;
  readonly #definedLabels: Set<string>;
  #openImage: number;
  #dropping: RegExp | null;

  constructor(judge: LinkJudge, memory: OutputMemory = NO_MEMORY) {
    this.#judge = judge;
    this.#tail = memory.tail;
    this.#imageLabels = new Set(memory.imageLabels);
    this.#definedLabels = new Set(memory.definedLabels);
    this.#openImage = memory.openImage;
    this.#dropping = memory.dropping;
  }

  /** The state from which the filter of the following text continues. */
  get memory(): OutputMemory {
    return {
      tail: this.#tail,
      imageLabels: this.#imageLabels,
      definedLabels: this.#definedLabels,
      openImage: this.#openImage,
      dropping: this.#dropping,
    };
  }

  /** Adds text and returns the pieces about which the filter has decided. */
  push(text: string): Piece[] {
    this.#buffer += text;
    return this.#decide(false);
  }

  /** Returns the remaining pieces at the end of the text. */
  flush(): Piece[] {
    return this.#decide(true);
  }

  #decide(isEnd: boolean): Piece[] {
    if (this.#judge.allowsAll("images") && this.#judge.allowsAll("links")) {
      const text = this.#buffer;
      this.#buffer = "";
      return text === "" ? [] : [{ length: text.length, text }];
    }
    const pieces: Piece[] = [];
    while (this.#buffer !== "") {
      const piece = this.#next(isEnd);
      if (piece === "undecided") break;
      pieces.push(piece);
      this.#buffer = this.#buffer.slice(piece.length);
      this.#tail = (this.#tail + piece.text).slice(-TAIL);
      this.#openImage = Math.max(0, this.#openImage - piece.length);
    }
    return pieces;
  }

  #next(isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    if (this.#dropping) return this.#drop(this.#dropping);
    const special = text.search(this.#judge.allowsAll("links") ? MARKS : MARKS_AND_URLS);
    if (special !== 0) {
      const plain = special < 0 ? text : text.slice(0, special);
      return { length: plain.length, text: plain };
    }
    switch (text.charAt(0)) {
      case "!":
        if (text.length === 1) return isEnd ? keep(text, 1) : "undecided";
        return text.charAt(1) === "[" ? this.#image(1, isEnd) : keep(text, 1);
      case "[":
        return AFTER_EXCLAMATION.test(this.#tail) ? this.#image(0, isEnd) : this.#link(isEnd);
      case "]":
        return this.#destination(isEnd);
      case "<":
        return this.#tag(isEnd);
      default:
        return this.#url(isEnd);
    }
  }

  #drop(until: RegExp): Piece {
    const length = this.#buffer.search(until);
    if (length < 0) return { length: this.#buffer.length, text: "" };
    this.#dropping = null;
    return { length: length + (/[)>]/.test(this.#buffer.charAt(length)) ? 1 : 0), text: "" };
  }

  /** Decides on an image whose bracket is at `open`. */
  #image(open: number, isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    const bracket = readBracket(text, open, isEnd);
    if (bracket === "undecided") return bracket;
    if (bracket === null) {
      this.#openImage = OPEN_IMAGE;
      return keep(text, open + 1);
    }
    const { inner, end } = bracket;
    // Another destination within the brackets is one for lenient renderers.
    const isNested = /\]\s*[([]/.test(inner);
    const next = text.charAt(end);
    if (next === "" && !isEnd) return "undecided";
    if (next === "(") {
      const destination = readDestination(text, end, isEnd);
      if (destination === "undecided") return destination;
      const isSimple =
        !isNested && !MARKUP_WITHIN.test(inner + text.slice(end + 2, destination.end));
      const isAllowed = isSimple && this.#judge.allows("images", destination.url);
      if (isAllowed) return keep(text, destination.end);
      if (destination.isCut) this.#dropping = REST_OF_URL;
      return removed(inner, destination.end);
    }
    const reference = next === "[" ? readBracket(text, end, isEnd) : null;
    if (reference === "undecided") return reference;
    const label = toLabel(reference?.inner.trim() ? reference.inner : inner);
    const whole = reference?.end ?? end;
    // The definition of a label comes later. `Great![1]` is a citation, and an image only if [1] is defined.
    const isCitation = CITATION.test(label) && !isNested && !this.#definedLabels.has(label);
    if (!isCitation && !this.#judge.allowsAll("images")) return removed(inner, whole);
    this.#imageLabels.add(label);
    return keep(text, whole);
  }

  /** Decides on a link, or on the definition of a label, `[label]: url`. */
  #link(isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    const isFree = this.#judge.allowsAll("links");
    // Where all links are allowed, only the definitions of labels matter that look like citations.
    if (isFree && !CITATION_BRACKET.test(text)) {
      return !isEnd && CITATION_BEGINS.test(text) ? "undecided" : keep(text, 1);
    }
    const bracket = readBracket(text, 0, isEnd);
    if (bracket === "undecided") return bracket;
    const next = bracket && text.charAt(bracket.end);
    if (bracket === null || next === null) return keep(text, 1);
    if (next === "" && !isEnd) return "undecided";
    if (next === ":") return this.#definition(bracket.inner, bracket.end, isEnd);
    if (next !== "(" || isFree) return keep(text, 1);
    const destination = readDestination(text, bracket.end, isEnd);
    if (destination === "undecided") return destination;
    if (this.#judge.allows("links", destination.url)) return keep(text, 1);
    if (destination.isCut) this.#dropping = REST_OF_URL;
    // The text of the link stays, filtered like any other.
    const inner = new OutputFilter(this.#judge, this.memory);
    const shown = [...inner.push(bracket.inner), ...inner.flush()].map((piece) => piece.text);
    return { length: destination.end, text: `${shown.join("")} ${LINK_REMOVED}` };
  }

  #definition(name: string, colon: number, isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    const [found = ""] = DEFINED.exec(text.slice(colon, colon + DEFINITION_MAX)) ?? [];
    const end = colon + found.length;
    if (end === text.length && !isEnd && found.length < DEFINITION_MAX) return "undecided";
    const url = found.replace(/^:\s*<?/, "").replace(/>$/, "");
    if (url === "") return keep(text, 1);
    const label = toLabel(name);
    const kind = this.#imageLabels.has(label) ? "images" : "links";
    if (!this.#judge.allows(kind, url) || !this.#judge.allows("links", url)) {
      return { length: end, text: LINK_REMOVED };
    }
    if (CITATION.test(label)) this.#definedLabels.add(label);
    return keep(text, 1);
  }

  /** Decides on `](…)`, whose bracket was too long, or is one of an image that may still be open. */
  #destination(isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    const kind = this.#openImage > 0 ? "images" : "links";
    if (this.#judge.allowsAll(kind)) return keep(text, 1);
    if (text.length === 1) return isEnd ? keep(text, 1) : "undecided";
    const mark = kind === "images" ? IMAGE_REMOVED : LINK_REMOVED;
    if (text.charAt(1) === "[" && kind === "images") return { length: 2, text: `] ${mark} [` };
    if (text.charAt(1) !== "(") return keep(text, 1);
    const destination = readDestination(text, 1, isEnd);
    if (destination === "undecided") return destination;
    const { url, end, isCut } = destination;
    if (this.#judge.allows(kind, url)) return keep(text, 2);
    if (isCut) this.#dropping = REST_OF_URL;
    return { length: end, text: `] ${mark}` };
  }

  #tag(isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    const tag = readTag(text, 0, isEnd);
    if (tag === "undecided") return tag;
    if (tag === null) return this.#unclosedTag();
    const { inner, end } = tag;
    const url = AUTOLINK.exec(inner)?.[0];
    // Renderers differ: the same text is a tag for one and contains an image for another. So only its first character
    // passes, and the rest is judged again.
    const kept = keep(text, /[![\]]/.test(inner) ? 1 : end);
    if (url !== undefined) {
      const target = url.includes(":") ? url : `mailto:${url}`;
      return this.#judge.allows("links", target) ? kept : { length: end, text: LINK_REMOVED };
    }
    if (allowsTag(this.#judge, inner)) return kept;
    return isAnchor(inner) ? { length: end, text: "<a>" } : removed(readAlt(inner), end);
  }

  #unclosedTag(): Piece {
    const text = this.#buffer;
    const [begun = ""] = BEGUN_TAG.exec(text.slice(0, TAG_MAX)) ?? [];
    const isCut = begun.length === TAG_MAX;
    if (begun === "") return keep(text, 1);
    // Another tag begins, as in `Map<String, List<Integer>>`, and that one is decided by itself.
    if (text.charAt(begun.length) === "<" && !begun.includes("=")) return keep(text, 1);
    if (!allowsTag(this.#judge, begun.slice(1))) {
      if (isCut) this.#dropping = REST_OF_TAG;
      return removed("", begun.length);
    }
    // A space keeps an angle bracket that closes later from making a tag with attributes of it.
    return { length: 1, text: "< " };
  }

  /** Decides on a bare URL. */
  #url(isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    const begins = BARE_URL.test(text);
    if (!begins) {
      const isPartial =
        !isEnd &&
        text.length < 8 &&
        URL_BEGINNINGS.some((one) => one.startsWith(text.toLowerCase()));
      return isPartial ? "undecided" : keep(text, 1);
    }
    const [url = ""] = /^[^\s<>"'`\\[\]!]+/.exec(text.slice(0, DEFINITION_MAX)) ?? [];
    if (url.length === text.length && !isEnd && url.length < DEFINITION_MAX) return "undecided";
    const address = url.replace(/[.,:;!?)\]*_~]+$/, "");
    const target = /^www/i.test(address) ? `https://${address}` : address;
    return this.#judge.allows("links", target)
      ? keep(text, address.length)
      : { length: address.length, text: LINK_REMOVED };
  }
}

const toLabel = (text: string) => text.replaceAll(/\s+/g, " ").trim().toLowerCase();

const TAIL = 80;
/** The length within which an image that is not closed may be. */
const OPEN_IMAGE = 4_000;
const DEFINITION_MAX = 4_000;
const MARKS = /[![\]<]/;
/** Also the first letters of a bare URL: `http`, `ftp`, `www`. */
const MARKS_AND_URLS = /[![\]<]|h(?:t(?:t(?:p|$)|$)|$)|f(?:t(?:p|$)|$)|w(?:w(?:w|$)|$)/i;
const BARE_URL = /^(?:(?:https?|ftp):[\\/]{1,2}|www\.)[^\s<>"'`\\]/i;
const URL_BEGINNINGS = ["https://", "http://", "ftp://", "www."];
/** An exclamation mark, also before markers of citations, which are removed later. */
const AFTER_EXCLAMATION = /!(?:[ \t\u00a0]*[[【]\s*\d{1,3}(?:\s*[,，、;]\s*\d{1,3})*\s*[\]】])*$/u;
const CITATION = /^\d{1,3}(?:\s*[,，、;]\s*\d{1,3})*$/u;
const CITATION_BRACKET = /^\[\s*\d{1,3}(?:\s*[,，、;]\s*\d{1,3})*\s*\]:/u;
/** Text that may become a citation with a definition when more text arrives. */
const CITATION_BEGINS = /^\[[\s\d,，、;]{0,40}\]?$/u;
/** Another image or a tag within an image. */
const MARKUP_WITHIN = /<[a-z/]|!\[/i;
const BEGUN_TAG = /^<[a-z](?:(?!\n[ \t]*\n)[^<>])*/i;
const REST_OF_URL = /[)\s<>"\\]/;
const REST_OF_TAG = /[<>]|\n\s*\n/;
const DEFINED = /^:\s*(?:<[^<>\n]*>?|[^\s]*)/;
const AUTOLINK = /^(?:[a-z][a-z\d+.-]{1,31}:[^\s<>]*|[^\s<>"'=@/]+@[^\s<>"'=@/]+)$/i;
