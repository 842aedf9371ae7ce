import { readOpening } from "./read-opening.ts";

/** A piece of a model's text: either for the reader, or the model's own reasoning. */
export type SpokenPiece = { readonly kind: "text" | "reasoning"; readonly text: string };

/**
 * The places in a model's text where tags such as `<think>` mark reasoning: anywhere, or at the start only. In JSON, a
 * tag after the start is data.
 */
export type ThinkPlaces = "anywhere" | "start";

/**
 * The form of a block of reasoning at the start of a reply: with both tags, or without the opening one, which some
 * servers put into the prompt. It is unknown before the first reply of a model.
 */
export type ThinkForm = "both tags" | "closing tag alone" | "unknown";

/** Names of the tags in which open models reason, in angle brackets, square ones or Kimi's. */
const ANYWHERE = "think|thinking|thought|seed:think";
/** Names of tags that mark reasoning only where they begin a reply: later they may be the XML that was asked for. */
const AT_START = "reasoning|thoughts|scratchpad";
const NAMES = `${ANYWHERE}|${AT_START}`;
const IS_AT_START = new RegExp(`^</?(${AT_START})>$`, "i");
const TAG = new RegExp(`<(/?)(?:${NAMES})>|\\[(/?)THINK\\]|◁(/?)think▷`, "i");
const TAGS = NAMES.split("|")
  .flatMap((name) => [`<${name}>`, `</${name}>`])
  .concat("[think]", "[/think]", "◁think▷", "◁/think▷");
const TAG_MAX = Math.max(...TAGS.map((tag) => tag.length));
/** Maximum characters that wait for the tag that decides whether they are reasoning. */
const DOUBTFUL_MAX = 500_000;
/** Maximum characters of space that wait for what follows them. */
const SPACE_MAX = 1_000;
const SPACE_AT_END = /\s$/;
const CODE_END = /[`\n]/;

/**
 * Separates the reasoning that open models write into their text, as in `<think>…</think>`, from the text for the
 * reader. The pieces do not depend on how the text was split into deltas, and none contains a tag.
 *
 * A block that is not closed lasts to the end of the text. If a second tag opens within a block, the text after the
 * next closing tag is ambiguous: it is reasoning if another closing tag follows, otherwise text. A tag right after a
 * backtick is a mention of the tag, and stays text, as do the tags after it up to the next backtick or the line's end.
 *
 * Text before a closing tag alone was already passed on. With the form `closing tag alone`, the text waits for a closing
 * tag, and is reasoning if one follows, otherwise text; with the form `unknown`, it waits if it begins as reasoning
 * does. `form` says which form the reply had.
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
  /** True while the text waits for a closing tag without an opening one. */
  #isAssumed: boolean;
  #isUnknown: boolean;
  #form: ThinkForm = "both tags";
  #passed = 0;
  #hasTag = false;
  #unopened = 0;
  /** The name of the tag that began the reply, if it counts only there. */
  #startTag: string | null = null;

  constructor(places: ThinkPlaces = "anywhere", form: ThinkForm = "both tags") {
    this.#places = places;
    this.#isAssumed = form === "closing tag alone";
    this.#isUnknown = form === "unknown";
    if (this.#isAssumed) this.#wait();
  }

  #wait(): void {
    this.#isAssumed = true;
    this.#depth = 1;
    this.#doubtful = "";
  }

  /** The form of the reply, as far as it was read. */
  get form(): ThinkForm {
    return this.#form;
  }

  /** True once the reply has text or reasoning. */
  get hasBegun(): boolean {
    return this.#hasText || this.#isBegun;
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

  /** Returns the remaining pieces, at the end of the text. */
  flush(): SpokenPiece[] {
    const pieces = this.#read(true);
    const doubtful = this.#doubtful;
    this.#doubtful = null;
    if (doubtful === null) return pieces;
    this.#leave();
    return [...pieces, ...this.#emit(doubtful)];
  }

  #read(isEnd: boolean): SpokenPiece[] {
    if (this.#isUnknown && !this.#settleUnknown(isEnd)) return [];
    const pieces: SpokenPiece[] = [];
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
      const isMention = this.#isPlain() || this.#isMention();
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

  /** Decides whether a reply of an unknown model begins as reasoning does. False while more text may decide it. */
  #settleUnknown(isEnd: boolean): boolean {
    const opening = readOpening(this.#buffer);
    if (opening === "undecided" && !isEnd) return false;
    this.#isUnknown = false;
    if (opening === "reasoning") this.#wait();
    return true;
  }

  /** Tests whether a tag is no tag here, since its name counts only where it begins the reply. */
  #isForeign(tag: string): boolean {
    const name = IS_AT_START.exec(tag)?.[1]?.toLowerCase();
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

  #isMention(): boolean {
    return this.#depth === 0 && (this.#isInCode || this.#last === "`");
  }

  #open(): SpokenPiece[] {
    if (this.#isAssumed && this.#doubtful?.trim() === "") {
      this.#depth = 0;
      this.#doubtful = null;
    }
    this.#isAssumed = false;
    this.#hasTag = true;
    const settled = this.#settleDoubt();
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
    if (this.#depth === 0 && !this.#hasTag) this.#unopened = this.#passed;
    this.#hasTag = true;
    if (this.#isAssumed || this.#depth === 0) this.#form = "closing tag alone";
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
    return this.#doubtful.length > DOUBTFUL_MAX ? this.#settleDoubt() : [];
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

/** Returns the length of the longest end of a text that begins a tag. */
function beginningOfTag(text: string): number {
  const tail = text.slice(1 - TAG_MAX).toLowerCase();
  for (let at = 0; at < tail.length; at++) {
    if (!OPENING.includes(tail.charAt(at))) continue;
    const end = tail.slice(at);
    if (TAGS.some((tag) => tag.startsWith(end))) return end.length;
  }
  return 0;
}

const OPENING = "<[◁";
