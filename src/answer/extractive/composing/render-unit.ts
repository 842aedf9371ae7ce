import { contentTerms } from "../../content-terms.ts";
import { type Cell, readRecordCells, readRowCells } from "../evidence/row-cells.ts";
import type { SentenceCandidate } from "../extractive-candidates.ts";
import { sharesStem, type ExtractiveQuestion } from "../extractive-question.ts";

/** A row with fewer characters is shown with all of its cells. */
const WHOLE_ROW_MAX = 160;
const ROW_MAX = 300;

/**
 * Writes a unit as a reader needs it: a row with the names of its columns, an item with the text that introduces it, a
 * member in words. What is added is no part of the quote.
 */
export function renderUnit(candidate: SentenceCandidate, question: ExtractiveQuestion): string {
  const { passage, unit, start, end } = candidate;
  const text = passage.text.slice(start, end);
  switch (unit.kind) {
    case "row":
      return withHeading(candidate, question, renderCells(readRowCells(text, unit.lead), question));
    case "record":
      return renderCells(readRecordCells(text), question);
    case "member":
      return renderMember(text, unit.lead);
    case "item":
      return withHeading(candidate, question, renderItem(text, unit.lead));
    case "term":
      return text.replace(/\n:\s*/, ": ");
    case "code":
      return text.trim();
    case "sentence":
    case "clause":
      return withHeading(candidate, question, joinLines(text));
  }
}

/** Writes a unit that follows another one of its section: a sentence or clause does not repeat the heading. */
export function renderNext(candidate: SentenceCandidate, question: ExtractiveQuestion): string {
  const { passage, unit, start, end } = candidate;
  const isText = unit.kind === "sentence" || unit.kind === "clause";
  return isText ? joinLines(passage.text.slice(start, end)) : renderUnit(candidate, question);
}

/** Removes the line breaks that a file has within a sentence. */
export const joinLines = (text: string): string => text.replaceAll(/\s*\n\s*/gu, " ");

function renderItem(item: string, lead: string): string {
  const text = joinLines(item);
  if (lead === "" || lead.length > ROW_MAX) return text;
  const intro = lead.split("\n", 1)[0]?.trim() ?? "";
  return /[:：]$/u.test(intro) ? `${intro} ${text}` : `${intro.replace(/[.;,]$/u, "")}: ${text}`;
}

/** Puts the heading before a unit if the question asks for what only the heading says. */
function withHeading(
  { unit, terms }: SentenceCandidate,
  question: ExtractiveQuestion,
  text: string,
): string {
  const heading = unit.headings.at(-1) ?? "";
  const isTitle = unit.headings.length < 2 && (unit.kind === "sentence" || unit.kind === "clause");
  if (heading === "" || isTitle || /[?？؟]\s*$/u.test(heading)) return text;
  const own = new Set([...terms, ...contentTerms(unit.lead)]);
  const adds = contentTerms(heading).some((term) => question.terms.has(term) && !own.has(term));
  return adds ? `${heading}: ${text}` : text;
}

function renderMember(text: string, lead: string): string {
  const named = text.replace(/^[^:]*/, (path) => path.replaceAll(/[._]/g, " "));
  const subject = lead.split("\n").at(-1)?.trim() ?? "";
  return subject === "" || text.startsWith(subject) || subject.length > ROW_MAX
    ? named
    : `${subject}; ${named}`;
}

function renderCells(cells: readonly Cell[], question: ExtractiveQuestion): string {
  const filled = cells.filter(({ value }) => value !== "");
  const whole = filled.map(showCell).join("; ");
  if (whole.length <= WHOLE_ROW_MAX) return whole;
  const chosen = chooseCells(filled, question).map(showCell);
  while (chosen.length > 1 && chosen.join("; ").length > ROW_MAX) chosen.pop();
  return chosen.join("; ");
}

/**
 * Returns the cells of a long row that have the words of the question, with the first one, which says what the row is
 * about. Where they do not have all of its words, any of the others may be meant.
 */
function chooseCells(cells: readonly Cell[], question: ExtractiveQuestion): readonly Cell[] {
  const chosen = cells.filter(
    ({ label, value }, at) => at === 0 || matches(question, label) || matches(question, value),
  );
  const found = new Set(chosen.flatMap(({ label, value }) => contentTerms(`${label} ${value}`)));
  const isWhole = [...question.terms.keys()].every(
    (term) => found.has(term) || sharesStem(term, found),
  );
  return isWhole ? chosen : cells;
}

const showCell = ({ label, value }: Cell) => (label === "" ? value : `${label}: ${value}`);

function matches({ terms }: ExtractiveQuestion, text: string): boolean {
  return contentTerms(text).some((term) => terms.has(term) || sharesStem(term, terms.keys()));
}
