import { type D1Migration, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, vi } from "vitest";

import { corpusNumbers, corpusShard } from "../../src/platform/databases/corpus-shards.ts";
import { restoreDatabases } from "./fail-once.ts";

// A pool that fails to start must not let these tests pass in Node.
if (navigator.userAgent !== "Cloudflare-Workers") {
  throw new Error(`The worker tests need workerd, but this is ${navigator.userAgent}`);
}

/*
 * Many files run in one workerd (`isolate: false`), since starting one and loading the Worker costs more than the tests
 * of most files. Each file begins with empty storage, no objects, and the bindings of the configuration.
 */
const bindings = { ...env };
// In one call each: a call for each migration takes longer than the tests of many files. A file whose tests are all
// skipped runs no hooks, so its tables, which are empty, are there for the next file.
const migrate = async (database: D1Database, migrations: readonly D1Migration[]) => {
  const statements = migrations.flatMap(({ queries }) =>
    queries.map((sql) => database.prepare(sql)),
  );
  await database.batch(statements).catch((error: unknown) => {
    if (!String(error).includes("already exists")) throw error;
  });
};
await Promise.all([
  migrate(env.CATALOG, env.TEST_CATALOG_MIGRATIONS),
  ...corpusNumbers(env).map((number) =>
    migrate(corpusShard(env, number), env.TEST_CORPUS_MIGRATIONS),
  ),
]);

/*
 * Between files nothing is logged. The pool sends a line that another object logs along with the next message of the
 * tests, and vitest waits for its answer: after the last message of a run, for ever.
 */
const LOG_METHODS = ["debug", "error", "info", "log", "warn"] as const;
beforeAll(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  for (const method of LOG_METHODS) vi.spyOn(console, method).mockReturnValue();
  vi.useRealTimers();
  restoreDatabases();
  for (const name of Object.keys(env)) Reflect.deleteProperty(env, name);
  Object.assign(env, bindings);
  await reset();
});
