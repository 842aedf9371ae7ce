import { foldText } from "../../../retrieval/fold.ts";

/** Splits a list of words or phrases, separated by `|`, and folds each of them as words of a text are folded. */
export function readList(list: string): string[] {
  return list === "" ? [] : list.split("|").map((entry) => foldText(entry.trim()));
}
