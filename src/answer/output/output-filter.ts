import {
  BEGUN_MARKER_DEFINITION,
  EXCLAMATION_BEFORE_MARKERS,
  MARKER_DEFINITION,
  MARKER_LABEL,
} from "../citing/markers.ts";
import type { AllowedLinks } from "./allowed-links.ts";
import { INITIAL_STATE, type FilterState } from "./filter-state.ts";
import {
  readBareUrl,
  readBracket,
  readLabelTarget,
  readDestination,
  readTag,
  toLabel,
  TAG_MAX,
  type Undecided,
} from "./markup.ts";
import {
  JOINS_MARK,
  MARKS,
  MARKS_AND_URLS,
  MARKUP_IN_URL,
  MARKUP_WITHIN,
  OPEN_IMAGE,
  REST_OF_TAG,
  REST_OF_URL,
  TAG_AS_URL,
  KEPT_TAIL,
} from "./patterns.ts";
import {
  IMAGE_REMOVED,
  joinPieces,
  keep,
  LINK_REMOVED,
  NO_TAG,
  type Piece,
  removed,
} from "./piece.ts";
import { allowsTag, decideUnclosedTag, isAnchor, readAlt, readAutolink } from "./tag.ts";

/**
 * Removes the images and links that a project's output policy forbids from the streamed text of an answer. The result
 * does not depend on how the text is split: text is held back only from a character that may begin a forbidden image,
 * tag or link, until its destination is known.
 *
 * Links inside Markdown code are filtered too, since renderers differ in what they take for code. A removed image or
 * link is replaced by a note such as `(link removed)`, so that the text before and after it cannot form a new link.
 */
export class OutputFilter {
  readonly #links: AllowedLinks;
  #buffer: string;
  #tail: string;
  readonly #imageLabels: Set<string>;
  readonly #definedLabels: Set<string>;
  #openImage: number;
  #dropping: RegExp | null;

  constructor(links: AllowedLinks, state: FilterState = INITIAL_STATE) {
    this.#links = links;
    this.#buffer = state.buffer;
    this.#tail = state.tail;
    this.#imageLabels = new Set(state.imageLabels);
    this.#definedLabels = new Set(state.definedLabels);
    this.#openImage = state.openImage;
    this.#dropping = state.dropping;
  }

  /** The filter's present state. A new filter that is made with it continues after the text that this one has read. */
  get state(): FilterState {
    return {
      buffer: this.#buffer,
      tail: this.#tail,
      imageLabels: new Set(this.#imageLabels),
      definedLabels: new Set(this.#definedLabels),
      openImage: this.#openImage,
      dropping: this.#dropping,
    };
  }

  /** Adds text and returns the pieces about which the filter has decided: unchanged, replaced or removed. */
  push(text: string): Piece[] {
    this.#buffer += text;
    return this.#decide(false);
  }

  /** Returns the remaining pieces at the end of the text. */
  flush(): Piece[] {
    return this.#decide(true);
  }

  #decide(isEnd: boolean): Piece[] {
    if (this.#links.allowsAll("images") && this.#links.allowsAll("links")) {
      const text = this.#buffer;
      this.#buffer = "";
      return text === "" ? [] : [{ length: text.length, text }];
    }
    const pieces: Piece[] = [];
    while (this.#buffer !== "") {
      const next = this.#next(isEnd);
      if (next === "undecided") break;
      const piece = this.#apart(next);
      pieces.push(piece);
      this.#pass(piece);
    }
    return pieces;
  }

  /** Keeps a mark from being the destination of a bracket before it, or a part of a URL before it. */
  #apart(piece: Piece): Piece {
    if (!piece.text.startsWith("(") || !this.#changes(piece)) return piece;
    return JOINS_MARK.test(this.#tail) ? { ...piece, text: ` ${piece.text}` } : piece;
  }

  #changes({ length, text }: Piece): boolean {
    return text !== this.#buffer.slice(0, length);
  }

  #pass({ length, text }: Piece): void {
    this.#buffer = this.#buffer.slice(length);
    this.#tail = (this.#tail + text).slice(-KEPT_TAIL);
    this.#openImage = Math.max(0, this.#openImage - length);
  }

