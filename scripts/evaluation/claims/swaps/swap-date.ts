import { isSpaced } from "../claim.ts";
import { LIMITS, MONTHS } from "../wordings/number-words.ts";
import {
  changeValue,
  choose,
  passagesSay,
  type Swap,
  type TrueSentence,
  type ValuePlace,
} from "./sentence.ts";

const YEAR =
  /(?<![\d.,$€£–/-])(?:1[0-9]|20)\d\d(?![\d,.–/-]?\d|[–/-]|s\b|er|年代| ?(?:\p{Ll}+ )?(?:people|troops|km|m)\b)/gu;
const YEAR_CUES = {
  en: /(?:in|since|of|year|around|January|February|March|April|May|June|July|August|September|October|November|December|\d,|and|On|In|late|early) ?$/u,
  de: /(?:in|im|seit|von|Jahr|Jahre|Jahres|\p{L}{3,}|und|Anfang|Ende) ?$/iu,
  zh: /$/u,
  th: /(?:ปี|ค\.ศ\.|พ\.ศ\.|\p{L}) ?$/u,
} as const;

/** Gives a year, a month or a century another value. */
export const swapDate: Swap = (sentence, random) => {
  const places = [...yearPlaces(sentence), ...monthPlaces(sentence), ...centuryPlaces(sentence)];
  return changeValue(sentence, places, random, passagesSay);
};

function yearPlaces({ text, language, wordings }: TrueSentence): ValuePlace[] {
  return Array.from(text.matchAll(YEAR)).flatMap((match): ValuePlace[] => {
    const before = text.slice(0, match.index);
    const isYear =
      language === "zh"
        ? /^ ?年/u.test(text.slice(match.index + 4))
        : YEAR_CUES[language].test(before);
    if (!isYear || LIMITS[language].test(before)) return [];
    const change = (random: () => number) => changeYear(match[0], wordings.changes, random);
    return [{ start: match.index, text: match[0], change }];
  });
}

function changeYear(
  year: string,
  changes: "shift" | "digits",
  random: () => number,
): string | null {
  if (changes === "digits") {
    const [thousands, hundreds, tens, ones] = year;
    if (tens !== ones && random() < 0.5) return `${thousands}${hundreds}${ones}${tens}`;
    return String(Number(year) + (Number(year) < 1900 ? 100 : -100));
  }
  const changed = Number(year) + (choose([-27, -10, -3, -1, 1, 2, 5, 12], random) ?? 1);
  return changed > 2026 ? null : String(changed);
}

function monthPlaces({ text, language }: TrueSentence): ValuePlace[] {
  const months = MONTHS[language];
  const limit = isSpaced(language) ? "\\b" : "";
  // "May" and "March" are months only beside a number.
  const names = months.toReversed().join("|");
  const beside = isSpaced(language)
    ? `(?:(?<=\\d\\.? )(?:${names})|(?:${names})(?= \\d)|\\b(?:${months.filter((name) => name.length > 5).join("|")}))`
    : `(?:${names})`;
  const pattern = new RegExp(`${language === "zh" ? "(?<!\\d)" : limit}${beside}${limit}`, "gu");
  return Array.from(text.matchAll(pattern)).map((match) => ({
    start: match.index,
    text: match[0],
    change: (random) => choose(months, random) ?? null,
  }));
}

const CENTURIES =
  /\b(\d{1,2})(th|st|nd|rd)(?=[ -]centur)|(\d{1,2})(?=\. Jahrhundert| ?世纪)|(?<=ศตวรรษที่ ?)(\d{1,2})/gu;

function centuryPlaces({ text }: TrueSentence): ValuePlace[] {
  return Array.from(text.matchAll(CENTURIES)).map((match) => ({
    start: match.index,
    text: match[0],
    change: (random) => {
      const century = Number.parseInt(match[0], 10) + (choose([-3, -2, 2, 3], random) ?? 2);
      if (century < 4 || century > 21) return null;
      return match[2] === undefined ? String(century) : `${century}${century === 21 ? "st" : "th"}`;
    },
  }));
}
