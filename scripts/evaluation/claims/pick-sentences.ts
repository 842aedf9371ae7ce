import { sentences } from "../../../src/ingest/text/sentences.ts";
import type { ClaimLanguage, HumanAnswer, SourceDocument, SourcePassage } from "./claim.ts";

/** Bounds of a sentence's length, in characters. */
const LENGTHS: Readonly<Record<ClaimLanguage, readonly [min: number, max: number]>> = {
  en: [35, 280],
  de: [35, 280],
  zh: [14, 130],
  th: [35, 260],
};
/** Headings, table rows and lines of code. */
const NO_PROSE = /^(?:#{1,6} |\||```|<)|\n|\|/;
/** The parts of sentences into which abbreviations, and spaces in Thai, cut a sentence. */
const FRAGMENT: Readonly<Record<ClaimLanguage, RegExp>> = {
  en: /[^.]$|^\p{Ll}|^(?:Jr|Sr|St)\b|\b(?:c|ca|St|No|Dr|Mr)\.$/u,
  de: /[^.]$|^\p{Ll}|^Jahrhundert| \d{1,2}\.$/u,
  zh: /[^。]$/u,
  th: /^(?:และ|ของ|แต่|ไว้|ที่|ซึ่ง|กับ|คือ|ใน ปี|หรือ|โดยมี|จาก|ๆ)/u,
};
const CLAUSE_NUMBER = /^(?:[-*•] |\(?\w\) |\d+(?:\.\d+)*\.? )/u;
/** A sentence that asks, apologises, greets, offers help or speaks of the one who answers. */
const NO_CLAIM =
  /\?|:$|^(?:Yes|No|Sure|Okay|Hello|Hi|Thanks?|Thank you|Sorry|Please|Unfortunately)\b[^.]{0,40}\.?$|\b(?:I|I'm|I'd|I've|me|my|apologi[sz]e|sorry|let me know|feel free|hope this|previous response|conversation|the (?:document|passage|context|text)s? (?:do|does))\b|for more (?:information|details)|^Sorry\b|^(?:You're|You are) (?:right|correct|welcome)/iu;
/** The end of a sentence, but not the number of the first item of a list after it. */
const WHOLE = /(?<!: ?\d{1,2})\.$/;
const NO_CLAIM_START = /^(?:Yes|No|Indeed|Sure),? /;
const WORDS_MIN = 5;

/** Selects the sentences of a passage that state something in prose, without numbers of clauses before them. */
function pickSentences({ text }: Pick<SourcePassage, "text">, language: ClaimLanguage): string[] {
  const [min, max] = LENGTHS[language];
  return sentences(text)
    .map(({ start, end }) => text.slice(start, end).replace(CLAUSE_NUMBER, ""))
    .filter(
      (sentence) =>
        sentence.length >= min &&
        sentence.length <= max &&
        !NO_PROSE.test(sentence) &&
        !sentence.includes("?") &&
        !FRAGMENT[language].test(sentence),
    );
}

/**
 * Selects the sentences of a person's answer that claim something. Left out are questions, greetings, apologies,
 * offers, "I don't know", lines that do not end with a full stop, and sentences of fewer than five words.
 */
export function pickClaims({ text }: Pick<HumanAnswer, "text">): string[] {
  return sentences(text)
    .map(({ start, end }) => text.slice(start, end).replace(CLAUSE_NUMBER, ""))
    .filter(
      (sentence) =>
        sentence.split(/\s+/).length >= WORDS_MIN &&
        !NO_PROSE.test(sentence) &&
        WHOLE.test(sentence) &&
        !NO_CLAIM.test(sentence.replace(NO_CLAIM_START, "")),
    );
}

/** Lists the passages of documents with their sentences. */
export const listPassages = (documents: readonly SourceDocument[]) =>
  documents.flatMap((document) =>
    document.passages.map((passage) => ({
      document,
      passage,
      sentences: pickSentences(passage, document.language),
    })),
  );
