import { cutUnits } from "../../../ingest/units/read-units.ts";
import { splitHeading } from "../../../knowledge/heading-path.ts";
import { decodeUnits, type UnitList } from "../../../knowledge/units.ts";
import type { Passage } from "../../answer-types.ts";

/** Returns the units of a passage, in order. Those of a passage that was indexed without units are cut from its text. */
export function readPassageUnits(passage: Passage): UnitList {
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
