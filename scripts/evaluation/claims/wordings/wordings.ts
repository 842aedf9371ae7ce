import { type ClaimLanguage, isSpaced } from "../claim.ts";

/** The kinds of false claims that are made by replacing words. */
export type WordKind = "unit" | "negation" | "comparison" | "quantifier" | "direction" | "modality";

/**
 * The wordings of one language in one half. A text of rules has one rule a line, `from => to` or `from <=> to` for both
 * directions; `from` is a regular expression. In the rules of `false`, `to` may refer to its groups.
 */
export type LanguageWordings = {
  /** Rules that make a sentence false. The words of `unit` follow a number. */
  readonly false: Readonly<Record<WordKind, string>>;
  /** Groups of names of which each can take another's place: countries, cities, persons; separated by `|`. */
  readonly names: readonly string[];
  /** Subjects that replace the subject of a sentence: in the singular, and in the plural; separated by `|`. */
  readonly subjects: readonly [singular: string, plural: string];
  /** Rules that keep the meaning: synonyms and contractions. */
  readonly synonyms: string;
  /** Beginnings of a sentence that do not change its meaning; separated by `|`. */
  readonly prefixes: string;
  /** The rewritings of numbers and dates that keep the value, by name; see `rewriteNumbers`. */
  readonly rewritings: readonly Rewriting[];
  /** The way to change the value of a number or a year: to one nearby, or to other digits. */
  readonly changes: "shift" | "digits";
};

/** A way to write a number, a date or a length of time in another form. */
export type Rewriting =
  | "ungroup"
  | "group"
  | "spell"
  | "digits"
  | "expand"
  | "percent"
  | "days"
  | "era"
  | "iso-date"
  | "other-date";

/** The wordings of one half, by language. */
export type Wordings = Readonly<Record<ClaimLanguage, LanguageWordings>>;

/** A replacement of words. */
export type Rule = { readonly from: RegExp; readonly to: string };

const parsed = new Map<string, readonly Rule[]>();

/** Parses a text of rules. The words of English and German end at the limits of words. */
export function parseRules(text: string, language: ClaimLanguage, before = ""): readonly Rule[] {
  const key = `${language}\n${before}\n${text}`;
  const known = parsed.get(key);
  if (known) return known;
  const rules = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .flatMap((line) => parseRule(line.trim(), language, before));
  parsed.set(key, rules);
  return rules;
}

function parseRule(line: string, language: ClaimLanguage, before: string): Rule[] {
  const both = line.split("<=>");
  const [from, to] = both.length === 2 ? both : line.split("=>");
  if (from === undefined || to === undefined) throw new Error(`This is no rule: ${line}`);
  const rule = (pattern: string, replacement: string): Rule => ({
    from: compile(pattern.trim(), language, before),
    to: replacement.trim(),
  });
  return both.length === 2 ? [rule(from, to), rule(to, from)] : [rule(from, to)];
}

function compile(pattern: string, language: ClaimLanguage, before: string): RegExp {
  if (!isSpaced(language)) return new RegExp(`${before}(?:${pattern})`, "gu");
  const [start, end] = ["(?<![\\p{L}\\p{N}'’-])", "(?![\\p{L}\\p{N}'’-])"];
  const anyCase = pattern.replace(
    BEGINNING,
    (_all, groups: string, first: string) => `${groups}[${first}${first.toUpperCase()}]`,
  );
  return new RegExp(`${before}${start}(?:${anyCase})${end}`, "gu");
}

/** The first letter of a pattern, after its assertions: a rule also finds its word at the beginning of a sentence. */
const BEGINNING = /^((?:\(\?<?[!=][^)]*\))*)(\p{Ll})/u;
