import { sentences, type Span } from "../../ingest/text/sentences.ts";
import type { BusinessRule, Violation } from "./business-rule.ts";
import { checkText, type TextRule } from "./check-rules.ts";

type Cited = { readonly start_index: number; readonly end_index: number };

/** A text that `repairText` has repaired, with the citations that are left in it. */
export type Repaired<Citation> = {
  readonly text: string;
  readonly citations: readonly Citation[];
  /**
   * True if the repaired text keeps all rules, and some of the answer is left in it. False also if the answer broke a
   * rule that cannot be repaired.
   */
  readonly ok: boolean;
  /** True if nothing of the answer is left except for appended texts. */
  readonly isEmpty: boolean;
};

/** Removing text can join words that break a rule again. After this many rounds the text is given up. */
const ROUNDS_MAX = 50;
/** Positions that one round checks for each rule. */
const PLACES_MAX = 1_000;

/**
 * Repairs an answer that breaks business rules, without a model: removes sentences with a forbidden phrase or too large
 * an amount, and those that no source supports, together with their citations, and appends required texts that are missing. Sentences that one citation
 * spans are removed together, so the remaining citations still refer to the same words. A required text that would
 * itself break a rule is not appended. Rules about confidence and CEL rules cannot be repaired.
 */
export function repairText<Citation extends Cited>(
  text: string,
  violations: readonly Violation[],
  rules: readonly BusinessRule[],
  citations: readonly Citation[] = [],
): Repaired<Citation> {
  const textRules = rules.filter(isTextRule);
  const forbidding = textRules.filter(({ kind }) => kind !== "required_text");
  const answer = { text, citations: citations.filter(isWithin(text)) };
  const unsupported = violations.flatMap(({ kind, span }) =>
    kind === "grounding" && span ? [span] : [],
  );
  const kept = removeBreaches(removeUnits(answer, unsupported) ?? answer, forbidding);
  const mended = appendRequired(kept.text, textRules, forbidding);
  const isEmpty = kept.text.trim() === "";
  const isBeyond = violations.some(({ kind }) => kind === "min_confidence" || kind === "cel");
  const ok = !isEmpty && !isBeyond && checkText(mended, textRules, 1).length === 0;
  return { text: mended, citations: kept.citations, ok, isEmpty };
}

type Answer<Citation> = { readonly text: string; readonly citations: readonly Citation[] };

function removeBreaches<Citation extends Cited>(
  answer: Answer<Citation>,
  rules: readonly TextRule[],
): Answer<Citation> {
  let rest = answer;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const broken = checkText(rest.text, rules, PLACES_MAX).flatMap(({ span }) => span ?? []);
    if (broken.length === 0) return rest;
    const fewer = removeUnits(rest, broken);
    if (fewer === null) break;
    rest = fewer;
  }
  return { text: "", citations: [] };
}

/** Removes the sentences that overlap with spans. Null if none does. */
function removeUnits<Citation extends Cited>(
  answer: Answer<Citation>,
  spans: readonly Span[],
): Answer<Citation> | null {
  const units = splitUnits(answer);
  const good = new Set(units.filter((unit) => !spans.some((span) => overlap(unit, span))));
  return good.size === units.length ? null : keep(answer, units, good);
}

/** Splits the text into sentences, joined where one citation spans several. */
function splitUnits({ text, citations }: Answer<Cited>): Span[] {
  const cited = citations.map(({ start_index: start, end_index: end }) => ({ start, end }));
  const units: { start: number; end: number }[] = [];
  for (const span of [...sentences(text), ...cited].toSorted((a, b) => a.start - b.start)) {
    const last = units.at(-1);
    if (last && span.start < last.end) last.end = Math.max(last.end, span.end);
    else units.push({ ...span });
  }
  return units;
}

/** Keeps the good units and the white space between them. Of two gaps, the stronger separator is kept. */
function keep<Citation extends Cited>(
  { text, citations }: Answer<Citation>,
  units: readonly Span[],
  good: ReadonlySet<Span>,
): Answer<Citation> {
  let kept = "";
  let gap = "";
  const stay: Citation[] = [];
  for (const [index, unit] of units.entries()) {
    const before = text.slice(units[index - 1]?.end ?? unit.start, unit.start);
    gap = partsMore(before, gap) ? before : gap;
    if (!good.has(unit)) continue;
    if (kept !== "") kept += gap;
    gap = "";
    const shift = kept.length - unit.start;
    for (const citation of citations) {
      const { start_index, end_index } = citation;
      if (start_index < unit.start || end_index > unit.end) continue;
      stay.push({ ...citation, start_index: start_index + shift, end_index: end_index + shift });
    }
    kept += text.slice(unit.start, unit.end);
  }
  return { text: kept, citations: stay };
}

const newlinesIn = (gap: string) => gap.split("\n").length - 1;
const partsMore = (one: string, other: string) =>
  newlinesIn(one) > newlinesIn(other) || (newlinesIn(one) === newlinesIn(other) && other === "");

function appendRequired(
  text: string,
  rules: readonly TextRule[],
  forbidding: readonly TextRule[],
): string {
  let mended = text;
  for (const rule of rules) {
    if (rule.kind !== "required_text" || checkText(mended, [rule], 1).length === 0) continue;
    const longer = mended === "" ? rule.anyOf[0] : `${mended}\n\n${rule.anyOf[0]}`;
    if (checkText(longer, forbidding, 1).length === 0) mended = longer;
  }
  return mended;
}

const isTextRule = (rule: BusinessRule): rule is TextRule =>
  rule.kind !== "min_confidence" && rule.kind !== "grounding" && rule.kind !== "cel";

const isWithin =
  (text: string) =>
  ({ start_index, end_index }: Cited) =>
    start_index < end_index && end_index <= text.length;

const overlap = (one: Span, other: Span) => one.start < other.end && other.start < one.end;
