import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import type { IngestDeps } from "../../../src/ingest/ingest-deps.ts";
import { ingestFiles } from "../../../src/ingest/ingest-files.ts";
import type { IngestMessage } from "../../../src/ingest/ingest-types.ts";
import { type Chunking, CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import { bytesKey, shardName } from "../../../src/knowledge/scope.ts";
import { Corpus } from "../../../src/platform/databases/corpus.ts";
import { ingestDeps } from "../../../src/wiring/ingest-deps.ts";
import { find } from "../retrieval/shard.ts";
import { loseConsumers } from "../stores/lose-consumers.ts";
import { createStore, fileToAttach, holdQueue, unwrap } from "../stores/store.ts";

beforeAll(holdQueue);

const SMALL_CHUNKS = { chunkTokensMax: 100, overlapTokens: 0 };
/** About 900 chunks: five windows. */
const TEXT = Array.from({ length: 9_000 }, (_, at) => `Heron w${at} stands here all day.`).join(
  "\n",
);

/** Creates a store to which a long file is attached, with a consumer that can die. */
async function createWorld(text = TEXT, chunking: Chunking = SMALL_CHUNKS) {
  const world = await createStore();
  const { store, scope, id: storeId } = world;
  const file = fileToAttach({ bytes: text.length, chunking });
  await env.FILES.put(bytesKey(scope.projectId, file.fileId), text);
  await store.attach([file]);
  const name = shardName(scope, storeId, 1, 0);
  const shard = env.SEARCH_SHARDS.getByName(name);
  const calls: string[] = [];
  let embedded = 0;
  /** Consumes messages, and dies at the first call whose name and number among those of its name is `dieAt`. */
  const consume = async (claims: readonly IngestMessage[], dieAt: string | null) => {
    const counts = new Map<string, number>();
    let isDead = false;
    const guard = async <Value>(call: string, run: () => Promise<Value>): Promise<Value> => {
      const count = (counts.get(call) ?? 0) + 1;
      counts.set(call, count);
      isDead ||= `${call} ${count}` === dieAt;
      if (isDead) throw new Error("the process ends here");
      calls.push(call);
      return await run();
    };
    const deps = ingestDeps(env);
    const dying: IngestDeps = {
      ...deps,
      embedPassages: (of, model, passages) =>
        guard("embed", () => {
          embedded += passages.length;
          return deps.embedPassages(of, model, passages);
        }),
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
    };
    await ingestFiles(dying, { scope, storeId }, claims).catch(() => {});
    await evictDurableObject(shard);
    return isDead;
  };
  const check = async () => {
    const { status, chunkCount, usageBytes } = {
      chunkCount: (await shard.inspect()).chunkCount,
      ...unwrap(await store.file(file.fileId)),
    };
    const index = { projectId: scope.projectId, storeId, generation: 1 };
    const [recorded] = await new Corpus(env.CORPUS_0).readDocuments(index);
    const found = await find(name, "w8999");
    return {
      status,
      chunkCount,
      usageBytes,
      recorded: { chunkCount: recorded?.chunkCount, chunksStored: recorded?.chunksStored },
      found: found.map(({ ordinal, end }) => ({ ordinal, end })),
    };
  };
  return { ...world, name, shard, calls, consume, check, embeddedCount: () => embedded };
}

describe("a file of five windows", () => {
  let whole: Awaited<ReturnType<Awaited<ReturnType<typeof createWorld>>["check"]>>;

  beforeAll(async () => {
    const world = await createWorld();
    await world.consume(await world.messages(1), null);
    whole = await world.check();
  });

  it("is stored as a whole", ({ expect }) => {
    expect(whole.status).toBe("completed");
    expect(whole.chunkCount).toBeGreaterThan(800);
    expect(whole.recorded).toEqual({
      chunkCount: whole.chunkCount,
      chunksStored: whole.chunkCount,
    });
    expect(whole.found).toEqual([{ ordinal: whole.chunkCount - 1, end: TEXT.length }]);
  });

  it("is embedded once, though its consumer dies in each window", async ({ expect }) => {
    const world = await createWorld();
    let claims = await world.messages(1);
    for (let window = 1; window < 5; window++) {
      expect(await world.consume(claims, "embed 2"), `window ${window}`).toBe(true);
      expect((await world.shard.inspect()).chunkCount).toBe(0);
      claims = await loseConsumers(world, 1);
    }
    expect(await world.consume(claims, null)).toBe(false);

    expect(await world.check()).toEqual(whole);
    expect(world.embeddedCount()).toBe(whole.chunkCount);
    expect(world.calls.filter((call) => call === "stage")).toHaveLength(5);
  });

  it.for(["stage 1", "stage 3", "record 1", "record 3", "publish 1", "report 1"])(
    "is the same when its consumer dies at %s",
    async (dieAt, { expect }) => {
      const world = await createWorld();
      expect(await world.consume(await world.messages(1), dieAt)).toBe(true);
      await world.consume(await loseConsumers(world, 1), null);

      expect(await world.check()).toEqual(whole);
      const again = dieAt.startsWith("stage") ? 200 : 0;
      expect(world.embeddedCount()).toBe(whole.chunkCount + again);
    },
  );
});

describe("a file of 1,000,000 different words", () => {
  it("is indexed, and found by each of them", { timeout: 120_000 }, async ({ expect }) => {
    const words = 1_000_000;
    const text = Array.from({ length: words / 10 }, (_, line) =>
      Array.from({ length: 10 }, (_word, at) => `q${line * 10 + at}`).join(" "),
    ).join("\n");
    const world = await createWorld(text, CHUNKING_AUTO);
    await world.consume(await world.messages(1), null);
    expect((await world.check()).status).toBe("completed");

    for (const number of [0, 777, 543_210, 999_999]) {
      const found = await find(world.name, `q${number}`);
      expect(found.length, `q${number}`).toBeGreaterThan(0);
      for (const chunk of found) expect(chunk.text.split(/\s/)).toContain(`q${number}`);
    }
    expect(await find(world.name, "q1000000")).toEqual([]);
  });
});
