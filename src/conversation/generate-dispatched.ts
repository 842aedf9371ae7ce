import type { AnswerDeps } from "../answer/search-into.ts";
import type { StepOutcome } from "../kernel/rules/step-handler.ts";
import type { Scope } from "../knowledge/scope.ts";
import { PublicError, publicMessage } from "../public-error.ts";
import { generateFacts } from "./answer-facts.ts";
import { FactReporter, LeaseEnded } from "./fact-reporter.ts";
import type { AnswerTask, GenerateMessage, Released, ReleasedFacts } from "./generation-client.ts";
import { type AttemptEnd, foundProviderAway, judgeAttempt } from "./judge-attempt.ts";

/** Maximum time of a consumer for one answer, in milliseconds, as in a conversation object. */
const GENERATE_MS_MAX = 150_000;

/** The dependencies of `generateDispatched`: the conversation object of a message, and the deployment's models. */
export type GenerationDeps = {
  /** Asks the object for the work; null if the lease of the message has ended, or another consumer has the work. */
  take(message: GenerateMessage): Promise<AnswerTask | null>;
  release(message: GenerateMessage, released: ReleasedFacts): Promise<Released>;
  end(message: GenerateMessage, released: ReleasedFacts, outcome: StepOutcome): Promise<void>;
  answering(scope: Scope): AnswerDeps;
  /** Logs a failure. Returns true if it is one of the service itself, and not of a service that it calls. */
  onFailure(message: GenerateMessage, error: unknown): boolean;
};

/**
 * The result of a message: `idle` if there was nothing to do, `away` if the model's provider was away or failed, `done`
 * after any other attempt.
 */
export type Dispatched = "idle" | "away" | "done";

/**
 * Generates the answer for which a message asks: takes the work from the conversation object, calls the model, and
 * reports the answer piece by piece under the message's lease. Does nothing if the lease has ended, for example because
 * the response was cancelled or its time is over. May be repeated. Throws only if the object cannot be reached.
 */
export async function generateDispatched(
  deps: GenerationDeps,
  message: GenerateMessage,
): Promise<Dispatched> {
  const task = await deps.take(message);
  if (task === null) return "idle";
  const held: GenerateMessage = { ...message, lease: task.lease };
  const controller = new AbortController();
  const reporter = new FactReporter(
    task.facts.length,
    (released) => deps.release(held, released),
    (reason) => controller.abort(reason),
  );
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(new AnswerOverdue()), limitOf(task));
  const end = await attempt(deps, { message: held, task, reporter, signal });
  clearTimeout(timer);
  const rest = await reporter.close();
  if (signal.reason instanceof LeaseEnded) return "idle";
  if (signal.aborted && !(signal.reason instanceof AnswerOverdue)) throw signal.reason;
  await deps.end(held, rest, judgeAttempt(end, task.attempt ?? 1));
  return foundProviderAway(end) ? "away" : "done";
}

/** Returns the time limit of an attempt in milliseconds. It ends before the deadline of the step. */
const limitOf = ({ deadline = Infinity }: AnswerTask) =>
  Math.max(0, Math.min(GENERATE_MS_MAX, deadline - Date.now()));

type Attempt = {
  readonly message: GenerateMessage;
  readonly task: AnswerTask;
  readonly reporter: FactReporter;
  readonly signal: AbortSignal;
};

async function attempt(
  deps: GenerationDeps,
  { message, task, reporter, signal }: Attempt,
): Promise<AttemptEnd> {
  try {
    const answer = generateFacts(deps.answering(message.scope), task, signal);
    for (;;) {
      const next = await answer.next();
      if (next.done) return { kind: "answered", outcome: next.value };
      reporter.add(next.value);
    }
  } catch (error) {
    if (signal.aborted) return { kind: "overdue", message: publicMessage(signal.reason) };
    const isBug = deps.onFailure(message, error);
    return { kind: "thrown", message: publicMessage(error), isBug };
  }
}

/** The reason why an attempt at an answer ends that takes too long. */
class AnswerOverdue extends PublicError {
  override readonly name = "AnswerOverdue";

  constructor() {
    super(`The answer took longer than ${GENERATE_MS_MAX / 1_000} s`);
  }
}
