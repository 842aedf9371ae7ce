import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, it, vi } from "vitest";

import type { IngestDeps } from "../../../src/ingest/ingest-deps.ts";
import { ingestFiles } from "../../../src/ingest/ingest-files.ts";
import type { IngestMessage } from "../../../src/ingest/ingest-types.ts";
import { bytesKey, shardName, textKey } from "../../../src/knowledge/scope.ts";
import { Corpus } from "../../../src/platform/databases/corpus.ts";
import { ingestDeps } from "../../../src/wiring/ingest-deps.ts";
import { find } from "../retrieval/shard.ts";
import { loseConsumers } from "../stores/lose-consumers.ts";
import { createStore, fileToAttach, holdQueue, unwrap } from "../stores/store.ts";

beforeAll(holdQueue);

/** About 900 chunks: five windows. */
/** A file whose text, with other ends of lines, is stored on its own. */
const TEXT = Array.from({ length: 9_000 }, (_, at) => `Heron w${at} stands here all day.`).join(
  "\r\n",
);
const SMALL_CHUNKS = { chunkTokensMax: 100, overlapTokens: 0 };

/** Creates a store with a long file in one search shard, of which a reindex makes two, and a consumer that can die. */
async function createWorld() {
  const world = await createStore();
  const { store, scope, id: storeId } = world;
  const file = fileToAttach({ bytes: TEXT.length, chunking: SMALL_CHUNKS });
  await env.FILES.put(bytesKey(scope.projectId, file.fileId), TEXT);
  await store.attach([file]);
  let calls: string[] = [];
  /** Consumes messages, and dies at the first call whose name and number among those of its name is `dieAt`. */
  const consume = async (claims: readonly IngestMessage[], dieAt: string | null) => {
    calls = [];
    let isDead = false;
    const guard = async <Value>(call: string, run: () => Promise<Value>): Promise<Value> => {
      calls.push(call);
      isDead ||= `${call} ${calls.filter((one) => one === call).length}` === dieAt;
      if (isDead) throw new Error("the process ends here");
      return await run();
    };
    const deps = ingestDeps(env);
    const dying: IngestDeps = {
      ...deps,
      readText: (...given) => guard("text", () => deps.readText(...given)),
      embedPassages: (...given) => guard("embed", () => deps.embedPassages(...given)),
      readStored: (...given) => guard("read", () => deps.readStored(...given)),
      writeCorpus: (...given) => guard("record", () => deps.writeCorpus(...given)),
      openShard: (...given) => {
        const opened = deps.openShard(...given);
        return {
          staged: (one) => opened.staged(one),
          stage: (part, from) => guard("stage", () => opened.stage(part, from)),
          publish: (one) => guard("publish", () => opened.publish(one)),
        };
      },
      report: (...given) => guard("report", () => deps.report(...given)),
      onFailure: () => {},
      onSourceLost: () => {},
    };
    await ingestFiles(dying, { scope, storeId }, claims).catch(() => {});
    return isDead;
  };
  await consume(await world.messages(1), null);
  const layout = { shards: 2 };
  unwrap(await store.reindex({ kind: "start", settings: {}, layout }));
  const claims = async () =>
    (await world.messages(2)).filter(({ generation }) => generation !== undefined).slice(0, 1);
  const read = async () => unwrap(await store.reindex({ kind: "read" }));
  const ask = async (generation: number) => {
    const shards = [0, 1].map((number) => shardName(scope, storeId, generation, number));
    const found = await Promise.all(
      shards.map(async (name) =>
        (await find(name, "w8999")).map(({ ordinal, end, text, lexical }) => ({
          ordinal,
          end,
          text,
          lexical,
        })),
      ),
    );
    const index = { projectId: scope.projectId, storeId, generation };
    const [recorded] = await new Corpus(env.CORPUS_0).readDocuments(index);
    const counts = await Promise.all(
      shards.map(async (name) => (await env.SEARCH_SHARDS.getByName(name).inspect()).chunkCount),
    );
    return {
      found: found.flat(),
      recorded: { chunkCount: recorded?.chunkCount, chunksStored: recorded?.chunksStored },
      chunkCount: counts.reduce((sum, count) => sum + count, 0),
    };
  };
  return { ...world, file, consume, claims, read, ask, calls: () => calls };
}

describe("a copy of five windows", { timeout: 60_000 }, () => {
  it("is read from the other generation, window by window, without text or model", async ({
    expect,
  }) => {
    const world = await createWorld();
    const { projectId } = world.scope;
    await env.FILES.delete([
      textKey(projectId, world.file.fileId),
      bytesKey(projectId, world.file.fileId),
    ]);
    const before = await world.ask(1);
    expect(before.chunkCount).toBeGreaterThan(800);
    await world.consume(await world.claims(), null);
    expect(await world.ask(2)).toEqual(before);
    expect(new Set(world.calls())).toEqual(
      new Set(["read", "stage", "record", "publish", "report"]),
    );
    expect(world.calls().filter((call) => call === "stage")).toHaveLength(5);
    await vi.waitUntil(async () => (await world.read()).state === "ready");
    const usage = async () => unwrap(await world.store.file(world.file.fileId)).usageBytes;
    const used = await usage();
    unwrap(await world.store.reindex({ kind: "act", action: "switch" }));
    expect(await usage()).toBe(used);
  });

  it.for([
    "read 1",
    "read 3",
    "read 7",
    "stage 1",
    "stage 3",
    "record 1",
    "record 3",
    "publish 1",
    "report 1",
  ])("is the same when its consumer dies at %s", async (dieAt, { expect }) => {
    const world = await createWorld();
    const before = await world.ask(1);
    expect(await world.consume(await world.claims(), dieAt)).toBe(true);
    expect((await world.ask(2)).found).toEqual(dieAt === "report 1" ? before.found : []);
    await world.consume(await loseConsumers(world, 1), null);
    expect(await world.ask(2)).toEqual(before);
    await vi.waitUntil(async () => (await world.read()).state === "ready");
  });

  it("is cut from the text where a window is damaged", async ({ expect }) => {
    const world = await createWorld();
    const before = await world.ask(1);
    const shard = env.SEARCH_SHARDS.getByName(shardName(world.scope, world.id, 1, 0));
    await runInDurableObject(shard, (_, { storage }) =>
      storage.sql
        .exec("DELETE FROM vector_block WHERE key = (SELECT max(key) FROM vector_block)")
        .toArray(),
    );
    await world.consume(await world.claims(), null);
    expect(world.calls()).toContain("text");
    expect(await world.ask(2)).toEqual(before);
  });
});
