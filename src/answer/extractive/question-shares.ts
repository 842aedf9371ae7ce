import { areAkin } from "./evidence/akin-words.ts";
import { sharesStem, type ExtractiveQuestion } from "./extractive-question.ts";

/** Returns the share of a question, by weight, of which only a word of similar meaning is among `seen`. */
export function shareAkin(question: ExtractiveQuestion, seen: ReadonlySet<string>): number {
  let shared = 0;
  for (const [term, { weight }] of question.terms) {
    if (!seen.has(term) && !sharesStem(term, seen) && areAkin(term, seen)) shared += weight;
  }
  return question.weightTotal > 0 ? shared / question.weightTotal : 0;
}

/** Returns the share of a question, by weight, that is among `seen`. */
export function shareSaid(question: ExtractiveQuestion, seen: ReadonlySet<string>): number {
  let covered = 0;
  for (const [term, { weight }] of question.terms) if (seen.has(term)) covered += weight;
  return question.weightTotal > 0 ? covered / question.weightTotal : 0;
}

/** Returns the share of a question's names and numbers that are among `seen`; 1 if it has none. */
export function shareNamed(question: ExtractiveQuestion, seen: ReadonlySet<string>): number {
  const named = [...question.terms].filter(([, { named: isNamed }]) => isNamed);
  if (named.length === 0) return 1;
  return named.filter(([term]) => seen.has(term)).length / named.length;
}

/** Returns the share of the pairs of neighbouring terms of a question that are also close together in `terms`. */
export function sharePhrases(question: ExtractiveQuestion, terms: readonly string[]): number {
  if (question.order.length < 2) return 0;
  let found = 0;
  for (let index = 1; index < question.order.length; index++) {
    const [left, right] = [question.order[index - 1], question.order[index]];
    found += terms.some(
      (term, at) => term === right && (terms[at - 1] === left || terms[at - 2] === left),
    )
      ? 1
      : 0;
  }
  return found / (question.order.length - 1);
}

/** Returns the share of a question, by weight, of which only another form is among `seen`. */
export function shareStems(question: ExtractiveQuestion, seen: ReadonlySet<string>): number {
  let shared = 0;
  for (const [term, { weight }] of question.terms) {
    if (!seen.has(term) && sharesStem(term, seen)) shared += weight;
  }
  return question.weightTotal > 0 ? shared / question.weightTotal : 0;
}
