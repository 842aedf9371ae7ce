import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { createHot } from "./hot-store.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("a shard whose followers are not enough", { timeout: 60_000 }, () => {
  it("is split once all of them answer and searches have waited for two minutes", async ({
    expect,
  }) => {
    Object.assign(env, { SEARCH_SHARD_CHUNKS_MAX: "100" });
    const store = await createHot();
    await store.add("mill");
    await store.change("UPDATE generation_shard SET chunk_count = 10");
    const isSplit = async () =>
      (await store.fetch(`/vector_stores/${store.id}/reindex`)).status === 200;
    // Of each follower it is to be seen whether it helps.
    for (let followers = 0; followers < 3; followers++) {
      for (let window = 0; window < 15; window++) await store.heat(9);
      expect(await isSplit()).toBe(false);
      await store.untilReady(followers + 1);
    }
    for (let window = 0; window < 12; window++) await store.heat(9);
    expect(await isSplit()).toBe(false);
    // With this, they report: otherwise they are lost after five minutes.
    await store.untilReady(3);
    // 7.9 at four copies is less than two at each.
    for (let window = 0; window < 12; window++) await store.heat(7.9);
    expect(await isSplit()).toBe(false);
    await store.untilReady(3);
    for (let window = 0; window < 12; window++) await store.heat(8);
    expect(await isSplit()).toBe(false);
    await store.heat(8);
    await vi.waitUntil(isSplit);
    expect(await store.read()).toMatchObject({ automatic: true, to: { search_shards: 2 } });
  });
});
