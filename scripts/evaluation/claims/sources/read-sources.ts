import type { ClaimSources } from "../make-claims.ts";
import { readSquad, readXquad } from "./read-articles.ts";
import { readHandbook } from "./read-handbook.ts";
import { readHumanAnswers } from "./read-human-answers.ts";

/** The test collections that claims are made of. */
export const CLAIM_COLLECTIONS = ["mtrag_un", "squad2", "handbook", "xquad"] as const;

/** Reads the texts of the test collections in a folder, which has a folder for each. */
export const readClaimSources = (folder: string): ClaimSources => ({
  documents: [
    ...readSquad(folder),
    ...(["de", "zh", "th"] as const).flatMap((language) => readXquad(folder, language)),
    ...readHandbook(folder),
  ],
  answers: readHumanAnswers(folder),
});
