import type { Unit } from "../../../knowledge/units.ts";
import { readCells, readRecordCells } from "./row-cells.ts";

const KEYED_KINDS: ReadonlySet<Unit["kind"]> = new Set(["row", "record", "member"]);

/** Tests whether a unit consists of a key and named values. */
export const isKeyed = ({ kind }: Pick<Unit, "kind">): boolean => KEYED_KINDS.has(kind);

/** A label before what a line says: "DECISION: …", "New: …". */
const LABEL = /^(\p{Lu}[\p{L}\p{M}]*(?: [\p{L}\p{M}]+)?):\s/u;
const LABEL_LENGTH_MAX = 30;

/** Returns the label of a line; "" if it has none. */
export function readLabel(text: string): string {
  const label = LABEL.exec(text)?.[1] ?? "";
  return label.length <= LABEL_LENGTH_MAX ? label : "";
}

/**
 * Returns the values by which a question may name a unit besides its key: all cells of a row, record or JSON line, or
 * the value of a member. A value that is part of the lead of the member is left out, because all members of the object
 * share it.
 */
export function readUnitValues(kind: Unit["kind"], lead: string, text: string): readonly string[] {
  if (kind === "row" || kind === "record")
    return readCells({ kind, lead }, text).map(({ value }) => value);
  if (kind !== "member") return [];
  if (JSON_LINE.test(text)) {
    return readRecordCells(text.replace(JSON_LINE, "")).map(({ value }) => value);
  }
  const value = readMemberValue(text);
  return lead.includes(value) ? [] : [value];
}

/** The line number before the members of a line in a JSON Lines file. */
const JSON_LINE = /^line \d+: /;

/** Returns the value of a member: "99" for "plan.price: 99". */
export const readMemberValue = (text: string): string => text.slice(text.indexOf(":") + 1).trim();

/** An identifier, such as `rate_limited`: one word in the marks of code, or several that are joined by underscores or dots. */
const IDENTIFIER = /^(?:`([^`\s]+)`|([\p{L}\p{N}]+(?:[_.][\p{L}\p{N}]+)+))$/u;

/**
 * Returns the identifier that a key is, as the words of a question would be written: "rate limited" for `rate_limited`;
 * null for any other key.
 */
export function readIdentifier(key: string): string | null {
  const found = IDENTIFIER.exec(key.trim());
  return found ? plainWords(found[1] ?? found[2] ?? "") : null;
}

/** Returns a text in lower case, with spaces in place of the marks that join the words of an identifier. */
export const plainWords = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim()} `;

/**
 * Returns the key by which a question names a unit: the first cell of a row or record, the path of a member, the
 * defined term, or the label of a line; "" if it has none.
 */
export function readUnitKey(kind: Unit["kind"], lead: string, text: string): string {
  if (kind === "row" || kind === "record") return readCells({ kind, lead }, text)[0]?.value ?? "";
  if (kind === "member") return text.slice(0, text.indexOf(":")).replaceAll(/[._]/g, " ");
  return kind === "term" ? (text.split("\n", 1)[0] ?? "") : readLabel(text);
}
