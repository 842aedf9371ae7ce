/**
 * The form of the answer that a question asks for. `summary`: the main points of a section. `steps`: all steps of a
 * procedure. `list`: all items of a list. `fact`: anything else.
 */
export type AnswerShape = "summary" | "steps" | "list" | "fact";

const SUMMARY =
  /\b(?:summari[sz]e|summary|sum up|overview|outline|main (?:points?|ideas?)|key points?|in short|what['’]?s new|what is new|zusammenfass\w*|fasse? .* zusammen|überblick|résum\w+|resum\w+|riassum\w+|samenvatt\w+)\b|总结|概括|概述|要約|まとめ|สรุป|لخص/iu;
const STEPS =
  /\b(?:how (?:do|does|can|could|should|to|would)\b(?! (?:you|they|it) (?:mean|call))|steps?\b|procedure|instructions?|what (?:should|shall|must|do|can) (?:i|we|one|you)\b.*\bdo\b|what (?:now|next)|wie (?:kann|muss|soll|geht|wird|mache|bekomme)\b|comment (?:faire|puis|peut|dois)|cómo (?:puedo|se|hago|debo)|como (?:puedo|faço|posso)|come (?:posso|si|devo|faccio))|怎么|如何|どうやって|どうすれば|อย่างไร|كيف/iu;
const LIST =
  /\b(?:which|what|list|name|give)\b(?!\s+(?:happens|causes|makes|means|comes|counts|applies|belongs|changes|costs|decides|ends|follows|gives|goes|helps|keeps|needs|prevents|says|stands|starts|takes|uses|works)\b)(?:\s+(?:are|were|all|the|of|me|other|kinds?|types?|sorts?|possible|different))*\s+(?:[\p{L}-]+\s+){0,2}?(?:[\p{L}-]{2,}(?<!ss|us|is|ous)s|people|children|criteria)\b|\bwelche\s+\p{L}+(?:en|er|e|n|s)\b|\bquels?\b|\bquelles\b|\bcuáles\b|\bquali\b|\bunder (?:which|what) (?:conditions|circumstances)\b|哪些|どの.*か/iu;

/** Detects the form of the answer that a question asks for, by its words. */
export function detectShape(question: string): AnswerShape {
  if (SUMMARY.test(question)) return "summary";
  if (STEPS.test(question)) return "steps";
  return LIST.test(question) ? "list" : "fact";
}

/** Words between two things that a question compares, or that it asks about together. */
const VERSUS =
  /\s+(?:vs\.?|versus|compared (?:to|with)|in comparison (?:to|with)|as opposed to|rather than|gegenüber|verglichen mit|comparé à|comparado con)\s+/iu;
const OR = /\s+(?:or|oder|ou|o|oppure)\s+/iu;
const AND = /\s+(?:and|und|et|y|e)\s+/iu;
const BETWEEN = /\b(?:between|zwischen|entre|tra)\s+(.+?)\s+(?:and|und|et|y|e)\s+(.+?)\s*[?.]*$/iu;
/** A second question begins after this. */
const SECOND =
  /(?:[,;]\s*(?:and|und|et|y|e)?\s*|\s(?:and|und|et|y|e)\s+)(?=(?:also\s+)?(?:what|which|who|whose|when|where|why|how|is|are|does|do|can|may|was|wie|was|wer|wann|wo|warum|welche[rsnm]?|qui|que|quand|où|comment|combien|quel(?:le)?s?|quién|qué|cuándo|dónde|cómo|cuánt[oa]s?|chi|quando|dove|come|quanto|quale)\b)/iu;

/**
 * Splits a question into the questions that it consists of: two that are joined, or one about each of the things that it
 * compares. Returns the whole question alone if it is one.
 */
export function splitQuestion(question: string): readonly string[] {
  const sentences = question.split(/(?<=[?？؟])\s+(?=\p{L})/u).filter((part) => part.trim() !== "");
  if (sentences.length === 2) return sentences;
  const [first = "", second = "", ...rest] = question.split(SECOND);
  const areBoth = ASKS.test(first) && countWords(first) >= 3 && countWords(second) >= 2;
  if (rest.length === 0 && areBoth) return [first, second];
  const between = BETWEEN.exec(question);
  if (between) {
    const [whole, left = "", right = ""] = between;
    const frame = question.slice(0, between.index);
    return whole.length > 0 ? [`${frame} ${left}`, `${frame} ${right}`] : [question];
  }
  const than = THAN.exec(question);
  if (than)
    return [
      question.slice(0, than.index),
      `${withoutNames(question.slice(0, than.index))} ${than[1]}`,
    ];
  return splitAlternatives(question);
}

/** "… more expensive than B": B is compared with the subject of the question. */
const THAN = /\s(?:than|als|que|di)\s+(?:the\s+)?(\p{Lu}[^?]*|\d[^?]*)[?.\s]*$/u;

/** Removes the names and numbers after the first word. */
const withoutNames = (text: string) => text.replaceAll(/(?<=\s)(?:\p{Lu}|\d)[\p{L}\p{N}.-]*/gu, "");

/** A question has one of these words, or begins with a verb. */
const ASKS =
  /\b(?:what|which|who|whose|whom|when|where|why|how|wie|was|wer|wann|wo|warum|welche[rsnm]?|qui|quoi|quand|où|comment|combien|quel(?:le)?s?|quién|qué|cuándo|dónde|cómo|cuánt[oa]s?|chi|quando|dove|come|quanto|quale)\b|^\s*(?:is|are|does|do|did|can|may|must|will|should|has|have|darf|kann|muss|ist|sind)\b/iu;

/** A question that is answered by yes or no begins with one of these verbs. */
const DECIDES =
  /^\s*(?:is|are|was|were|does|do|did|can|could|may|must|will|would|should|shall|has|have|darf|dürfen|kann|können|muss|müssen|ist|sind|hat|haben|gibt|est-ce|peut-on|puedo|puede|posso)\b/iu;

/** Tests whether a question is answered by yes or no: what says the contrary answers it too. */
export const asksYesOrNo = (question: string): boolean => DECIDES.test(question);

/** Tests whether a question asks if something exists: "Is there …?" */
export const asksExistence = (question: string): boolean =>
  /^\s*(?:(?:is|are|was|were) there|gibt es|gab es|y a-t-il|est-ce qu['’]il y a|hay|há|c['’]è|ci sono|is er|zijn er)(?!\p{L})/iu.test(
    question,
  );

/** Tests whether a text says that something exists, or does not. */
export const saysExistence = (text: string): boolean =>
  /(?<!\p{L})(?:there (?:is|are|was|were)|gibt es|gab es|es gibt|es gab|il (?:n['’])?y (?:en )?a|hay|há|c['’]è|ci sono|is er|zijn er|er (?:is|zijn))(?!\p{L})/iu.test(
    text,
  );

/** Splits "… A or B", "… A vs B", and "A and B" of a comparison: the rest of the question belongs to both. */
function splitAlternatives(question: string): readonly string[] {
  const versus = VERSUS.exec(question);
  const joint = versus ?? OR.exec(question) ?? AND.exec(question);
  if (!joint) return [question];
  const before = question.slice(0, joint.index);
  const after = question.slice(joint.index + joint[0].length).replace(/[?？.\s]+$/u, "");
  const words = before.split(/\s+/u);
  const size = Math.min(countWords(after), Math.max(1, words.length - 1));
  const tail = words.slice(-size).join(" ");
  const isSame = (tail.split(/\s+/u)[0] ?? "") === (after.split(/\s+/u)[0] ?? "");
  const isPair =
    (isSame && size > 1) ||
    versus !== null ||
    (isNamed(` ${tail}`) && isNamed(` ${after}`)) ||
    /,\s*\S+(?:\s\S+)?$/u.test(before);
  if (countWords(after) > ALTERNATIVE_WORDS_MAX || !isPair) return [question];
  return [before, `${words.slice(0, -size).join(" ")} ${after}`];
}

/** A longer text after "or" is no alternative. */
const ALTERNATIVE_WORDS_MAX = 5;
/** Tests whether a text has a name or a number. */
const isNamed = (text: string) => /\s(?:\p{Lu}|\d)/u.test(text);
const countWords = (text: string) =>
  text.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
