import type { RunBook } from "../ledger/run-book.ts";
import { formatIdempotencyKey, parseStepName, undoneBy } from "../rules/step/step-name.ts";
import { selectWork } from "../rules/step/step-state.ts";
import type { Attempt, AttemptInput } from "./step-attempts.ts";

/** Reads what an attempt works on; throws what an expression of it throws. */
export function inputOf(book: RunBook, attempt: Attempt): AttemptInput {
  const { runId, step, state, epoch, run } = attempt;
  const definition = book.definitionOf(run, step);
  book.options.expressions.renew?.();
  // What undoes a step needs what that step left.
  const needs = parseStepName(step).isUndo ? [undoneBy(step)] : (definition.needs ?? []);
  const outputs = book.storage.steps
    .named(runId, needs)
    .flatMap((need) =>
      need.state.phase === "completed"
        ? [[parseStepName(need.step).step, JSON.parse(need.state.output)] as const]
        : [],
    );
  return {
    input: JSON.parse(book.storage.input(runId)),
    with: book.fill(run, attempt, selectWork(definition, state.choice)),
    outputs: Object.fromEntries(outputs),
    idempotencyKey: formatIdempotencyKey(runId, step, epoch, state.choice),
  };
}
