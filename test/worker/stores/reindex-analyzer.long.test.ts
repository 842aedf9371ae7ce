import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";
import { z } from "zod";

import { isFileId } from "../../../src/ids.ts";
import { bytesKey, textKey } from "../../../src/knowledge/scope.ts";
import { createReindexed } from "./reindexed.ts";

const TEXTS = {
  desk: "Our IT is on floor 3, behind the library.",
  news: "It is cold on floor 3.",
  garden: "A garden with roses.",
};
const LEXICAL = {
  ranking_options: { hybrid_search: { embedding_weight: 0, text_weight: 1 } },
} as const;

const Hit = z.object({
  filename: z.string(),
  content: z.array(z.object({ text: z.string() })),
  highlights: z.array(z.object({ start_index: z.number(), end_index: z.number() })),
  explanation: z.object({ lexical: z.object({ analyzer_version: z.number() }) }),
});
const Page = z.object({ data: z.array(Hit) });

/** A store with a few short files, and searches by words alone. */
async function createWorded() {
  const store = await createReindexed();
  const post = async (query: string) =>
    await store.fetch(`/vector_stores/${store.id}/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        query,
        ...LEXICAL,
        include: ["edgewise.highlights"],
        explain: true,
      }),
    });
  const ask = async (query: string) => {
    const answer = await post(query);
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return Page.parse(await answer.json()).data;
  };
  /** Returns the names of the files that a search finds. */
  const names = async (query: string) => (await ask(query)).map(({ filename }) => filename);
  const files: string[] = [];
  for (const [name, text] of Object.entries(TEXTS)) files.push(await store.add(name, {}, text));
  return { ...store, files, post, ask, names };
}
type Worded = Awaited<ReturnType<typeof createWorded>>;

/** Returns the words of a hit that are highlighted, and the version of the analyzer that it was found by. */
const shown = ({ content, highlights, explanation }: z.infer<typeof Hit>) => ({
  words: highlights.map(({ start_index: from, end_index: to }) => content[0]?.text.slice(from, to)),
  version: explanation.lexical.analyzer_version,
});

/** So many at most, should the test end before `stop`. */
const SEARCHES_MAX = 2_000;

/** Searches again and again. `stop` returns what was found, and since when. */
function searchAlways({ names }: Worded, query: string) {
  const seen: { at: number; until: number; found: string }[] = [];
  const search = { isOver: false };
  const done = (async () => {
    while (!search.isOver && seen.length < SEARCHES_MAX) {
      const at = performance.now();
      const found = (await names(query)).join();
      seen.push({ at, until: performance.now(), found });
      await scheduler.wait(5);
    }
  })();
  return async () => {
    search.isOver = true;
    await done;
    return seen;
  };
}

describe("a reindex with another version of the analyzer", { timeout: 60_000 }, () => {
  it("is found by from the switch on, and no more after the way back, while it is searched", async ({
    expect,
  }) => {
    const store = await createWorded();
    expect(await store.names("IT")).toEqual([]);
    const before = await store.rank("floor 3");
    // The copies are made of chunks and vectors that are there.
    const { projectId } = store.scope;
    const ids = store.files.filter(isFileId);
    await env.FILES.delete(ids.flatMap((id) => [textKey(projectId, id), bytesKey(projectId, id)]));

    const stop = searchAlways(store, "IT");
    expect(await store.build({ analyzer_version: 2 })).toMatchObject({
      from: { analyzer_version: 1 },
      to: { analyzer_version: 2 },
      file_counts: { copied: 3, failed: 0 },
    });
    const moves: { begun: number; ended: number; found: string }[] = [];
    for (const [action, found] of [
      ["switch", "desk.txt"],
      ["revert", ""],
      ["switch", "desk.txt"],
    ] as const) {
      const begun = performance.now();
      await store.act(action);
      moves.push({ begun, ended: performance.now(), found });
      for (let again = 0; again < 3; again++) {
        expect((await store.names("IT")).join()).toBe(found);
      }
    }
    const seen = await stop();
    let [wrong, sure] = [0, 0];
    for (const { at, until, found } of seen) {
      const last = moves.findLast(({ ended }) => ended <= at);
      const isMoved = moves.some(({ begun, ended }) => begun < until && at < ended);
      if (isMoved) continue;
      sure++;
      if (found !== (last?.found ?? "")) wrong++;
    }
    expect(wrong).toBe(0);
    expect(sure).toBeGreaterThan(0);
    await store.act("revert");
    expect(await store.rank("floor 3")).toEqual(before);
  });

  it("gets writes and deletes analysed by the version of each generation", async ({ expect }) => {
    const store = await createWorded();
    await store.build({ analyzer_version: 2 });
    const added = await store.add("network", {}, "The key of the Wi-Fi is on the desk.");
    expect(await store.names("wifi")).toEqual([]);
    expect((await store.ask("fi")).map(shown)).toEqual([{ words: ["Fi"], version: 1 }]);

    await store.act("switch");
    expect((await store.ask("wifi")).map(shown)).toEqual([{ words: ["Wi-Fi"], version: 2 }]);
    expect((await store.ask("IT")).map(shown)).toEqual([{ words: ["IT"], version: 2 }]);
    const later = await store.add("guests", {}, "Guests have a wifi of their own.");
    expect((await store.names("Wi-Fi")).toSorted()).toEqual(["guests.txt", "network.txt"]);
    await store.client.vectorStores.files.delete(added, { vector_store_id: store.id });
    expect(await store.names("Wi-Fi")).toEqual(["guests.txt"]);

    await store.act("revert");
    expect(await store.names("Wi-Fi")).toEqual([]);
    expect(await store.names("wifi")).toEqual(["guests.txt"]);
    await store.client.vectorStores.files.delete(later, { vector_store_id: store.id });
    expect(await store.names("wifi")).toEqual([]);
    const index = await store.fetch(`/vector_stores/${store.id}/index`);
    expect(await index.json()).toMatchObject({ generation: 1, analyzer_version: 1 });
  });

  it("compares both by the questions that were asked before", async ({ expect }) => {
    const store = await createWorded();
    for (const query of ["IT", "garden"]) await store.ask(query);
    await store.build({ analyzer_version: 2 });
    await vi.waitUntil(async () => (await store.read()).comparison !== null, { timeout: 20_000 });
    expect((await store.read()).comparison).toMatchObject({ questions: 2 });
  });

  it("keeps the version when shards are split, merged, lost from memory and copied", async ({
    expect,
  }) => {
    const store = await createWorded();
    await store.build({ analyzer_version: 2 });
    let generation = 2;
    for (const shards of [3, 1]) {
      await store.act("switch");
      await store.act("finish");
      await store.until("completed");
      const built = await store.build({ search_shards: shards });
      expect(built).toMatchObject({ from: { analyzer_version: 2 }, to: { analyzer_version: 2 } });
      generation = built.to.number;
      for (let shard = 0; shard < shards; shard++) {
        await evictDurableObject(store.shardStub(generation, shard));
      }
    }
    await store.act("switch");
    expect(await store.names("IT")).toEqual(["desk.txt"]);
    expect(await store.names("floor")).toHaveLength(2);
  });

  it("goes back to version 1 by another reindex", async ({ expect }) => {
    const store = await createWorded();
    const before = await store.rank("floor 3");
    for (const version of [2, 1]) {
      await store.build({ analyzer_version: version });
      await store.act("switch");
      await store.act("finish");
      await store.until("completed");
    }
    expect(await store.names("IT")).toEqual([]);
    expect(await store.rank("floor 3")).toEqual(before);
  });
});

/** Changes the version of the analyzer that a search shard of a generation has. */
async function setShardAnalyzer({ shardStub }: Worded, generation: number, version: number) {
  await runInDurableObject(shardStub(generation), (_, { storage }) =>
    storage.sql.exec("INSERT OR REPLACE INTO analyzer VALUES (1, ?)", version),
  );
  await evictDurableObject(shardStub(generation));
}

describe("a store of another build", { timeout: 60_000 }, () => {
  it("refuses searches by a version that this build lacks, until it is reindexed", async ({
    expect,
  }) => {
    const store = await createWorded();
    await store.change("UPDATE store SET analyzer = 3");
    await setShardAnalyzer(store, 1, 3);
    const answer = await store.post("floor");
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("version 3 of the analyzer");
    expect(await store.build({ analyzer_version: 1 })).toMatchObject({
      from: { analyzer_version: 3 },
      file_counts: { copied: 3, failed: 0 },
    });
    await store.act("switch");
    expect(await store.names("floor")).toHaveLength(2);
  });

  it("leaves out a shard that has terms of another version than its generation", async ({
    expect,
  }) => {
    const store = await createWorded();
    await store.build({ analyzer_version: 2, search_shards: 1 });
    await store.act("switch");
    expect(await store.names("floor")).toHaveLength(2);
    await setShardAnalyzer(store, 2, 1);
    await store.change("UPDATE store SET content_version = content_version + 1");
    expect((await store.post("floor")).status).toBe(500);
  });

  it("goes on to index files while the other generation is of a version that this build lacks", async ({
    expect,
  }) => {
    const store = await createWorded();
    await store.build({ analyzer_version: 2 });
    await runInDurableObject(store.stub, (_, { storage }) =>
      storage.sql.exec(
        `UPDATE reindex SET to_settings = replace(to_settings, '"analyzer":2', '"analyzer":3')`,
      ),
    );
    await evictDurableObject(store.stub);
    await store.add("network", {}, "The key of the network.");
    expect(await store.names("network")).toEqual(["network.txt"]);
    expect((await store.read()).file_counts).toMatchObject({ waiting: 1 });
  });
});
