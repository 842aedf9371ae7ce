import { IN_HEAD } from "./element-kinds.ts";

const TITLE_LENGTH_MAX = 300;

/** The head of an HTML page, of which only the title is text. Its closing tag may be missing. */
export class PageHead {
  #isOpen = false;
  #isTitle = false;
  #title = "";
  #hasHeading = false;

  /** The page's title; "" if it has none, or if the page has a main heading of its own. */
  get title(): string {
    return this.#hasHeading ? "" : this.#title.replaceAll(/\s+/g, " ").trim();
  }

  /** Notes a heading of the page, by its tag. */
  seeHeading(tag: string): void {
    this.#hasHeading ||= tag === "h1";
  }

  /** Reads an opening tag. Returns true if the element belongs to the head. */
  open(tag: string): boolean {
    if (tag === "head") this.#isOpen = true;
    if (tag === "title") {
      this.#isTitle = this.#title === "";
      return true;
    }
    if (this.#isOpen && !IN_HEAD.has(tag)) this.#isOpen = false;
    return tag === "head";
  }

  /** Reads a closing tag. Returns true if it belongs to the head. */
  close(tag: string): boolean {
    if (tag === "title") this.#isTitle = false;
    if (tag === "head") this.#isOpen = false;
    return tag === "title" || tag === "head";
  }

  /** Reads text. Returns true if it belongs to the head; other text ends the head. */
  takesText(text: string): boolean {
    if (this.#isTitle) {
      if (this.#title.length < TITLE_LENGTH_MAX) this.#title += text.slice(0, TITLE_LENGTH_MAX);
      return true;
    }
    if (this.#isOpen && text.trim() !== "") this.#isOpen = false;
    return this.#isOpen;
  }
}
