import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import type { QueryTerm } from "../../../src/retrieval/search-types.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { SHARD_BEFORE_ANALYZERS } from "../../fakes/before-analyzers.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { createFollowed } from "../followers/followed.ts";
import { countRows, find, ids, openShard } from "./shard.ts";

const SECOND = { analyzer: 2 };
/** The term that version 2 alone has of "IT". */
const IT: readonly QueryTerm[] = [{ term: "it", count: 1, idf: 1 }];
const desk = (options = {}) => makeDocument("desk", ["Our IT is on floor 3."], options);
const many = (options = {}) =>
  Array.from({ length: 40 }, (_, at) => makeDocument(`many${at}`, [`The IT ${at}.`], options));

/** Makes a call within a shard. Returns the message with which it fails; null if it does not. */
const refusal = (
  shard: DurableObjectStub<SearchShardObject>,
  call: (object: SearchShardObject) => Promise<unknown>,
) =>
  runInDurableObject(shard, (object) =>
    call(object).then(
      () => null,
      (error: unknown) => String(error),
    ),
  );

describe("the analyzer of a search shard", () => {
  it("is that of its first write, after each loss of its memory, in the tail and in segments", async ({
    expect,
  }) => {
    const shard = openShard("analyzer-two");
    await shard.write(makeBatch([desk(SECOND)]));
    await evictDurableObject(shard);
    expect(await ids(find("analyzer-two", "", { terms: IT }))).toEqual(["desk-0000"]);
    await shard.write(makeBatch(many(SECOND)));
    await evictDurableObject(shard);
    await shard.write(makeBatch([makeDocument("last", ["More IT."], SECOND)]));
    await evictDurableObject(shard);
    expect(await find("analyzer-two", "", { terms: IT, candidatesMax: 99 })).toHaveLength(42);
    expect(await countRows(shard, "analyzer")).toBe(1);
  });

  it("costs a shard of version 1 no row", async ({ expect }) => {
    const shard = openShard("analyzer-one");
    await shard.write(makeBatch([desk()]));
    expect(await countRows(shard, "analyzer")).toBe(0);
    expect(await find("analyzer-one", "", { terms: IT })).toEqual([]);
  });

  it.for([
    [1, 2],
    [2, 1],
  ])(
    "refuses what is made by another version: %i, then %i",
    async ([own = 0, other = 0], { expect }) => {
      const name = `analyzer-${own}-${other}`;
      const shard = openShard(name);
      await shard.write(makeBatch([desk({ analyzer: own })]));
      const document = makeDocument("other", ["The IT department."], { analyzer: other });
      const message = `version ${other} of the analyzer, those of the shard of ${own}`;
      const batch = makeBatch([document]);
      expect(await refusal(shard, (object) => object.write(batch))).toContain(message);
      expect(await refusal(shard, (object) => object.stage({ batch, from: 0 }))).toContain(message);
      expect(await ids(find(name, "floor department"))).toEqual(["desk-0000"]);
    },
  );

  it("is version 1 in a shard of a build that had no other", async ({ expect }) => {
    const shard = openShard("analyzer-before");
    await shard.write(makeBatch([desk()]));
    await shard.write(makeBatch(many()));
    const before = await find("analyzer-before", "floor");
    await runInDurableObject(shard, (_, { storage }) =>
      storage.sql.exec(SHARD_BEFORE_ANALYZERS).toArray(),
    );
    await evictDurableObject(shard);
    expect(await find("analyzer-before", "floor")).toEqual(before);
    await shard.write(makeBatch([makeDocument("new", ["A floor."])]));
    expect(await ids(find("analyzer-before", "floor"))).toHaveLength(2);
    const second = makeBatch([makeDocument("other", ["words"], SECOND)]);
    expect(await refusal(shard, (object) => object.write(second))).toContain("the shard of 1");
  });

  it("is copied by a follower", async ({ expect }) => {
    const store = await createFollowed();
    await store.inStore((sql) => sql.exec("UPDATE store SET analyzer = 2").toArray());
    await store.leader().write(makeBatch([desk(SECOND), ...many(SECOND)]));
    await store.raise();
    await store.begin(1);
    await store.ready(1);
    const { found } = await store.ask(1, { text: "", more: { terms: IT, candidatesMax: 99 } });
    expect(found).toHaveLength(41);
    await evictDurableObject(store.follower(1));
    const again = await store.ask(1, { text: "", more: { terms: IT, candidatesMax: 99 } });
    expect(again.found).toHaveLength(41);
    expect(
      await store.inFollower(1, (sql) => sql.exec("SELECT version FROM analyzer").one()),
    ).toEqual({ version: 2 });
  });
});
