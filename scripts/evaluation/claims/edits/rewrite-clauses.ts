import type { ClaimLanguage } from "../claim.ts";
import { capitalize, escapePattern, type TrueSentence } from "../swaps/sentence.ts";

/** Changes the order or the number of a sentence's clauses and keeps what remains true; null if it cannot. */
export type ClauseEdit = (sentence: TrueSentence) => string | null;

/** "In 1891, he left." → "He left in 1891." */
const moveBeginning: ClauseEdit = ({ text, language }) => {
  if (language !== "en") return null;
  const match =
    /^(In (?:\p{Lu}\p{L}+ )?\d{4}|In the [^,]{3,30}|On \p{Lu}\p{L}+ \d{1,2}|During the [^,]{3,30}|At the [^,]{3,30}), ([^,;:]+)\.$/u.exec(
      text,
    );
  if (!match) return null;
  const [, adverbial = "", rest = ""] = match;
  return `${capitalize(rest)} ${adverbial.charAt(0).toLowerCase()}${adverbial.slice(1)}.`;
};

/** "He left in 1891." → "In 1891, he left." */
const moveEnd: ClauseEdit = ({ text, language }) => {
  if (language !== "en") return null;
  const match = /^((?:The|It|He|She|They|A) [^,;:]{15,90}) (in (?:\p{Lu}\p{L}+ )?\d{4})\.$/u.exec(
    text,
  );
  if (!match) return null;
  const [, clause = "", adverbial = ""] = match;
  return `${capitalize(adverbial)}, ${clause.charAt(0).toLowerCase()}${clause.slice(1)}.`;
};

/** Leaves out what is in brackets. */
const dropBrackets: ClauseEdit = ({ text }) => {
  const dropped = text.replace(/ ?[（(][^()（）+=×−]{2,80}[)）](?!\d)/u, "");
  return dropped === text ? null : dropped;
};

/** "The Rhine, which is long, flows." → "The Rhine flows." */
const dropRelative: ClauseEdit = ({ text, language }) => {
  if (language !== "en") return null;
  const dropped = text.replace(
    /^([^,]{4,60}), (?:which|who|where) [^,;:]{8,80}, (?=(?:is|was|were|are|has|had|have|can|may|will|became|made|led)\b)/u,
    "$1 ",
  );
  return dropped === text ? null : dropped;
};

/** Leaves out a clause at the end: "…, which is …." */
const dropEnd: ClauseEdit = ({ text, language }) => {
  const patterns: Readonly<Record<ClaimLanguage, RegExp | null>> = {
    en: /^([^,;:"“]{30,}), (?:which|who|where|while|although|because) [^;:"“]{8,}\.$/u,
    de: /^([^,;:„"]{30,}), (?:während|obwohl|weil|wobei) [^;:„"]{8,}\.$/u,
    zh: null,
    th: null,
  };
  const kept = patterns[language]?.exec(text)?.[1];
  return kept === undefined ? null : `${kept}.`;
};

/** "X was founded by Y in 1890." → "Y founded X in 1890." */
const makeActive: ClauseEdit = ({ text, language }) => {
  if (language !== "en") return null;
  const match =
    /^((?:The )?[^,;:()]{3,50}) (?:was|were) (founded|developed|designed|discovered|created|invented|introduced|formed|established|proposed|destroyed|ruled|published|replaced|named|signed|supported|opened|produced|completed|approved|conquered) by ((?:the )?[\p{Lu}][^,;:()]{2,40}?)((?: in (?:the )?[\w ]{4,20})?)\.$/u.exec(
      text,
    );
  if (!match) return null;
  const [, object = "", verb = "", agent = "", rest = ""] = match;
  if (/^(?:It|He|She|They|This|These|Those|There)\b/.test(object)) return null;
  const lowered = /^(?:The|A|An|Its|Their) /.test(object)
    ? object.charAt(0).toLowerCase() + object.slice(1)
    : object;
  return `${capitalize(agent)} ${verb} ${lowered}${rest}.`;
};

/** Puts the heading in the place of a pronoun at the beginning, if the sentence before has it as its subject. */
const nameSubject: ClauseEdit = ({ text, passages, others, language }) => {
  const [passage] = passages;
  const heading = passage?.heading ?? "";
  const pronoun = {
    en: /^It (?=is|was|has|had|can)/u,
    de: /^Es (?=ist|war|hat)/u,
    zh: /^它(?=[是有在的])/u,
    th: null,
  }[language];
  if (!pronoun?.test(text) || !passage || heading.length > 30) return null;
  const before = passage.text.slice(0, passage.text.indexOf(text)).trim();
  const previous = others.find((other) => before.endsWith(other));
  const subject = new RegExp(`^(?:The )?${escapePattern(heading)} `, "u");
  if (!previous || !subject.test(previous)) return null;
  return text.replace(pronoun, language === "zh" ? heading : `${heading} `);
};

/** The edits of clauses. */
export const CLAUSE_EDITS: readonly ClauseEdit[] = [
  moveBeginning,
  moveEnd,
  dropBrackets,
  dropRelative,
  dropEnd,
  makeActive,
  nameSubject,
];
