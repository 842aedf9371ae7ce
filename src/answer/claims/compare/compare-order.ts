import type { Sentence } from "../reading/read-sentence.ts";
import type { AlignedEvidence, Finding } from "./evidence.ts";

/** Words between a preposition and the name, number or date that it is about. */
const DISTANCE_MAX = 2;

/**
 * Compares the directions of names, numbers and dates: what the evidence has behind "from", a claim may not have behind
 * "to".
 */
export function compareOrder({ claim, found }: AlignedEvidence): Finding[] {
  const here = directions(found.sentence);
  const isTurned = [...directions(claim)].some(([key, side]) => {
    const other = here.get(key);
    return other !== undefined && other !== side && side !== MIXED && other !== MIXED;
  });
  return isTurned ? [{ reason: "direction", isConflict: true, isSure: true }] : [];
}

/** The side of a part that has prepositions of both sides in one sentence. */
const MIXED = "mixed";

/** The names, numbers and dates behind a preposition of direction, by its opposition, with its side. */
function directions(sentence: Sentence): Map<string, string> {
  const { quantities, dates, names, cues } = sentence;
  const parts = [
    ...quantities.map(({ first, value }) => ({ first, key: `#${value}` })),
    ...dates.map(({ first, parts: date }) => ({ first, key: JSON.stringify(date) })),
    ...names.map(({ at, term }) => ({ first: at, key: term })),
  ];
  const placed = cues.filter(
    ({ isPlaced, isTelling, reason }) => isPlaced && !isTelling && reason === "direction",
  );
  const found = new Map<string, string>();
  for (const { first, key } of parts) {
    const nearest = placed.findLast(({ last }) => last < first && first - last <= DISTANCE_MAX);
    for (const { axis, side } of placed.filter(({ last }) => last === nearest?.last)) {
      const axisKey = `${axis} ${key}`;
      const known = found.get(axisKey);
      found.set(axisKey, known === undefined || known === String(side) ? String(side) : MIXED);
    }
  }
  return found;
}
