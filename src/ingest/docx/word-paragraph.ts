import type { MarkdownWriter } from "../markdown/markdown-writer.ts";
import { formatSubscript, formatSuperscript } from "../markdown/scripts.ts";
import type { WordStyle } from "./read-styles.ts";
import type { WordContext, WordNote } from "./word-context.ts";
import type { RunPosition } from "./word-run.ts";
import type { XmlAttributes } from "./xml/read-xml.ts";

/** The levels of Markdown's headings. */
const HEADING_MAX = 6;

/** A paragraph of a Word document: a heading, an item of a list, or text. */
export class WordParagraph {
  readonly #writer: MarkdownWriter;
  readonly #context: WordContext;
  readonly #after: string[] = [];
  #style: WordStyle | null = null;
  #styleId = "";
  /** True if the end of the paragraph was deleted: without text it is none, and its number is not counted. */
  #isEndDeleted = false;
  #numId: string | null = null;
  #level: number | null = null;
  #outline: number | null = null;
  #kind: "new" | "text" | "heading" | "item" = "new";
  #script = "";
  #position: RunPosition = "line";

  constructor(writer: MarkdownWriter, context: WordContext) {
    this.#writer = writer;
    this.#context = context;
  }

  /** The paragraph's style; null until it is read. */
  get style(): WordStyle | null {
    return this.#style;
  }

  /** Reads a property of the paragraph. */
  readProperty(name: string, attributes: XmlAttributes): void {
    const value = attributes.get("w:val") ?? "";
    if (name === "w:pStyle") {
      this.#styleId = value;
      this.#style = this.#context.styles.find(value);
    } else if (name === "w:numId") this.#numId = value;
    else if (name === "w:ilvl") this.#level = Number(value) || 0;
    else if (name === "w:outlineLvl") this.#outline = Number(value);
  }

  /** Notes that the end of the paragraph was deleted. */
  deleteEnd(): void {
    this.#isEndDeleted = true;
  }

  /** Ends the properties of the paragraph, and begins it unless it may have been deleted. */
  endProperties(): void {
    if (!this.#isEndDeleted) this.begin();
  }

  /** Begins the paragraph, when its properties are read. Further calls do nothing. */
  begin(): void {
    if (this.#kind !== "new") return;
    const list = this.#findList();
    const label = list ? this.#context.numbering.label(list.numId, list.level) : "";
    const heading = this.#findHeading();
    if (heading !== null) {
      this.#kind = "heading";
      this.#writer.openHeading(Math.min(heading, HEADING_MAX), label === "-" ? "" : label);
    } else if (list) {
      this.#kind = "item";
      this.#writer.openItem(list.level, label);
    } else {
      this.#kind = "text";
      this.#writer.breakBlock();
    }
  }

  /** Writes text of the paragraph. */
  write(text: string, position: RunPosition): void {
    this.begin();
    if (position !== this.#position) this.writeScript();
    this.#position = position;
    if (position === "line") this.#writer.text(text);
    else this.#script += text;
  }

  /** Writes the raised or lowered text that was collected. */
  writeScript(): void {
    const script = this.#script;
    if (script === "") return;
    this.#script = "";
    const { tail } = this.#writer;
    const isRaised = this.#position === "superscript";
    this.#writer.text(isRaised ? formatSuperscript(script, tail) : formatSubscript(script, tail));
    if (/\s$/.test(script)) this.#writer.breakWord();
  }

  /** Adds a comment, which stands after the paragraph. */
  comment(note: WordNote | undefined): void {
    if (!note || note.text === "") return;
    const author = note.author === "" ? "" : ` by ${note.author}`;
    this.#after.push(`[Comment${author}: ${note.text}]`);
  }

  /** Adds text that stands after the paragraph. */
  append(text: string): void {
    if (text !== "") this.#after.push(text);
  }

  /** Ends the paragraph. */
  end(): void {
    if (this.#isEndDeleted && this.#kind === "new" && this.#after.length === 0) return;
    this.begin();
    this.writeScript();
    if (this.#kind === "heading") this.#writer.closeHeading();
    else if (this.#kind === "item") this.#writer.closeItem();
    else this.#writer.breakBlock();
    for (const text of this.#after) this.#writer.insert(text);
  }

  /** Finds the list of the paragraph, and the level in it: the list may say which styles are of which level. */
  #findList(): { readonly numId: string; readonly level: number } | null {
    const inherited = this.#style?.list ?? null;
    if (this.#numId === "0") return null;
    const numId = this.#numId ?? inherited?.numId ?? null;
    if (numId === null) return null;
    const { numbering } = this.#context;
    const level = this.#level ?? numbering.findLevelOfStyle(numId, this.#styleId);
    return { numId, level: level ?? inherited?.level ?? 0 };
  }

  #findHeading(): number | null {
    if (this.#outline !== null) return this.#outline < 9 ? this.#outline + 1 : null;
    return this.#style?.heading ?? null;
  }
}
