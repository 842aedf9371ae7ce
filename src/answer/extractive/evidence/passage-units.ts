import { cutUnits } from "../../../ingest/units/read-units.ts";
import { splitHeading } from "../../../knowledge/heading-path.ts";
import { decodeUnits, type Unit, type UnitList } from "../../../knowledge/units.ts";
import type { Passage } from "../../answer-types.ts";

/**
 * Returns the units of a passage, in order. List items include their numbers. If the passage was indexed without units,
 * they are cut from its text.
 */
export function readPassageUnits(passage: Passage): UnitList {
  const { units, since } = readStoredUnits(passage);
  return { units: units.map((unit) => withNumber(passage.text, unit)), since };
}

/** The number of a list item directly before its text. Other list marks may precede it, as in "- 5. Open the valve". */
const NUMBER_BEFORE = /(?<!\S)\d{1,4}[.)][ \t]+$/;
/** Maximum length of an item's number with the spaces after it, in UTF-16 code units. */
const NUMBER_LENGTH_MAX = 12;
const NUMBER = /^\d{1,4}[.)][ \t]+/;

/**
 * Extends an item to the left by its number, which is stored outside of the unit like all list marks: the question may
 * ask for step 5 of "5. Open the valve".
 */
function withNumber(text: string, unit: Unit): Unit {
  if (unit.kind !== "item") return unit;
  const from = Math.max(0, unit.start - NUMBER_LENGTH_MAX);
  const number = NUMBER_BEFORE.exec(text.slice(from, unit.start));
  return number ? { ...unit, start: unit.start - number[0].length } : unit;
}

/** Returns the text of a list item without its number. */
export const withoutNumber = (item: string): string => item.replace(NUMBER, "");

/** Tests whether the text of a list item begins with a number. */
export const isNumbered = (item: string): boolean => NUMBER.test(item);

function readStoredUnits(passage: Passage): UnitList {
  const { units, text, heading } = passage;
  if (units !== null && units !== undefined) return decodeUnits(units);
  const path = splitHeading(heading);
  const [, ...context] = heading.split("\n");
  const header = context.filter((line) => line.startsWith("|")).join("\n");
  const cut = cutUnits(text);
  const placed = cut.units.map((unit) => {
    const isUnder = path.every((title, level) => unit.headings[level] === title);
    const headings = isUnder ? unit.headings : [...path, ...unit.headings];
    const lead = unit.kind === "row" && unit.lead === "" ? header : unit.lead;
    return { ...unit, headings, lead };
  });
  return { units: placed, since: cut.since };
}
