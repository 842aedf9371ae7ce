import { FRESH_CHINESE } from "./fresh/chinese.ts";
import { FRESH_ENGLISH } from "./fresh/english.ts";
import { FRESH_GERMAN } from "./fresh/german.ts";
import { FRESH_THAI } from "./fresh/thai.ts";
import type { Wordings } from "./wordings.ts";

/**
 * Wordings that were written before the tables of the rules were widened. With the articles of the tuning half they stand
 * in for the kept half, of which nothing may be read.
 */
export const FRESH_WORDINGS: Wordings = {
  en: FRESH_ENGLISH,
  de: FRESH_GERMAN,
  zh: FRESH_CHINESE,
  th: FRESH_THAI,
};