  #next(isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    if (this.#dropping) return this.#drop(this.#dropping);
    const special = text.search(this.#links.allowsAll("links") ? MARKS : MARKS_AND_URLS);
    if (special !== 0) {
      const plain = special < 0 ? text : text.slice(0, special);
      return { length: plain.length, text: plain };
    }
    switch (text.charAt(0)) {
      case "!":
        if (text.length === 1) return isEnd ? keep(text, 1) : "undecided";
        return text.charAt(1) === "[" ? this.#image(1, isEnd) : keep(text, 1);
      case "[":
        return EXCLAMATION_BEFORE_MARKERS.test(this.#tail)
          ? this.#image(0, isEnd)
          : this.#link(isEnd);
      case "]":
        return this.#destination(isEnd);
      case "<":
        return this.#tag(isEnd);
    }
    const url = readBareUrl(text, isEnd);
    if (url === "undecided") return url;
    if (url === null) return keep(text, 1);
    const isAllowed = this.#links.allows("links", url.target);
    return isAllowed ? keep(text, url.end) : { length: url.end, text: LINK_REMOVED };
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
      // A later removal within the bracket could close it. A space between `!` and `[` keeps them from an image.
      return { length: open + 1, text: `${text.slice(0, open)} [` };
    }
    const { inner, end } = bracket;
    // Another destination within the brackets is one for lenient renderers.
    const isNested = /\]\s*[([]/.test(inner);
    const next = text.charAt(end);
    if (next === "" && !isEnd) return "undecided";
    if (next === "(") {
      const destination = readDestination(text, end, isEnd);
      if (destination === "undecided") return destination;
      const within = text.slice(end + 1, destination.end);
      const isSimple =
        !isNested && !MARKUP_WITHIN.test(inner + within.slice(1)) && !TAG_AS_URL.test(within);
      const isAllowed = isSimple && this.#links.allows("images", destination.url);
      if (isAllowed) return keep(text, destination.isCut ? end : destination.end);
      if (destination.isCut) this.#dropping = REST_OF_URL;
      return removed(inner, destination.end);
    }
    const reference = next === "[" ? readBracket(text, end, isEnd) : null;
    if (reference === "undecided") return reference;
    const label = toLabel(reference?.inner.trim() ? reference.inner : inner);
    const whole = reference?.end ?? end;
    // The definition of a label comes later. `Great![1]` is a citation, and an image only if [1] is defined.
    const isCitation = MARKER_LABEL.test(label) && !isNested && !this.#definedLabels.has(label);
    if (!isCitation && !this.#links.allowsAll("images")) return removed(inner, whole);
    this.#imageLabels.add(label);
    return keep(text, whole);
  }

  /** Decides on a link, or on the definition of a label, `[label]: url`. */
  #link(isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    const isFree = this.#links.allowsAll("links");
    // Where all links are allowed, only the definitions of labels matter that look like citations.
    if (isFree && !MARKER_DEFINITION.test(text)) {
      return !isEnd && BEGUN_MARKER_DEFINITION.test(text) ? "undecided" : keep(text, 1);
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
    const { url, end, isCut } = destination;
    if (!MARKUP_IN_URL.test(url) && this.#links.allows("links", url)) return keep(text, 1);
    if (isCut) this.#dropping = REST_OF_URL;
    // The text of the link stays, filtered like any other, and does not join to the text before it.
    const space = this.#tail === "" || /\s$/.test(this.#tail) ? "" : " ";
    const inner = new OutputFilter(this.#links, {
      ...this.state,
      tail: `${this.#tail}${space}`,
      buffer: "",
    });
    const shown = joinPieces([...inner.push(bracket.inner), ...inner.flush()]);
    for (const label of inner.#imageLabels) this.#imageLabels.add(label);
    for (const label of inner.#definedLabels) this.#definedLabels.add(label);
    return { length: end, text: `${space}${shown} ${LINK_REMOVED}` };
  }

  #definition(name: string, colon: number, isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    const definition = readLabelTarget(text, colon, isEnd);
    if (definition === "undecided") return definition;
    if (definition === null) return keep(text, 1);
    const { url, end } = definition;
    if (url === null) return { length: end, text: LINK_REMOVED };
    const label = toLabel(name);
    const kind = this.#imageLabels.has(label) ? "images" : "links";
    const isAllowed = this.#links.allows(kind, url) && this.#links.allows("links", url);
    if (!isAllowed || (!this.#links.allowsAll("links") && MARKUP_IN_URL.test(url))) {
      return { length: end, text: LINK_REMOVED };
    }
    if (MARKER_LABEL.test(label)) this.#definedLabels.add(label);
    return keep(text, 1);
  }

  /** Decides on `](…)`, whose bracket was too long, or is one of an image that may still be open. */
  #destination(isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    const kind = this.#openImage > 0 ? "images" : "links";
    if (this.#links.allowsAll(kind)) return keep(text, 1);
    if (text.length === 1) return isEnd ? keep(text, 1) : "undecided";
    const mark = kind === "images" ? IMAGE_REMOVED : LINK_REMOVED;
    if (text.charAt(1) === "[" && kind === "images") return { length: 1, text: `] ${mark} ` };
    if (text.charAt(1) !== "(") return keep(text, 1);
    const destination = readDestination(text, 1, isEnd);
    if (destination === "undecided") return destination;
    const { url, end, isCut } = destination;
    if (!MARKUP_IN_URL.test(url) && this.#links.allows(kind, url)) return keep(text, 2);
    if (isCut) this.#dropping = REST_OF_URL;
    return { length: end, text: `] ${mark}` };
  }

  #tag(isEnd: boolean): Piece | Undecided {
    const text = this.#buffer;
    const tag = readTag(text, 0, isEnd);
    if (tag === "undecided") return tag;
    if (tag === null) {
      const piece = decideUnclosedTag(this.#links, text, isEnd);
      if (piece !== "undecided" && piece.length === TAG_MAX) this.#dropping = REST_OF_TAG;
      return piece;
    }
    const { inner, end } = tag;
    const target = readAutolink(inner);
    if (target !== null) {
      if (!this.#links.allows("links", target)) return { length: end, text: LINK_REMOVED };
    } else if (!allowsTag(this.#links, inner)) {
      return isAnchor(inner) ? { length: end, text: "<a>" } : removed(readAlt(inner), end);
    }
    return /[![\]]/.test(inner) ? this.#tagWithMarks(end, isEnd) : keep(text, end);
  }

  /**
   * Decides on an allowed tag whose text may contain an image or a link too, since renderers differ. Only its first
   * character passes, and the rest is judged again. If something is removed there, the rest would be another tag.
   */
  #tagWithMarks(end: number, isEnd: boolean): Piece | Undecided {
    const buffer = this.#buffer.slice(1);
    const rest = new OutputFilter(this.#links, { ...this.state, tail: `${this.#tail}<`, buffer });
    for (let at = 1; at < end;) {
      const piece = rest.#next(isEnd);
      if (piece === "undecided") return piece;
      if (rest.#changes(piece)) return NO_TAG;
      rest.#pass(piece);
      at += piece.length;
    }
    return keep(this.#buffer, 1);
  }
}
