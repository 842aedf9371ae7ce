import { beginsAsReasoning } from "./begins-as-reasoning.ts";
import type { ReasoningForm, ReplyEvidence } from "./reasoning-form.ts";
import { beginningOfTag, TAG, TAG_AT_START } from "./tag-names.ts";

/** A piece of a model's text: either for the reader, or the model's own reasoning. */
export type SpokenPiece = { readonly kind: "text" | "reasoning"; readonly text: string };

/**
 * The places in a model's text where tags such as `<think>` mark reasoning: anywhere, or at the start only. In JSON, a
 * tag after the start is data.
 */
export type ThinkPlaces = "anywhere" | "start";

/** Maximum characters that wait for the tag that decides whether they are reasoning. */
const DOUBTFUL_MAX = 500_000;
/** Maximum characters of space that wait for what follows them. */
const SPACE_MAX = 1_000;
const SPACE_AT_END = /\s$/;
const CODE_END = /[`\n]/;
/** The beginning of JSON, alone or in a fence. */
const JSON_START = /^\s*[{`]/;

/**
 * Separates the reasoning that open models write into their text, as in `<think>…</think>`, from the text for the
 * reader. The pieces do not depend on how the text was split into deltas, and none contains a tag.
 *
 * A block that is not closed lasts to the end of the text. If a second tag opens within a block, the text after the
 * next closing tag is ambiguous: it is reasoning if another closing tag follows, otherwise text. A tag right after a
 * backtick is a mention of the tag, and stays text, as do the tags after it up to the next backtick or the line's end.
 *
 * With the form `marked`, text before a closing tag alone was already passed on. With the others, text waits for a
 * closing tag, and is reasoning if one follows, otherwise text. It does not wait longer than needed: it is text once it
 * begins as JSON where JSON is expected, once `settle` is called, and, with the forms `unknown` and `tagged`, once an
 * opening tag follows it. In a reply that is cut, it is reasoning with the form `unopened`, or if it begins as reasoning does.
 */
export class ThinkTags {
  readonly #places: ThinkPlaces;
  /** Text that may begin a tag. */
  #buffer = "";
  #depth = 0;
  /** Text within a nested block after a closing tag; null where there is no doubt. */
  #doubtful: string | null = null;
  /** The last character before the next tag. */
  #last = "";
  /** True after a tag that is mentioned in code, until the code ends. */
  #isInCode = false;
  #hasText = false;
  #endsInSpace = false;
  /** Space before the first text. */
  #space = "";
  #skipsSpace = false;
  /** True once the block has reasoning; `#gap` is the space after it. */
  #isBegun = false;
  #gap = "";
  readonly #form: Exclude<ReasoningForm["type"], "tagged">;
  /** True once an opening tag has begun the text. */
  #isTagged = false;
  /** True while the text waits for a closing tag without an opening one. */
  #isAssumed = false;
  #isUnopened = false;
  #passed = 0;
  #hasTag = false;
  #unopened = 0;
  /** The name of the tag that began the reply, if it counts only there. */
  #startTag: string | null = null;

  constructor(places: ThinkPlaces = "anywhere", form: ReasoningForm["type"] = "marked") {
    this.#places = places;
    // A tag that begins the text ends the wait at once.
    this.#form = form === "tagged" ? "unknown" : form;
    if (form === "marked") return;
    this.#isAssumed = true;
    this.#depth = 1;
    this.#doubtful = "";
  }

