import type { LossCounter } from "../../knowledge/file-warnings.ts";
import { formatNumber } from "../markdown/list-labels.ts";
import type { WordNumbering } from "./read-numbering.ts";
import type { WordStyles } from "./read-styles.ts";

/** A comment or note of a Word document. */
export type WordNote = { readonly author: string; readonly text: string };

/** The kinds of notes. Footnotes are numbered 1, 2, 3, endnotes i, ii, iii. */
export type NoteKind = "footnote" | "endnote";

/** All that is needed to read a part of a Word document: styles, lists, notes, and what is counted. */
export type WordContext = {
  readonly lengthMax: number;
  readonly losses: LossCounter;
  readonly styles: WordStyles;
  readonly numbering: WordNumbering;
  readonly comments: ReadonlyMap<string, WordNote>;
  readonly marks: NoteMarks;
};

/**
 * The part of a document that is read: text, or a margin of its pages; and the texts of the charts and diagrams in it, by
 * the ids of their relations.
 */
export type WordReaderOptions = {
  readonly part?: "text" | "margin";
  readonly figures?: ReadonlyMap<string, string>;
};

/** Writes the mark of the note with a number. */
export const formatMark = (kind: NoteKind, number: number): string =>
  formatNumber(number, kind === "footnote" ? "decimal" : "lower-roman");

/** Numbers the notes of a document in the order in which its text refers to them. */
export class NoteMarks {
  readonly #footnotes = new Set<string>();
  readonly #endnotes = new Set<string>();

  /** Returns the mark of a note: 1, 2, 3 for footnotes, i, ii, iii for endnotes. */
  mark(kind: NoteKind, id: string): string {
    const ids = this.list(kind);
    ids.add(id);
    return formatMark(kind, ids.size);
  }

  /** Lists the ids of the notes, in order of their numbers. */
  list(kind: NoteKind): Set<string> {
    return kind === "footnote" ? this.#footnotes : this.#endnotes;
  }
}
