import type { DateParts, FoundDate } from "../reading/read-dates.ts";
import type { Sentence } from "../reading/read-sentence.ts";
import { type AlignedEvidence, type Finding, findHome, findReplaced } from "./evidence.ts";

/** Compares the dates and times of day of a claim with those of its evidence. */
export function compareDates(evidence: AlignedEvidence): Finding[] {
  return evidence.claim.dates.flatMap((date) => compareDate(date, evidence) ?? []);
}

function compareDate(date: FoundDate, evidence: AlignedEvidence): Finding | null {
  const { found, context, claim, pool } = evidence;
  const { parts } = date;
  const says = (sentence: Sentence) => saysDate(sentence, parts);
  const replaced = findReplaced(date, found.sentence.dates, evidence);
  if (replaced && conflicts(parts, replaced.parts)) {
    return { reason: "date", isConflict: true, isSure: true };
  }
  if (says(found.sentence)) return null;
  const isRival = found.sentence.dates.some(
    (other) =>
      conflicts(parts, other.parts) && !claim.dates.some((one) => covers(one.parts, other.parts)),
  );
  if (isRival) {
    if (findHome(evidence, date, says)) return null;
    return { reason: "date", isConflict: true, isSure: true };
  }
  if (context.some(says) || findHome(evidence, date, says)) return null;
  if (isCompleted(parts, found.sentence, [...context, ...pool.map(({ sentence }) => sentence)]))
    return null;
  const isElsewhere = pool.some(({ sentence }) => says(sentence));
  return { reason: isElsewhere ? "joined" : "date", isConflict: false, isSure: !isElsewhere };
}

function saysDate({ dates, quantities }: Sentence, parts: DateParts): boolean {
  if (dates.some((other) => covers(other.parts, parts))) return true;
  const isYear = Object.keys(parts).length === 1 && parts.year !== undefined;
  return isYear && quantities.some(({ written }) => written === parts.year);
}

const PARTS = ["year", "month", "day", "weekday", "minutes"] as const;

/** Returns true if a date says all that another one says: 5 May 2020 covers May 2020, and 1994 the 1990s. */
function covers(date: DateParts, parts: DateParts): boolean {
  return PARTS.every((part) => {
    if (parts[part] === undefined) return true;
    if (part === "year" && parts.isDecade) return isInDecade(date.year, parts.year);
    return date[part] === parts[part] && !(part === "year" && date.isDecade);
  });
}

function isInDecade(year: number | undefined, decade: number | undefined): boolean {
  return year !== undefined && decade !== undefined && Math.floor(year / 10) * 10 === decade;
}

/** Returns true if a part that both dates have differs. */
function conflicts(one: DateParts, other: DateParts): boolean {
  return PARTS.some(
    (part) => one[part] !== undefined && other[part] !== undefined && one[part] !== other[part],
  );
}

/** Returns true if the evidence says a part of a date, and the sentences around it the rest: the year in a heading. */
function isCompleted(parts: DateParts, here: Sentence, around: readonly Sentence[]): boolean {
  const named = PARTS.filter((part) => parts[part] !== undefined);
  const isSaid = (part: (typeof PARTS)[number], sentence: Sentence) =>
    sentence.dates.some((other) => other.parts[part] === parts[part]);
  return (
    named.length > 1 &&
    named.some((part) => isSaid(part, here)) &&
    named.every((part) => isSaid(part, here) || around.some((sentence) => isSaid(part, sentence)))
  );
}
