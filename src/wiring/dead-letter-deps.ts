import type { DeadLetter } from "../ingest/dead-letter.ts";
import { keepDeadLetters } from "../platform/databases/dead-letter-catalog.ts";

/** For the consumer of the queues of dead letters. */
export const deadLetterDeps = (env: Env) => ({
  keep: (letters: readonly DeadLetter[]) =>
    keepDeadLetters(env.CATALOG, letters, Math.floor(Date.now() / 1000)),
});
