import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, it, vi } from "vitest";

import { SHARD_BEFORE_FOLLOWERS, STORE_BEFORE_FOLLOWERS } from "../../fakes/before-followers.ts";
import { createHot } from "./hot-store.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("a store of the build before followers", { timeout: 60_000 }, () => {
  it("is searched as before, and gets followers", async ({ expect }) => {
    const store = await createHot();
    await store.add("mill");
    const before = await store.search("the mill number 3");
    for (const [object, sql] of [
      [store.shardStub(1), SHARD_BEFORE_FOLLOWERS],
      [store.stub, STORE_BEFORE_FOLLOWERS],
    ] as const) {
      await runInDurableObject(object, (_, { storage }) => storage.sql.exec(sql).toArray());
      await evictDurableObject(object);
    }

    expect(await store.search("the mill number 3")).toBe(before);
    await store.add("barn");
    expect(await store.find("barn")).toBeGreaterThan(0);
    for (let window = 0; window < 3; window++) await store.heat(3);
    await store.untilReady(1);
    for (let search = 0; search < 6; search++) {
      expect(await store.find("mill")).toBeGreaterThan(0);
      expect(await store.find("barn")).toBeGreaterThan(0);
    }
  });
});
