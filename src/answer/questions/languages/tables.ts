import type { QuestionLanguage } from "../question-language.ts";
import { ARABIC_QUESTIONS } from "./ar.ts";
import { GERMAN_QUESTIONS } from "./de.ts";
import { ENGLISH_QUESTIONS } from "./en.ts";
import { SPANISH_QUESTIONS } from "./es.ts";
import { FRENCH_QUESTIONS } from "./fr.ts";
import { HEBREW_QUESTIONS } from "./he.ts";
import { HINDI_QUESTIONS } from "./hi.ts";
import { ITALIAN_QUESTIONS } from "./it.ts";
import { JAPANESE_QUESTIONS } from "./ja.ts";
import { KOREAN_QUESTIONS } from "./ko.ts";
import { DUTCH_QUESTIONS } from "./nl.ts";
import { POLISH_QUESTIONS } from "./pl.ts";
import { PORTUGUESE_QUESTIONS } from "./pt.ts";
import { RUSSIAN_QUESTIONS } from "./ru.ts";
import { THAI_QUESTIONS } from "./th.ts";
import { TURKISH_QUESTIONS } from "./tr.ts";
import { VIETNAMESE_QUESTIONS } from "./vi.ts";
import { CHINESE_QUESTIONS } from "./zh.ts";

/**
 * The languages in which questions are read. To add a language, add its file here. English comes first, which counts
 * where the words tell nothing; Japanese comes before Chinese, whose characters it shares.
 */
export const QUESTION_LANGUAGES: readonly [QuestionLanguage, ...QuestionLanguage[]] = [
  ENGLISH_QUESTIONS,
  GERMAN_QUESTIONS,
  FRENCH_QUESTIONS,
  SPANISH_QUESTIONS,
  ITALIAN_QUESTIONS,
  PORTUGUESE_QUESTIONS,
  DUTCH_QUESTIONS,
  POLISH_QUESTIONS,
  TURKISH_QUESTIONS,
  VIETNAMESE_QUESTIONS,
  RUSSIAN_QUESTIONS,
  HINDI_QUESTIONS,
  THAI_QUESTIONS,
  JAPANESE_QUESTIONS,
  CHINESE_QUESTIONS,
  KOREAN_QUESTIONS,
  ARABIC_QUESTIONS,
  HEBREW_QUESTIONS,
];
