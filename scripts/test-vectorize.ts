/**
 * `npm run test:vectorize`: runs the tests of the adapter for Vectorize on an index of a Cloudflare account, which it
 * makes and deletes. Without an account it says so and ends.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { INDEXED_PROPERTIES } from "../src/retrieval/vectorize/filter-slots.ts";
import { readCommandLine } from "./local/command-line.ts";
import { TEST_VECTORIZE } from "./local/test-commands.ts";

readCommandLine(TEST_VECTORIZE, () => null);

const NEEDED = ["CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN"] as const;
const missing = NEEDED.filter((name) => !process.env[name]);

function run(command: string, args: readonly string[], env: Record<string, string> = {}): number {
  const { status } = spawnSync(command, args, {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  return status ?? 1;
}

function testOnAccount(): number {
  const name = `edgewise-test-${crypto.randomUUID().slice(0, 8)}`;
  const folder = mkdtempSync(join(tmpdir(), "edgewise-vectorize-"));
  const config = join(folder, "wrangler.json");
  const bindings = [{ binding: "INDEX", index_name: name, remote: true }];
  writeFileSync(
    config,
    JSON.stringify({ name, compatibility_date: "2026-10-20", vectorize: bindings }),
  );
  try {
    const form = ["--dimensions=32", "--metric=cosine"];
    const created = run("wrangler", ["vectorize", "create", name, ...form]);
    if (created !== 0) return created;
    for (const { property, type } of INDEXED_PROPERTIES) {
      const of = [`--propertyName=${property}`, `--type=${type}`];
      const indexed = run("wrangler", ["vectorize", "create-metadata-index", name, ...of]);
      if (indexed !== 0) return indexed;
    }
    const tests = ["run", "--project", "rules", "test/rules/platform/vector-index.test.ts"];
    return run("vitest", tests, { TEST_VECTORIZE: name, TEST_VECTORIZE_CONFIG: config });
  } finally {
    run("wrangler", ["vectorize", "delete", name, "--force"]);
    rmSync(folder, { recursive: true });
  }
}

if (missing.length > 0) {
  console.log(
    `Skipped: the tests on Vectorize itself need an account. Set ${missing.join(" and ")} (a token that may edit Vectorize) and run npm run test:vectorize again.`,
  );
} else process.exitCode = testOnAccount();
