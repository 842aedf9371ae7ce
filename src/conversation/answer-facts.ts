import { generate } from "../answer/generate.ts";
import type { AnswerDeps } from "../answer/search-into.ts";
import { type AnswerFact, type AnswerOutcome, toFact } from "./answer-fact.ts";
import type { AnswerTask } from "./generation-client.ts";
import { ResultBudget } from "./result-budget.ts";
import { AnswerResumption } from "./resume-answer.ts";

/**
 * Generates an answer, and yields the facts (entries of its log) to store and send: none while it repeats what an
 * earlier attempt has sent. Returns the outcome. Throws as `generate` does.
 */
export async function* generateFacts(
  deps: AnswerDeps,
  { request, evidence, facts, showsResults }: Omit<AnswerTask, "lease">,
  signal: AbortSignal,
): AsyncGenerator<readonly AnswerFact[], AnswerOutcome, undefined> {
  const budget = showsResults ? new ResultBudget() : null;
  const resumption = new AnswerResumption([...facts]);
  for await (const event of generate(deps, request, evidence, signal)) {
    if (event.type === "failed") return event;
    if (event.type === "finished") {
      yield resumption.end();
      return event;
    }
    yield resumption.next(toFact(event, budget));
  }
  throw new Error("The answer ended without an outcome");
}
