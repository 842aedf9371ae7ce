import type { DeadLetter } from "../ingest/dead-letter.ts";
import { keepDeadLetters } from "../platform/databases/dead-letter-catalog.ts";

/** Creates the dependencies of the consumer of dead-letter queues. */
export const deadLetterDeps = (env: Env) => ({
  keep: (letters: readonly DeadLetter[]) =>
    keepDeadLetters(env.CATALOG, letters, Math.floor(Date.now() / 1000)),
});
