import type { QuestionLanguage } from "../question-language.ts";
import { ARABIC } from "./ar.ts";
import { GERMAN } from "./de.ts";
import { ENGLISH } from "./en.ts";
import { SPANISH } from "./es.ts";
import { FRENCH } from "./fr.ts";
import { HEBREW } from "./he.ts";
import { HINDI } from "./hi.ts";
import { ITALIAN } from "./it.ts";
import { JAPANESE } from "./ja.ts";
import { KOREAN } from "./ko.ts";
import { DUTCH } from "./nl.ts";
import { POLISH } from "./pl.ts";
import { PORTUGUESE } from "./pt.ts";
import { RUSSIAN } from "./ru.ts";
import { THAI } from "./th.ts";
import { TURKISH } from "./tr.ts";
import { VIETNAMESE } from "./vi.ts";
import { CHINESE } from "./zh.ts";

/**
 * The languages in which questions are read. To add a language, add its file here. English comes first, which counts
 * where the words tell nothing; Japanese comes before Chinese, whose characters it shares.
 */
export const QUESTION_LANGUAGES: readonly [QuestionLanguage, ...QuestionLanguage[]] = [
  ENGLISH,
  GERMAN,
  FRENCH,
  SPANISH,
  ITALIAN,
  PORTUGUESE,
  DUTCH,
  POLISH,
  TURKISH,
  VIETNAMESE,
  RUSSIAN,
  HINDI,
  THAI,
  JAPANESE,
  CHINESE,
  KOREAN,
  ARABIC,
  HEBREW,
];
