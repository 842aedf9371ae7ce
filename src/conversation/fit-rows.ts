import { jsonBytes, STORED_JSON_BYTES_MAX } from "../bounds.ts";
import type { AnswerFact } from "./answer-fact.ts";

/** Splits facts (entries of an answer's log) into lists, each of which fits one row of the database. */
export function splitFacts(facts: readonly AnswerFact[]): AnswerFact[][] {
  const lists: AnswerFact[][] = [];
  let left = 0;
  for (const fact of facts) {
    const bytes = jsonBytes(fact) + 1;
    if (bytes > left) {
      lists.push([]);
      left = STORED_JSON_BYTES_MAX - 2;
    }
    lists.at(-1)?.push(fact);
    left -= bytes;
  }
  return lists;
}
