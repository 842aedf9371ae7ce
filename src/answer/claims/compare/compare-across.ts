import type { ClaimVerdict } from "../claim-types.ts";
import type { PassageReading, PassageSentence } from "../reading/read-passage.ts";
import type { Sentence } from "../reading/read-sentence.ts";

/** A number or date (by its value), or a name or code in the same letters: texts that two languages write alike. */
type Comparable = {
  readonly reason: "number" | "date" | "name";
  readonly isIn: (sentence: Sentence) => boolean;
};

/**
 * Decides about a claim in another language than its passage by what both write alike: numbers, dates, codes, and names
 * in Latin letters. If at least one of these is in a sentence of the passage and none is missing there and around it,
 * the passage supports the claim in part.
 */
export function verifyAcross(claim: Sentence, reading: PassageReading): ClaimVerdict {
  const comparables = findComparables(claim, reading);
  let [best, most]: [PassageSentence | null, number] = [null, 0];
  for (const found of reading.sentences) {
    const count = comparables.filter(({ isIn }) => isIn(found.sentence)).length;
    if (count > most) [best, most] = [found, count];
  }
  if (!best) {
    const reason = comparables.find(({ reason: one }) => one !== "name")?.reason ?? "overlap";
    return { verdict: "unsupported", reason, isSure: false, span: null };
  }
  const around = [reading.sentences[best.at - 1], best, reading.sentences[best.at + 1]].flatMap(
    (one) => one?.sentence ?? [],
  );
  const context = [...around, ...best.headings];
  const missing = comparables.find(({ isIn }) => !context.some((sentence) => isIn(sentence)));
  if (!missing) return { verdict: "partial", isSure: false, span: best.span };
  return { verdict: "unsupported", reason: missing.reason, isSure: false, span: best.span };
}

function findComparables(claim: Sentence, reading: PassageReading): Comparable[] {
  const numbers = claim.quantities.map(({ value, written, dimension }): Comparable => ({
    reason: "number",
    isIn: ({ quantities, dates }) =>
      quantities.some((other) =>
        dimension === other.dimension
          ? other.value === value
          : other.written === written && (dimension === null || other.dimension === null),
      ) || dates.some(({ parts }) => parts.year === written),
  }));
  const dates = claim.dates.map(({ parts }): Comparable => ({
    reason: "date",
    isIn: (sentence) =>
      sentence.dates.some((other) =>
        (["year", "month", "day", "weekday", "minutes"] as const).every(
          (part) => parts[part] === undefined || parts[part] === other.parts[part],
        ),
      ),
  }));
  // Names of places and of people differ between languages, and German writes any noun with a capital letter.
  const isOtherScript = claim.lexicon.table.script !== reading.lexicon.table.script;
  const names = claim.names
    .filter(({ isCode, term }) => isCode || isOtherScript || reading.termSet.has(term))
    .filter(({ at }) => /\p{Script=Latin}|\d/u.test(claim.words[at]?.text ?? ""))
    .map(({ at }): Comparable => {
      const { folded } = claim.words[at] ?? { folded: "" };
      return { reason: "name", isIn: ({ words }) => words.some((word) => word.folded === folded) };
    });
  return [...numbers, ...dates, ...names];
}
