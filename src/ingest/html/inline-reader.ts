import type { LossCounter } from "../../knowledge/file-warnings.ts";
import { LinearMath } from "../markdown/linear-math.ts";
import type { MarkdownWriter } from "../markdown/markdown-writer.ts";
import { formatSubscript, formatSuperscript } from "../markdown/scripts.ts";
import { BLOCKS } from "./element-kinds.ts";
import type { TagAttributes } from "./tag-attributes.ts";

/** Longer raised or lowered text is written as it is. */
const SCRIPT_LENGTH_MAX = 80;

type Script = { readonly tag: "sup" | "sub"; text: string; isLink: boolean };

/** Reads the parts of a line that change their text: raised and lowered text, equations, readings of characters. */
export class InlineReader {
  readonly #writer: MarkdownWriter;
  readonly #losses: LossCounter;
  #script: Script | null = null;
  #math: LinearMath | null = null;
  #isReading = false;

  constructor(writer: MarkdownWriter, losses: LossCounter) {
    this.#writer = writer;
    this.#losses = losses;
  }

  /** True inside an equation, where a slash ends an element. */
  get isForeign(): boolean {
    return this.#math !== null;
  }

  /** Reads text. */
  text(text: string): void {
    if (this.#math) this.#addToMath(this.#math, text.trim());
    else if (this.#script) this.#addToScript(this.#script, text);
    else this.#writer.text(text);
  }

  /** Reads an opening tag. Returns true if it is read here. */
  open(tag: string, attributes: TagAttributes): boolean {
    if (this.#math) {
      const values = { open: attributes.read("open"), close: attributes.read("close") };
      this.#math.open(tag, (name) => (name === "open" || name === "close" ? values[name] : ""));
      this.#writer.text(this.#math.takeLong());
      return true;
    }
    if (tag === "math") {
      this.#writeScript();
      this.#math = new LinearMath();
      return true;
    }
    if (tag === "sup" || tag === "sub") {
      this.#writeScript();
      this.#script = { tag, text: "", isLink: false };
      return true;
    }
    if (this.#script) {
      if (tag === "a") this.#script.isLink ||= attributes.read("href").includes("#");
      else if (BLOCKS.has(tag) || tag === "td" || tag === "tr" || tag === "li") this.#writeScript();
    }
    if (tag === "rt") this.#openReading();
    return tag === "rt";
  }

  /** Reads a closing tag. Returns true if it is read here. */
  close(tag: string): boolean {
    if (this.#math) {
      if (tag === "math") this.#writeMath(this.#math);
      else this.#math.close();
      return true;
    }
    if (tag === "rt" || tag === "ruby") this.#closeReading();
    if (tag === "sup" || tag === "sub") this.#writeScript();
    else if (this.#script && BLOCKS.has(tag)) this.#writeScript();
    return tag === "sup" || tag === "sub" || tag === "rt" || tag === "ruby";
  }

  /** Writes what is still open at the end of the page. */
  finish(): void {
    if (this.#math) this.#writeMath(this.#math);
    this.#writeScript();
    this.#closeReading();
  }

  #addToMath(math: LinearMath, text: string): void {
    math.text(text);
    this.#writer.text(math.takeLong());
  }

  #addToScript(script: Script, text: string): void {
    script.text += text;
    if (script.text.length <= SCRIPT_LENGTH_MAX) return;
    this.#script = null;
    this.#writer.text(script.text);
  }

  #writeScript(): void {
    const script = this.#script;
    if (!script) return;
    this.#script = null;
    const { tail } = this.#writer;
    const text = script.text.replaceAll(/\s+/g, " ");
    if (script.tag === "sub") this.#writer.text(formatSubscript(text, tail));
    else this.#writer.text(formatSuperscript(text, tail, script.isLink));
  }

  #writeMath(math: LinearMath): void {
    this.#math = null;
    const text = math.finish();
    if (text === "") return;
    this.#losses.add("equations_as_text");
    this.#writer.text(text);
  }

  /** The reading of characters stands in parentheses after them. */
  #openReading(): void {
    this.#closeReading();
    this.#writer.text("(");
    this.#isReading = true;
  }

  #closeReading(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this.#writer.text(")");
  }
}
