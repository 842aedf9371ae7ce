import { tmpdir } from "node:os";
import { join } from "node:path";

import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig, type Plugin, type TestProjectInlineConfiguration } from "vitest/config";
import type { ProjectConfig } from "vitest/node";

import { keepTemporaryFilesInMemory } from "./test/memory-folder.ts";
import { LongestFirst } from "./test/reporting/longest-first.ts";
import { reporting } from "./test/reporting/plugin.ts";

/** Imports SQL as text in Node, as wrangler does in its bundles. */
const sqlAsText: Plugin = {
  name: "sql-as-text",
  enforce: "pre",
  transform: (code, id) => (id.endsWith(".sql") ? `export default ${JSON.stringify(code)}` : null),
};

/** Compiles WebAssembly in Node, where an import of it is a module as in wrangler's bundles. */
const wasmAsModule: Plugin = {
  name: "wasm-as-module",
  enforce: "pre",
  load: (id) =>
    id.endsWith(".wasm")
      ? `import { readFileSync } from "node:fs";
        export default new WebAssembly.Module(readFileSync(${JSON.stringify(id)}));`
      : null,
};

/** `MODULE?constants` exports all constants of a module, so that a test reads its SQL statements. */
const constantsOfModules: Plugin = {
  name: "constants-of-modules",
  enforce: "pre",
  transform: (code, id) => {
    if (!id.endsWith("?constants")) return null;
    const names = Array.from(code.matchAll(/^(?:export )?const (\w+)\b/gm), ([, name]) => name);
    return `${code}\nexport const CONSTANTS = { ${names.join(", ")} };`;
  },
};

/** Generous timeouts, since a test may wait for the processor on a busy machine. `reporting` ends a run that hangs. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000 };

/** The secrets that wrangler.toml requires. wrangler warns unless it finds them in the environment. */
const SECRETS = { ADMIN_KEY: "admin-key-of-tests", SECRETS_KEY: "secrets-key-of-tests" };
const NO_SECRETS = { ADMIN_KEY: "", SECRETS_KEY: "" };
Object.assign(process.env, SECRETS);
keepTemporaryFilesInMemory();
// wrangler alone is 15 MB of JavaScript, which each of its processes would compile again.
process.env["NODE_COMPILE_CACHE"] ??= join(tmpdir(), "node-compile-cache");

/** The errors by which tests crash objects: one of their own, and that of a search shard for a place that is no number. */
const CRASHES = ["A test crashes this object", "chunk.span_start must be an integer, not NaN"];

/** The files of `npm run test:long`: each takes more than 2.5 s of a processor, or waits for more than 10 s. */
const LONG = "**/*.long.test.ts";

/** Objects wait for alarms and queues most of the time, and processes for others, so more files run than processors. */
const maxWorkers = 4;

/** A project of tests of rules, which need no runtime. */
const inNode = (test: ProjectConfig): TestProjectInlineConfiguration => ({
  plugins: [sqlAsText, wasmAsModule, constantsOfModules],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    ...patience,
    maxWorkers,
    isolate: false,
    globalSetup: ["test/fakes/openai-server.ts"],
    ...test,
  },
});

/** A project of tests that run in workerd, with real D1, R2, Queues and Durable Objects. */
const inWorkerd = (test: ProjectConfig): TestProjectInlineConfiguration => ({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: "./wrangler.toml" },
      // The Worker, with objects that exist only for tests.
      main: "./test/worker/main.ts",
      miniflare: {
        durableObjects: {
          TEST_KERNELS: { className: "KernelObject", useSQLite: true },
          TEST_CRASHES: { className: "CrashingObject", useSQLite: true },
          TEST_EFFECTS: { className: "EffectsObject", useSQLite: true },
        },
        // As `npm run dev` does: a slow message does not hold back the batches after it.
        compatibilityFlags: ["queue_consumer_no_wait_for_wait_until"],
        bindings: {
          ...SECRETS,
          LOCAL: "1",
          // Tests of followers turn them on. Otherwise a busy machine might make some.
          SEARCH_FOLLOWERS_MAX: "0",
          // An account and a token, to hold the adapter against Workers AI itself.
          TEST_WORKERS_AI: process.env["TEST_WORKERS_AI"] ?? "",
          TEST_CATALOG_MIGRATIONS: await readD1Migrations("migrations/catalog"),
          TEST_CORPUS_MIGRATIONS: await readD1Migrations("migrations/corpus"),
        },
      },
    })),
  ],
  test: {
    ...patience,
    maxWorkers,
    // One workerd for many files; test/worker/setup.ts gives each an empty storage.
    isolate: false,
    globalSetup: [
      "test/build-site.ts",
      "test/fakes/openai-server.ts",
      "test/fakes/http-server.ts",
      "test/official/provide-description.ts",
    ],
    setupFiles: ["test/worker/setup.ts"],
    deps: { optimizer: { ssr: { enabled: true, include: ["itty-durable"] } } },
    ...test,
  },
});

export default defineConfig({
  plugins: [reporting],
  test: {
    sequence: { sequencer: LongestFirst },
    teardownTimeout: 60_000,
    // Objects that a test crashes report the crash as an unhandled error.
    onUnhandledError: ({ message }) => !CRASHES.some((crash) => message.startsWith(crash)),
    // Output is shown only for failed tests. Log lines of the service are hidden, since tests cause many errors.
    silent: "passed-only",
    onConsoleLog: (log) => !log.startsWith('{"level":'),
    projects: [
      {
        test: {
          // Runs in Node; starts, kills and restarts processes.
          name: "process",
          maxWorkers,
          sequence: { groupOrder: 0 },
          // Services that are started have keys of their own; an empty one counts as not set.
          env: NO_SECRETS,
          ...patience,
          include: ["test/process/**/*.test.ts"],
        },
      },
      inNode({
        name: "rules",
        sequence: { groupOrder: 1 },
        include: ["test/rules/**/*.test.ts"],
        exclude: [LONG],
      }),
      inNode({
        name: "long-rules",
        sequence: { groupOrder: 0 },
        include: [`test/rules/${LONG}`],
      }),
      inWorkerd({
        name: "worker",
        sequence: { groupOrder: 1 },
        include: ["test/worker/**/*.test.ts"],
        exclude: [LONG],
      }),
      inWorkerd({
        name: "long-worker",
        sequence: { groupOrder: 0 },
        include: [`test/worker/${LONG}`],
      }),
    ],
  },
});
