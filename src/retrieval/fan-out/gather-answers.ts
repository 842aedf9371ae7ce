import { withDeadline } from "../../abort.ts";

/** The answers to concurrent calls, and the reasons why others are missing; both by the key of the call. */
export type Gathered<Key, Value> = {
  readonly answers: ReadonlyMap<Key, Value>;
  readonly missing: ReadonlyMap<Key, unknown>;
};

/** The reason for a missing answer that did not arrive in time. */
class TooSlow extends Error {
  override readonly name = "TooSlow";

  constructor(ms: number) {
    super(`No answer within ${ms / 1000} s after the first of the others`);
  }
}

/**
 * Waits for the answers to `calls`. Leaves out a call that fails, or that has not answered `ms` milliseconds after the
 * first answer. The time starts with the first answer, so that calls that are all slow, as on a busy machine, are not
 * left out. If every call fails, throws the error of one of them.
 */
export async function gatherAnswers<Key, Value>(
  calls: ReadonlyMap<Key, Promise<Value>>,
  ms: number,
): Promise<Gathered<Key, Value>> {
  const answers = new Map<Key, Value>();
  const failures = new Map<Key, unknown>();
  if (calls.size === 0) return { answers, missing: failures };
  const { promise: answered, resolve: markAnswered } = Promise.withResolvers<void>();
  const settled = Array.from(calls, async ([key, call]) => {
    try {
      answers.set(key, await call);
      markAnswered();
    } catch (error) {
      failures.set(key, error);
    }
  });
  const all = Promise.all(settled);
  await Promise.race([answered, all]);
  await withDeadline(all, ms, () => {});
  if (answers.size === 0) throw failures.values().next().value;
  // Copies: a call that was left out may still be answered while the caller uses the others.
  const late = [...calls.keys()].filter((key) => !answers.has(key));
  return {
    answers: new Map(answers),
    missing: new Map(late.map((key) => [key, failures.get(key) ?? new TooSlow(ms)])),
  };
}
