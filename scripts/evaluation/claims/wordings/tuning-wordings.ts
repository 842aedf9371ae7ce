import { TUNING_CHINESE } from "./tuning/chinese.ts";
import { TUNING_ENGLISH } from "./tuning/english.ts";
import { TUNING_GERMAN } from "./tuning/german.ts";
import { TUNING_THAI } from "./tuning/thai.ts";
import type { Wordings } from "./wordings.ts";

/** The wordings of the half with which the rules are tuned. */
export const TUNING_WORDINGS: Wordings = {
  en: TUNING_ENGLISH,
  de: TUNING_GERMAN,
  zh: TUNING_CHINESE,
  th: TUNING_THAI,
};
