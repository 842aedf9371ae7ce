/*
 * The wordings of the half that is kept aside.
 *
 * Nobody who tunes the rules reads the files that are imported here, nor a claim that is made with them: the figures of
 * this half show how the rules do with wordings that they were not written for.
 */
import { KEPT_CHINESE } from "./kept/chinese.ts";
import { KEPT_ENGLISH } from "./kept/english.ts";
import { KEPT_GERMAN } from "./kept/german.ts";
import { KEPT_THAI } from "./kept/thai.ts";
import type { Wordings } from "./wordings.ts";

/** The wordings of the held-out half of the test set, with which the rules are not tuned. */
export const KEPT_WORDINGS: Wordings = {
  en: KEPT_ENGLISH,
  de: KEPT_GERMAN,
  zh: KEPT_CHINESE,
  th: KEPT_THAI,
};
