import { ARABIC } from "./ar.ts";
import { GERMAN } from "./de.ts";
import { ENGLISH } from "./en.ts";
import { SPANISH } from "./es.ts";
import { FRENCH } from "./fr.ts";
import { ITALIAN } from "./it.ts";
import { JAPANESE } from "./ja.ts";
import { KOREAN } from "./ko.ts";
import type { LanguageTable } from "./language-table.ts";
import { THAI } from "./th.ts";
import { CHINESE } from "./zh.ts";

/**
 * The languages whose claims can be verified. To add one, write its table and list it here. The first is the language of
 * texts that no table recognises.
 */
export const LANGUAGE_TABLES: readonly LanguageTable[] = [
  ENGLISH,
  GERMAN,
  FRENCH,
  SPANISH,
  ITALIAN,
  CHINESE,
  JAPANESE,
  THAI,
  ARABIC,
  KOREAN,
];
