import { scheduler } from "node:timers/promises";

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { SegmentTables } from "../../../durable-objects/search-shard/tables/segment-tables.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { ask, fillOldShard, OLD_SHARDS, type OldShard } from "./old-shard.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

type Shard = DurableObjectStub<SearchShardObject>;

/** Reads which tables a shard has, and how many chunks are in no segment. */
const look = (shard: Shard) =>
  runInDurableObject(shard, (_, { storage: { sql } }) => ({
    tables: sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name LIKE 'posting%'")
      .toArray().length,
    left: sql.exec("SELECT 1 FROM unindexed").toArray().length,
    oldVectors: sql
      .exec<{ count: number }>("SELECT count(*) AS count FROM chunk WHERE length(vector) > 0")
      .one().count,
    segments: sql.exec<{ count: number }>("SELECT count(*) AS count FROM segment").one().count,
  }));

const askAll = async (shard: Shard, { answers, hidden }: OldShard) => {
  const given = [];
  for (const answer of answers) given.push(await ask(shard, answer, hidden));
  return JSON.stringify(given);
};

/** Lets the slices of an alarm end with an error after each one, as if the process ended there. */
function stopAfterEachSlice() {
  vi.spyOn(scheduler, "wait").mockRejectedValue(new Error("the process ends here"));
}

async function runSlice(shard: Shard): Promise<void> {
  try {
    await runDurableObjectAlarm(shard);
  } catch {
    // It ends after its first slice.
  }
  await evictDurableObject(shard);
}

/** Replaces a file, adds one, removes one, and changes attributes. */
async function change(shard: Shard, old: OldShard, round: number): Promise<void> {
  const nameAt = (index: number) => {
    const id = old.tables.file[index]?.[0];
    return typeof id === "string" ? id.slice("file-".length) : "";
  };
  const changed = makeDocument(nameAt(4), ["alpha mu", "kappa"], { version: 40 + round });
  const added = makeDocument(`new${round}`, ["beta gamma alpha"], {
    attributes: { even: true },
  });
  await shard.write(makeBatch([changed, added]));
  await shard.remove([{ fileId: `file-${nameAt(8 + round)}`, version: 50 }]);
  await shard.setAttributes(`file-${nameAt(1)}`, 60 + round, { even: round % 2 === 0 });
}

describe.for(Object.entries(OLD_SHARDS))("a shard from before segments, %s", ([name, old]) => {
  const wanted = JSON.stringify(old.answers);
  const open = (use: string) => env.SEARCH_SHARDS.getByName(`${use} ${name}`);

  it("answers as it did, before, between and after the slices of its conversion", async ({
    expect,
  }) => {
    const shard = open("old");
    await fillOldShard(shard, old);
    stopAfterEachSlice();
    await evictDurableObject(shard);

    const states: Awaited<ReturnType<typeof look>>[] = [];
    for (let slice = 0; slice < 4; slice++) {
      expect(await askAll(shard, old)).toBe(wanted);
      expect(await shard.inspect()).toEqual({ ...old.inspected, indexed: 0 });
      states.push(await look(shard));
      await runSlice(shard);
    }

    const left = states.map((state) => state.left);
    expect(left).toContain(1);
    expect(await look(shard)).toMatchObject({ tables: 0, left: 0, oldVectors: 0 });
  });

  it("is whole when a slice fails in the middle of its transaction", async ({ expect }) => {
    const shard = open("failing");
    await fillOldShard(shard, old);
    const put = vi.spyOn(SegmentTables.prototype, "put").mockImplementation(() => {
      throw new Error("the disk is full");
    });
    stopAfterEachSlice();
    await evictDurableObject(shard);
    expect(await askAll(shard, old)).toBe(wanted);
    await runSlice(shard);
    expect(put).toHaveBeenCalled();
    expect(await askAll(shard, old)).toBe(wanted);
    vi.restoreAllMocks();
    await vi.waitUntil(
      async () => {
        await runDurableObjectAlarm(shard);
        return (await look(shard)).left === 0;
      },
      { timeout: 10_000 },
    );
    expect(await askAll(shard, old)).toBe(wanted);
  });

  it("takes writes and removals in the middle of its conversion", async ({ expect }) => {
    const [converted, fresh] = [open("mixed"), open("control")];
    await fillOldShard(converted, old);
    stopAfterEachSlice();
    await evictDurableObject(converted);
    // The control is converted first, and gets the same changes then.
    await fillOldShard(fresh, old);
    await evictDurableObject(fresh);
    for (let slice = 0; slice < 3; slice++) await runSlice(fresh);
    for (let round = 0; round < 4; round++) {
      await change(converted, old, round);
      await change(fresh, old, round);
      expect(await askAll(converted, old)).toBe(await askAll(fresh, old));
      await runSlice(converted);
      expect(await askAll(converted, old)).toBe(await askAll(fresh, old));
    }
    expect((await look(converted)).left).toBe(0);
    expect(await converted.inspect()).toEqual(await fresh.inspect());
  });
});
