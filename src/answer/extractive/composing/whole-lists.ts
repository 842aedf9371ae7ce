import { contentTerms } from "../../content-terms.ts";
import { matchCodes } from "../evidence/codes.ts";
import { readLabel, readMemberValue } from "../evidence/unit-key.ts";
import type { SentenceCandidate } from "../extractive-candidates.ts";
import { sharesStem, type ExtractiveQuestion } from "../extractive-question.ts";
import {
  type Composing,
  readPosition,
  fitPieces,
  measureCover,
  type AnswerPiece,
  readBlock,
  readSection,
  readText,
  sumWeights,
} from "./evidence-pieces.ts";
import type { AnswerShape } from "./question-shape.ts";

const LIST_CHARACTERS_MAX = 1_200;

/** Returns the list that a unit introduces or belongs to, if the question asks for all of it; otherwise nothing. */
export function takeList(
  { reading, isQuotable }: Composing,
  best: SentenceCandidate,
  shape: AnswerShape,
): AnswerPiece[] {
  const { candidates, question } = reading;
  const text = best.passage.text.slice(best.start, best.end);
  const section = readSection(candidates, best);
  const at = section.indexOf(best);
  let items: SentenceCandidate[] = [];
  let intro: SentenceCandidate | undefined;
  if (best.unit.kind !== "item" && /[:：][*_]*$/u.test(text.trim())) {
    intro = best;
    const next = section[at + 1];
    items = next ? readBlock(section, next) : [];
  } else if (best.unit.kind === "item" && asksForAll(question, best, shape)) {
    items = readBlock(section, best);
    const before = section[section.indexOf(items[0] ?? best) - 1];
    if (before && best.unit.lead !== "" && /[:：][*_]*$/u.test(readText(before).trim()))
      intro = before;
  }
  if (items.length < 2 && !intro) return [];
  const all = [...(intro ? [intro] : []), ...items].filter(isQuotable);
  return fitPieces(
    all.map((candidate) => ({ candidate, span: candidate, isLine: candidate !== intro })),
    LIST_CHARACTERS_MAX,
  );
}

/**
 * Tests whether a question asks for all items of a list and not for the item `best`. It asks for one item if it has the
 * item's number, as in "step 5". It asks for all if its form asks for a list or steps, or if the context of the item
 * has far more of its words than the item.
 */
function asksForAll(
  question: ExtractiveQuestion,
  best: SentenceCandidate,
  shape: AnswerShape,
): boolean {
  if (matchCodes(question.codes, { ...best.unit, headings: [] }, readText(best)) === 1)
    return false;
  if (shape === "list" || shape === "steps") return best.unit.depth === 0 || shape === "list";
  if (question.expectation.expects !== "any" && best.features.meets > 0) return false;
  const own = sumWeights(question, best.terms);
  const context = sumWeights(
    question,
    best.context.filter((term) => !best.terms.includes(term)),
  );
  return own < context / 2;
}

/**
 * Returns all units of a file that begin with the same label as `best`, such as "DECISION:", if the question asks for
 * what has this label and has few other words of the unit. Otherwise returns an empty list.
 */
export function takeLabelled(
  { reading: { candidates, question }, isQuotable }: Composing,
  best: SentenceCandidate,
): AnswerPiece[] {
  const label = readLabel(readText(best));
  const words = contentTerms(label);
  const asked = [...question.terms.keys()];
  if (!words.some((term) => question.terms.has(term) || sharesStem(term, asked))) return [];
  const rest = best.terms.filter((term) => !words.includes(term));
  if (measureCover(question, rest) > LABELLED_COVER_MAX) return [];
  if (best.features.coverAround < AROUND_COVER_MIN) return [];
  const all = candidates
    .filter((one) => one.passage.fileId === best.passage.fileId && isQuotable(one))
    .filter((one) => readLabel(readText(one)) === label)
    .toSorted((a, b) => readPosition(a) - readPosition(b));
  return fitPieces(
    all.map((candidate) => ({ candidate, span: candidate, isLine: true })),
    LIST_CHARACTERS_MAX,
  );
}

const LABELLED_COVER_MAX = 0.35;
const AROUND_COVER_MIN = 0.35;

/**
 * Returns all members of the object that `best` belongs to, if there are at most 4 and the question does not name this
 * member (it names the object), or contains its value, as in "Who is in room 2051?". Otherwise returns `best` alone.
 */
export function takeSiblings(
  { reading: { candidates, question }, isQuotable }: Composing,
  best: SentenceCandidate,
): AnswerPiece[] {
  const parent = parentOf(best);
  const leaf = contentTerms(pathOf(best).slice(parent.length).replaceAll(/[._]/g, " "));
  const siblings = candidates.filter(
    (other) =>
      other.passage === best.passage &&
      parentOf(other) === parent &&
      other.unit.lead === best.unit.lead &&
      isQuotable(other),
  );
  const value = contentTerms(readMemberValue(readText(best)));
  const isSaid = value.length > 0 && value.every((term) => question.terms.has(term));
  const isNamed = leaf.some(
    (term) => question.terms.has(term) || sharesStem(term, question.terms.keys()),
  );
  const chosen =
    parent !== "" && (isSaid || !isNamed) && siblings.length <= SIBLINGS_MAX ? siblings : [best];
  const isLine = chosen.length > 1;
  return chosen.map((candidate) => ({ candidate, span: candidate, isLine }));
}

const SIBLINGS_MAX = 4;
const pathOf = (candidate: SentenceCandidate) => readText(candidate).split(":", 1)[0] ?? "";
const parentOf = (candidate: SentenceCandidate) => /^.*\./.exec(pathOf(candidate))?.[0] ?? "";
