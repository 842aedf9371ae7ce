import { type MarkdownOptions, renderMarkdown } from "./markdown.ts";

/**
 * Renders streamed Markdown to a terminal. Written text cannot change, so a part is written only when later text cannot
 * affect it: as whole words, and not inside an open emphasis, link, table row or code line.
 */
export class MarkdownStream {
  readonly #options: MarkdownOptions;
  readonly #write: (text: string) => void;
  #text = "";
  #written = "";

  constructor(options: MarkdownOptions, write: (text: string) => void) {
    this.#options = options;
    this.#write = write;
  }

  /** Adds text, and writes the part that is final now. */
  push(text: string): void {
    this.#text += text;
    this.#show(finalPart(this.#text));
  }

  /** Writes the rest and a line break. */
  end(): void {
    this.#show(this.#text);
    const whole = renderMarkdown(this.#text.replace(/\n+$/, ""), this.#options);
    // If the written text is wrong, the whole text is written again.
    if (whole !== this.#written) this.#write(`\n${whole}`);
    this.#write("\n");
  }

  #show(markdown: string): void {
    const shown = renderMarkdown(markdown.replace(/\n+$/, ""), this.#options);
    if (shown === this.#written || !shown.startsWith(this.#written)) return;
    this.#write(shown.slice(this.#written.length));
    this.#written = shown;
  }
}

/** Returns the beginning of a text that later text cannot affect. */
function finalPart(text: string): string {
  const lastLine = text.lastIndexOf("\n") + 1;
  const before = text.slice(0, lastLine);
  const fences = before.match(/^\s*(?:```|~~~)/gm)?.length ?? 0;
  // Lines of code and rows of tables are shown whole.
  if (fences % 2 === 1) return before;
  const isWhole = /^\s*(?:\||```|~~~)/.test(text.slice(lastLine));
  let end = isWhole ? lastLine : text.lastIndexOf(" ") + 1;
  while (end > lastLine) {
    const part = text.slice(0, end);
    // A first word alone may be the mark of a list, a heading or a rule.
    if (!/\w\S*\s+\S/.test(part.slice(lastLine))) break;
    if (isClosed(part)) return part;
    end = part.trimEnd().lastIndexOf(" ") + 1;
  }
  return isClosed(before) ? before : before.slice(0, before.lastIndexOf("\n\n") + 1);
}

const CLOSED =
  /(?<!`)(`+)(?!`)[^]+?(?<!`)\1(?!`)|(\*\*?|__?)(?=\S)[^*_]+?(?<=\S)\2|\[[^\]]*\](?:\([^()]*\))?/g;

/** Tests that the last paragraph has no open mark that later text could close. */
function isClosed(text: string): boolean {
  const paragraph = text.slice(text.lastIndexOf("\n\n") + 1);
  return !/[`*_[\\]/.test(paragraph.replaceAll(/^\s*[-*+] /gm, "").replaceAll(CLOSED, ""));
}