  /** The evidence that the text read so far gives of its model's form of reasoning; null if it gives none. */
  get evidence(): ReplyEvidence | null {
    if (this.#isUnopened) return "unopened";
    if (this.#hasTag) return this.#isTagged ? "tagged" : "marked";
    // A server that forces a model to write JSON keeps it from reasoning.
    return this.#hasText && this.#places === "anywhere" ? "plain" : null;
  }

  /** The number of characters that were passed on as text before a closing tag showed that they are reasoning. */
  get unopened(): number {
    return this.#unopened;
  }

  /** Adds a delta. Returns the pieces of which it is now clear whether they are reasoning. */
  push(delta: string): SpokenPiece[] {
    this.#buffer += delta;
    return this.#read(false);
  }

  /**
   * Returns the pieces that wait, because something shows that they are text, such as a call that follows them or
   * reasoning in a field of its own.
   */
  settle(): SpokenPiece[] {
    const pieces = this.#read(true);
    return this.#isAssumed ? [...pieces, ...this.#endWaiting()] : pieces;
  }

  /** Returns the remaining pieces, at the end of the text. `isCut`: the model could not write its reply to the end. */
  flush({ isCut }: { readonly isCut: boolean }): SpokenPiece[] {
    const pieces = this.#read(true);
    const doubtful = this.#doubtful;
    if (doubtful === null) return pieces;
    const mayReason = this.#form === "unopened" || beginsAsReasoning(doubtful);
    if (this.#isAssumed && isCut && mayReason) return [...pieces, ...this.#settleDoubt()];
    return [...pieces, ...this.#endWaiting()];
  }

  /** The text in doubt is text. */
  #endWaiting(): SpokenPiece[] {
    const doubtful = this.#doubtful ?? "";
    this.#doubtful = null;
    this.#isAssumed = false;
    this.#leave();
    return this.#emit(doubtful);
  }

  #read(isEnd: boolean): SpokenPiece[] {
    const pieces: SpokenPiece[] = this.#beginsAsJson() ? this.#endWaiting() : [];
    while (this.#buffer !== "") {
      if (this.#isPlain()) {
        pieces.push(...this.#take(this.#buffer.length));
        break;
      }
      const found = TAG.exec(this.#buffer);
      if (!found) {
        const held = isEnd ? 0 : beginningOfTag(this.#buffer);
        pieces.push(...this.#take(this.#buffer.length - held));
        break;
      }
      pieces.push(...this.#take(found.index));
      const isMention = this.#isPlain() || this.#isMention(found[0], isEnd);
      if (isMention === null) break;
      if (isMention || this.#isForeign(found[0])) {
        pieces.push(...this.#take(found[0].length));
        this.#isInCode ||= isMention;
        continue;
      }
      this.#buffer = this.#buffer.slice(found[0].length);
      this.#last = "";
      const isClosing = found.slice(1).includes("/");
      pieces.push(...(isClosing ? this.#close() : this.#open()));
    }
    return pieces;
  }

  #beginsAsJson(): boolean {
    if (!this.#isAssumed || this.#places === "anywhere") return false;
    return JSON_START.test((this.#doubtful ?? "") + this.#buffer);
  }

  /** Tests whether a tag is no tag here, since its name counts only where it begins the reply. */
  #isForeign(tag: string): boolean {
    const name = TAG_AT_START.exec(tag)?.[1]?.toLowerCase();
    if (name === undefined) return false;
    if (tag.startsWith("</")) return this.#startTag !== name || this.#depth === 0;
    const isWaiting = this.#isAssumed && this.#doubtful?.trim() === "";
    if (this.#hasText || (this.#depth > 0 && !isWaiting)) return true;
    this.#startTag = name;
    return false;
  }

  /** True once no tag counts any more. */
  #isPlain(): boolean {
    return this.#places === "start" && this.#hasText && this.#depth === 0;
  }

  /** Tests whether the tag at the start of the buffer is in code. Null while the next character decides it. */
  #isMention(tag: string, isEnd: boolean): boolean | null {
    if (this.#depth > 0 && !this.#isAssumed) return false;
    if (this.#isInCode || this.#last !== "`") return this.#isInCode;
    // Reasoning may end with code: the tag after it is a mention only between two backticks.
    if (!this.#isAssumed || !tag.includes("/")) return true;
    if (this.#buffer.length === tag.length && !isEnd) return null;
    return this.#buffer.charAt(tag.length) === "`";
  }

  #open(): SpokenPiece[] {
    if (this.#isAssumed && this.#doubtful?.trim() === "") {
      this.#depth = 0;
      this.#doubtful = null;
    }
    this.#isTagged ||= !this.#hasTag && !this.#hasText && (this.#doubtful ?? "").trim() === "";
    this.#hasTag = true;
    const isWaiting = this.#isAssumed && this.#depth > 0;
    const isText = isWaiting && this.#form === "unknown";
    this.#isUnopened ||= isWaiting && !isText;
    const settled = isText ? this.#endWaiting() : this.#settleDoubt();
    this.#isAssumed = false;
    this.#depth += 1;
    if (this.#depth === 1) {
      this.#space = "";
      this.#isBegun = false;
      this.#gap = "";
    }
    return settled;
  }

  #close(): SpokenPiece[] {
    const settled = this.#settleDoubt();
    if (this.#depth === 0 && !this.#hasTag) {
      this.#unopened = this.#passed;
      this.#isUnopened = true;
    }
    this.#hasTag = true;
    this.#isUnopened ||= this.#isAssumed;
    this.#isAssumed = false;
    if (this.#depth > 1) {
      this.#depth -= 1;
      this.#doubtful = "";
    } else {
      this.#leave();
    }
    return settled;
  }

  #leave(): void {
    this.#depth = 0;
    this.#skipsSpace = !this.#hasText || this.#endsInSpace;
  }

  /** Another tag follows the text in doubt, so that it is reasoning. */
  #settleDoubt(): SpokenPiece[] {
    const doubtful = this.#doubtful;
    this.#doubtful = null;
    return doubtful === null ? [] : this.#emit(doubtful);
  }

  #take(length: number): SpokenPiece[] {
    const text = this.#buffer.slice(0, length);
    this.#buffer = this.#buffer.slice(length);
    if (text === "") return [];
    this.#last = text.slice(-1);
    this.#isInCode &&= !CODE_END.test(text);
    if (this.#doubtful === null) return this.#emit(text);
    this.#doubtful += text;
    if (this.#doubtful.length <= DOUBTFUL_MAX) return [];
    return this.#isAssumed && this.#form === "unknown" ? this.#endWaiting() : this.#settleDoubt();
  }

  #emit(text: string): SpokenPiece[] {
    const shown = this.#depth === 0 ? this.#pad(text) : this.#trim(text);
    if (this.#depth === 0) this.#passed += shown.length;
    return shown === "" ? [] : [{ kind: this.#depth === 0 ? "text" : "reasoning", text: shown }];
  }

  /** Holds back the space before the first text, and leaves out the space after a block that follows space. */
  #pad(given: string): string {
    const text = this.#skipsSpace ? given.trimStart() : given;
    if (text === "") return "";
    this.#skipsSpace = false;
    if (this.#hasText) {
      this.#endsInSpace = SPACE_AT_END.test(text);
      return text;
    }
    const padded = this.#space + text;
    if (padded.trim() === "") {
      this.#space = padded.slice(0, SPACE_MAX);
      return "";
    }
    this.#hasText = true;
    this.#endsInSpace = SPACE_AT_END.test(padded);
    return padded;
  }

  /** Leaves out the space at both ends of a block. */
  #trim(given: string): string {
    const text = this.#isBegun ? this.#gap + given : given.trimStart();
    const shown = text.trimEnd();
    if (shown === "") {
      this.#gap = text.slice(0, SPACE_MAX);
      return "";
    }
    this.#isBegun = true;
    this.#gap = text.slice(shown.length).slice(0, SPACE_MAX);
    return shown;
  }
}
