import type { Sentence } from "../reading/read-sentence.ts";
import type { ClaimEvidence, Finding } from "./evidence.ts";

/** Content words, other than names, that make the words between two marks a clause and not an entry of a list. */
const CLAUSE_TERMS_MIN = 2;

/** A name, number or date in a sentence: its place, its kind, and a text that is the same for equal ones. */
type Part = { readonly at: number; readonly kind: string; readonly key: string };

/** Words of the claim in a clause, before it can say more of a part than another clause. */
const CLAUSE_SHARED_MIN = 2;

/** The words of a clause: indexes of the first and the last one. */
type Clause = { readonly first: number; readonly last: number };

/**
 * Compares what belongs together within one sentence: of "the cafeteria closes at 3 pm and the gym closes at 10 pm", a
 * claim may not join the cafeteria with 10 pm. A number, date or name of the claim must not be in a clause that has
 * fewer words of the claim than the clause of another number, date or name, which the claim leaves out.
 */
export function compareClauses({ claim, found }: ClaimEvidence): Finding[] {
  const here = found.sentence;
  const [said, parts] = [partsOf(claim), partsOf(here)];
  if (isCrossed(said, parts)) return [JOINED];
  const clauses = splitClauses(here);
  if (clauses.length < 2) return [];
  const weights = clauses.map((clause) => countTerms(claim, here, clause));
  const clauseAt = (at: number) =>
    clauses.findIndex(({ first, last }) => at >= first && at <= last);
  const isSaid = ({ kind, key }: Part) =>
    said.some((one) => one.key === key && (one.kind === kind || /^\d+$/.test(key)));
  const isJoined = said.some((part) => {
    // A clause may name much, but it begins with one subject.
    const isComparable = ({ at, kind }: Part) =>
      kind === part.kind && (kind !== "name" || isSubject(here, clauses[clauseAt(at)], at));
    const equal = parts.filter((other) => isComparable(other) && other.key === part.key);
    const best = Math.max(-1, ...equal.map(({ at }) => weights[clauseAt(at)] ?? 0));
    const rivals = parts.filter((other) => isComparable(other) && !isSaid(other));
    const most = Math.max(0, ...rivals.map(({ at }) => weights[clauseAt(at)] ?? 0));
    return best >= 0 && most > best && most >= CLAUSE_SHARED_MIN;
  });
  return isJoined ? [JOINED] : [];
}

const JOINED: Finding = { reason: "joined", isConflict: true, isSure: false };

/**
 * Returns true if the claim joins a number and a date that the evidence has with other ones: of "2.1 million in 2019 and
 * 3.4 million in 2021", 3.4 million with 2019.
 */
function isCrossed(said: readonly Part[], parts: readonly Part[]): boolean {
  const found = parts.filter(({ kind, key }) => kind !== "name" && isIn(said, kind, key));
  const left = parts.filter(({ kind, key }) => kind !== "name" && !isIn(said, kind, key));
  const distance = (one: Part, other: Part) => Math.abs(one.at - other.at);
  return found.some((one) =>
    found.some((other) => {
      if (one.kind === other.kind) return false;
      const apart = distance(one, other);
      const hasNearer = (part: Part, kind: string) =>
        left.some((rival) => rival.kind === kind && distance(part, rival) <= apart);
      return hasNearer(one, other.kind) && hasNearer(other, one.kind);
    }),
  );
}

function isIn(parts: readonly Part[], kind: string, key: string): boolean {
  return parts.some((one) => one.kind === kind && one.key === key);
}

/** Returns true for a name with which a clause begins. */
function isSubject({ terms, names }: Sentence, clause: Clause | undefined, at: number): boolean {
  if (!clause) return false;
  const isName = (index: number) => names.some((name) => name.at === index);
  return terms
    .slice(clause.first, at)
    .every((term, offset) => term === "" || isName(clause.first + offset));
}

function partsOf({ quantities, dates, names }: Sentence): Part[] {
  return [
    ...quantities.map(({ first, kind, dimension, value }) => ({
      at: first,
      kind: `${kind} ${dimension ?? ""}`,
      key: String(value),
    })),
    ...dates.map(({ first, parts }) => ({
      at: first,
      kind: parts.minutes === undefined ? "date" : "time",
      // A year alone may be written as a number.
      key: /^\{"year":(\d+)\}$/.exec(JSON.stringify(parts))?.[1] ?? JSON.stringify(parts),
    })),
    ...names.map(({ at, term }) => ({ at, kind: "name", key: term })),
  ];
}

/** Splits a sentence at marks and conjunctions. What has few content words belongs to the clause before it. */
function splitClauses(sentence: Sentence): Clause[] {
  const { words, lexicon, terms } = sentence;
  const names = new Set(sentence.names.map(({ at }) => at));
  const clauses: Clause[] = [];
  let first = 0;
  for (let at = 0; at <= words.length; at++) {
    const word = words[at];
    const isEnd = !word || word.kind === "break" || lexicon.conjunctions.has(word.folded);
    if (!isEnd) continue;
    const content = terms
      .slice(first, at)
      .filter((term, offset) => term !== "" && !names.has(first + offset));
    const before = clauses.at(-1);
    if (content.length >= CLAUSE_TERMS_MIN || !before) clauses.push({ first, last: at });
    else clauses[clauses.length - 1] = { first: before.first, last: at };
    first = at + 1;
  }
  return clauses;
}

/** Counts the terms of the claim, other than names, that are in a clause. */
function countTerms(claim: Sentence, here: Sentence, { first, last }: Clause): number {
  const names = new Set(claim.names.map(({ term }) => term));
  const terms = new Set(here.terms.slice(first, last + 1));
  return [...terms].filter((term) => claim.termSet.has(term) && !names.has(term)).length;
}
