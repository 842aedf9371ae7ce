import type { Unit } from "../../knowledge/units.ts";
import type { Block } from "../blocks/read-blocks.ts";
import { isQuestionLine, readLeadIn, readClauseNumber, stripMarks } from "./unit-marks.ts";

/** A block of a text with its place in the outline, from which its units are cut. */
export type OutlinedBlock = Pick<Unit, "headings" | "lead" | "depth" | "block"> & {
  readonly start: number;
  readonly end: number;
  readonly kind: Block["kind"] | "item" | "clause" | "term";
};

/** Length of the start of a block that decides what it is, so that a line of megabytes costs nothing. */
const PREFIX = 400;
/** A longer header of a table is cut. */
const LEAD_LENGTH_MAX = 2_000;
/** A longer paragraph is no title of clauses. */
const TITLE_LENGTH_MAX = 80;
const ITEM = /^(?:[-*+•–]|\d{1,4}[.)]|\(?[a-z0-9]{1,3}\))[ \t]/;
/** A numbered title, without a full stop at its end. */
const TITLE = /^\d{1,3}[.)][ \t][^\n]{1,70}[\p{L}\p{N})]$/u;
const TERM = /^[^\n:]{1,80}\n:[ \t]/;

/** An open item of a list, under which deeper items belong. */
type OpenItem = { readonly indent: number; readonly text: string };

/**
 * Reads the blocks of a text in their order, and says for each under which headings it is, and by what it is introduced:
 * a list by the sentence before it that ends with a colon, an item by the item above it, an answer by its question, a
 * clause by the title of the clause above it.
 */
export class Outline {
  readonly #text: string;
  #path: readonly string[] = [];
  #question: string | null = null;
  #clause: { readonly number: string; readonly title: string } | null = null;
  /** The sentence that introduces the next list, table or code; "" without one. */
  #lead = "";
  /** The lead of the open list. */
  #listLead = "";
  #items: OpenItem[] = [];
  #isInList = false;
  #blocks = -1;

  /** `title` is the heading of a text without headings; null for none. */
  constructor(text: string, title: string | null) {
    this.#text = text;
    if (title !== null) this.#path = [title];
  }

  /** Places the next block in the outline. Returns null for headings and questions, which are context of what follows. */
  add(block: Block): OutlinedBlock | null {
    const { start, end, kind } = block;
    if (kind === "heading") {
      this.#openSection(block.path);
      return null;
    }
    if (block.path !== this.#path && block.path.length > 0) this.#openSection(block.path);
    if (kind !== "prose") return this.#addRows(block);
    const prefix = this.#text.slice(start, Math.min(end, start + PREFIX));
    const line = prefix.trimStart();
    if (isQuestionLine(line, end - start)) {
      this.#question = stripMarks(line);
      this.#endList();
      this.#lead = "";
      return null;
    }
    const titled = this.#addTitled(block, line);
    if (titled) return titled;
    if (ITEM.test(line)) return this.#addItem(block, prefix);
    return this.#addProse(block, line);
  }

  #openSection(path: readonly string[]): void {
    this.#path = path;
    this.#question = null;
    this.#clause = null;
    this.#lead = "";
    this.#endList();
  }

  #endList(): void {
    this.#isInList = false;
    this.#items = [];
  }

  #addRows({ start, end, kind, table }: Block): OutlinedBlock {
    const header = table?.header ? this.#text.slice(table.header.start, table.header.end) : "";
    const caption = table?.caption ? this.#text.slice(table.caption.start, table.caption.end) : "";
    // A caption that is a sentence of its own says nothing that the rows need.
    const lead = [/[.!?。]$/.test(caption.trim()) ? "" : caption.trim(), header.trim()];
    const named = lead.filter((part) => part !== "").join("\n");
    const own = (kind === "lines" ? this.#lead : named).slice(0, LEAD_LENGTH_MAX);
    this.#endList();
    this.#lead = "";
    return {
      start,
      end,
      kind,
      headings: this.#headings(),
      lead: own,
      depth: 0,
      block: ++this.#blocks,
    };
  }

  #addItem({ start, end }: Block, prefix: string): OutlinedBlock {
    if (!this.#isInList) {
      this.#listLead = this.#lead;
      this.#blocks++;
    }
    this.#isInList = true;
    const indent = prefix.length - prefix.trimStart().length;
    const above = this.#items.filter((item) => item.indent < indent);
    const text = stripMarks(this.#text.slice(start, Math.min(end, start + PREFIX)));
    this.#items = [...above, { indent, text }];
    const lead = above.at(-1)?.text ?? this.#listLead;
    const place = { headings: this.#headings(), lead, depth: above.length, block: this.#blocks };
    return { start, end, kind: "item", ...place };
  }

  /** Places a paragraph of plain text whose first line is its title: "2. Noise". */
  #addTitled({ start, end }: Block, line: string): OutlinedBlock | null {
    const [title = "", next = ""] = line.split("\n", 2);
    if (!TITLE.test(title) || next.trim() === "" || /^\s/.test(next)) return null;
    this.#endList();
    const headings = [...this.#headings(), stripMarks(title)];
    const from = this.#text.indexOf("\n", start + title.length) + 1;
    const place = { headings, lead: "", depth: 0, block: ++this.#blocks };
    return from > start && from < end ? { start: from, end, kind: "prose", ...place } : null;
  }

  #addProse({ start, end }: Block, line: string): OutlinedBlock {
    this.#endList();
    const number = readClauseNumber(line);
    if (number === null || !number.startsWith(`${this.#clause?.number}.`)) this.#clause = null;
    const headings = this.#headings();
    const isTitle =
      number !== null && end - start <= TITLE_LENGTH_MAX && /[\p{L}\p{N}]$/u.test(line.trim());
    if (isTitle) this.#clause = { number, title: line.trim() };
    this.#lead = readLeadIn(this.#text.slice(Math.max(start, end - PREFIX), end));
    let kind: OutlinedBlock["kind"] = number === null ? "prose" : "clause";
    if (TERM.test(line)) kind = "term";
    return { start, end, kind, headings, lead: "", depth: 0, block: ++this.#blocks };
  }

  #headings(): readonly string[] {
    const inner = [this.#clause?.title, this.#question].filter((one) => typeof one === "string");
    return inner.length === 0 ? this.#path : [...this.#path, ...inner];
  }
}
