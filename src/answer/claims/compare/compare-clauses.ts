import type { Sentence } from "../reading/read-sentence.ts";
import type { AlignedEvidence, Finding } from "./evidence.ts";

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
export function compareClauses({ claim, found }: AlignedEvidence): Finding[] {
  const here = found.sentence;
  const [said, parts] = [partsOf(claim), partsOf(here)];
  if (isCrossed(said, parts)) return [JOINED];
  const clauses = splitClauses(here);
  if (clauses.length < 2) return [];
  const weights = clauses.map((clause) => countTerms(claim, here, clause));
  const clauseAt = (at: number) =>
    clauses.findIndex(({ first, last }) => at >= first && at <= last);
  const view: ClauseView = {
    said,
    parts: parts.filter(
      ({ kind, at }) => kind !== "name" || isSubject(here, clauses[clauseAt(at)], at),
    ),
    clauseAt,
    weightAt: (at) => weights[clauseAt(at)] ?? 0,
  };
  const isSplit = splitClauses(claim).length === 1 && said.some((part) => isBesideDate(part, view));
  return isSplit || said.some((part) => isOutweighed(part, view)) ? [JOINED] : [];
}

/**
 * The parts of a claim and of its evidence, of which names only as subjects of clauses, with the clause of each word of
 * the evidence and the number of the claim's words in that clause.
 */
type ClauseView = {
  readonly said: readonly Part[];
  readonly parts: readonly Part[];
  readonly clauseAt: (at: number) => number;
  readonly weightAt: (at: number) => number;
};

/** Returns true if a rival of a part is in a clause that has more words of the claim than the clause of the part. */
function isOutweighed(part: Part, { said, parts, clauseAt, weightAt }: ClauseView): boolean {
  const equal = parts.filter(({ kind, key }) => kind === part.kind && key === part.key);
  if (equal.length === 0) return false;
  // A date that the claim names binds a number in its clause.
  const isBound = equal.some(({ at }) => hasSaidDate(clauseAt(at), said, parts, clauseAt));
  if (isBound && part.kind.startsWith("amount")) return false;
  const best = Math.max(...equal.map(({ at }) => weightAt(at)));
  const rivals = parts.filter((other) => other.kind === part.kind && !isSaid(other, said));
  const most = Math.max(0, ...rivals.map(({ at }) => weightAt(at)));
  return most > best && most >= CLAUSE_SHARED_MIN;
}

/** Returns true if the date that the claim names is in the clause of a rival of a number, and not in that of the number. */
function isBesideDate(part: Part, { said, parts, clauseAt }: ClauseView): boolean {
  const own = parts.find(({ kind, key }) => kind === part.kind && key === part.key);
  if (!own || !own.kind.startsWith("amount")) return false;
  if (hasSaidDate(clauseAt(own.at), said, parts, clauseAt)) return false;
  return parts.some(
    (rival) =>
      rival.kind === own.kind &&
      !isSaid(rival, said) &&
      hasSaidDate(clauseAt(rival.at), said, parts, clauseAt),
  );
}

function hasSaidDate(
  clause: number,
  said: readonly Part[],
  parts: readonly Part[],
  clauseAt: (at: number) => number,
): boolean {
  return parts.some(
    ({ kind, key, at }) =>
      (kind === "date" || kind === "time") && clauseAt(at) === clause && isIn(said, kind, key),
  );
}

/** Returns true if the claim has a part too; a year alone may be written as a number. */
function isSaid({ kind, key }: Part, said: readonly Part[]): boolean {
  return said.some((one) => one.key === key && (one.kind === kind || /^\d+$/.test(key)));
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
  const { words, lexicon, terms, quantities, dates } = sentence;
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
    const inClause = (one: { first: number }) => one.first >= first && one.first < at;
    const isStatement = quantities.some(inClause) && dates.some(inClause);
    if (content.length >= CLAUSE_TERMS_MIN || isStatement || !before)
      clauses.push({ first, last: at });
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
