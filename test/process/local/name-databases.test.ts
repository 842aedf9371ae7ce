import { mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { withDatabases } from "../../../scripts/local/databases.ts";

/** The ids in the wrangler.toml of the build before. */
const EARLIER = {
  CATALOG: "00000000-0000-4000-8000-00000000ca7a",
  CORPUS_0: "00000000-0000-4000-8000-00000000c000",
  CORPUS_1: "00000000-0000-4000-8000-00000000c001",
  DATA: "00000000-0000-4000-8000-0000000da7a0",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "edgewise-state-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Writes one row into each database, as the build before found them: by their ids. */
async function makeEarlierState(): Promise<void> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {}",
      cf: false,
      resourcePersistencePath: join(folder, "v3"),
      d1Databases: EARLIER,
    }),
  );
  try {
    for (const binding of Object.keys(EARLIER)) {
      const database = await miniflare.getD1Database(binding);
      await database.prepare("CREATE TABLE kept (name TEXT)").run();
      await database.prepare("INSERT INTO kept VALUES (?)").bind(binding).run();
    }
  } finally {
    await miniflare.dispose();
  }
}

const readKept = () =>
  withDatabases(folder, async (databases) => {
    const kept: Record<string, unknown> = {};
    for (const { binding, database } of databases) {
      kept[binding] = await database.prepare("SELECT name FROM kept").first("name");
    }
    return kept;
  });

const KEPT = { CATALOG: "CATALOG", CORPUS_0: "CORPUS_0", CORPUS_1: "CORPUS_1", DATA: "DATA" };

describe("a state whose databases had ids", () => {
  it("keeps every database under the name of its binding, now and later", async () => {
    await makeEarlierState();

    expect(await readKept()).toEqual(KEPT);
    expect(await readKept()).toEqual(KEPT);
  });

  it("keeps them if the move was interrupted between the files of a database", async () => {
    await makeEarlierState();
    await readKept();
    const databases = join(folder, "v3", "d1", "miniflare-D1DatabaseObject");
    // The name that the local runtime derives from the binding CATALOG, and the one from its earlier id.
    const now = "961e07479694d504896c32e69b1071df40df59232aad8df334fd6d2e66785501.sqlite";
    const before = "ec6e8f0cbbc70402381779fe4294ae9ee466e6c0ddf61e2fe738d4f6c941da46.sqlite";
    expect(readdirSync(databases)).toContain(now);
    renameSync(join(databases, now), join(databases, before));

    expect(await readKept()).toEqual(KEPT);
  });
});
