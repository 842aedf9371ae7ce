import type { DeadLetter } from "../ingest/dead-letter.ts";
import { keepDeadLetters } from "../platform/databases/dead-letter-catalog.ts";

/** Creates what the consumer of dead-letter queues depends on. */
export const deadLetterDeps = (env: Env) => ({
  keep: (letters: readonly DeadLetter[]) =>
    keepDeadLetters(env.CATALOG, letters, Math.floor(Date.now() / 1000)),
});
