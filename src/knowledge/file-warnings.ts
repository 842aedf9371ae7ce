import type { FileId } from "../ids.ts";

/**
 * The kinds of loss that the extraction of a file's text counts, each with its words for one occurrence and for many.
 * A code is stored with the file and shown to clients, so a code that was ever stored keeps its row.
 */
const WORDS = {
  images_without_text: ["image without text", "images without text"],
  pages_without_text: ["page without text", "pages without text"],
  pages_unreadable: [
    "page whose fonts do not say which letters they have, left out",
    "pages whose fonts do not say which letters they have, left out",
  ],
  annotations_left_out: [
    "document with too many annotations and form fields to read them",
    "documents with too many annotations and form fields to read them",
  ],
  objects_without_text: [
    "embedded object, chart or drawing without text",
    "embedded objects, charts or drawings without text",
  ],
  equations_as_text: ["equation as linear text", "equations as linear text"],
  hidden_text_left_out: ["hidden passage left out", "hidden passages left out"],
  deleted_text_left_out: ["deleted passage left out", "deleted passages left out"],
  menus_left_out: ["navigation menu left out", "navigation menus left out"],
  footers_left_out: ["page footer left out", "page footers left out"],
  tables_in_cells: [
    "table inside a table cell written as text",
    "tables inside table cells written as text",
  ],
  spans_cut: ["table cell that spans too far, cut", "table cells that span too far, cut"],
  lines_not_parsed: [
    "line that is not valid JSON or XML, kept as it is",
    "lines that are not valid JSON or XML, kept as they are",
  ],
  encoding_guessed: ["guess of the text's encoding", "guesses of the text's encoding"],
  bytes_replaced: ["byte without a meaning, replaced", "bytes without a meaning, replaced"],
} as const satisfies Readonly<Record<string, readonly [one: string, many: string]>>;

/** The code of a kind of loss, as it is stored and shown to clients. */
export type WarningCode = keyof typeof WORDS;
/** All codes of warnings. */
export const WARNING_CODES: readonly WarningCode[] = Object.keys(WORDS).filter(isWarningCode);

/** A warning about a file: a kind of loss or change in the extraction of its text, and how often it occurred. */
export type FileWarning = {
  readonly code: WarningCode;
  readonly count: number;
  /** A detail in a few characters, such as the encoding that was guessed. */
  readonly detail?: string;
};

/** The warnings of some files. A file without any has no entry. */
export type FileWarnings = ReadonlyMap<FileId, readonly FileWarning[]>;

/** Describes a warning in words: "3 images without text". */
export function describeWarning({ code, count, detail }: FileWarning): string {
  const [one, many] = WORDS[code];
  const words = `${count} ${count === 1 ? one : many}`;
  return detail === undefined ? words : `${words} (${detail})`;
}

function isWarningCode(code: string): code is WarningCode {
  return code in WORDS;
}

/** Counts what the extraction of one file's text loses or changes, by kind. */
export class LossCounter {
  readonly #counts = new Map<WarningCode, { count: number; detail?: string }>();

  /** Counts `count` more occurrences of a warning. A later `detail` replaces the earlier one of the same code. */
  add(code: WarningCode, count = 1, detail?: string): void {
    if (count <= 0) return;
    const known = this.#counts.get(code)?.count ?? 0;
    this.#counts.set(code, { count: known + count, ...(detail !== undefined && { detail }) });
  }

  /** Returns the warnings, in the order in which their kinds were first counted. */
  list(): FileWarning[] {
    return [...this.#counts].map(([code, counted]) => ({ code, ...counted }));
  }
}
