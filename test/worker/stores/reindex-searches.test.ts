import { afterEach, describe, it, vi } from "vitest";

import { SearchShardObject } from "../../../src/index.ts";
import { createReindexed } from "./reindexed.ts";

type Call = (...given: unknown[]) => Promise<unknown>;

const restores: (() => void)[] = [];

afterEach(() => {
  for (const restore of restores.splice(0)) restore();
});

/** Holds the next call of a method of a search shard until `go` is called. */
function holdNext(method: "search" | "searchExplained" | "statistics") {
  const held = { isReached: false, isOver: false };
  const prototype: object = SearchShardObject.prototype;
  const original: Call = Reflect.get(prototype, method);
  Reflect.set(prototype, method, async function (this: object, ...given: unknown[]) {
    if (!held.isReached) {
      held.isReached = true;
      while (!held.isOver) await scheduler.wait(5);
    }
    return await Reflect.apply(original, this, given);
  });
  restores.push(() => Reflect.set(prototype, method, original));
  return {
    reached: () => vi.waitUntil(() => held.isReached, { timeout: 10_000 }),
    go: () => (held.isOver = true),
  };
}

describe("a search that has begun before a switch", { timeout: 60_000 }, () => {
  it.for([
    ["with a plan that it knows", "search", true],
    ["with a plan of its own", "search", false],
    ["while its plan is made", "statistics", false],
  ] as const)(
    "finds everything, though the generation is erased at once: %s",
    async ([, method, isKnown], { expect }) => {
      const store = await createReindexed();
      for (const topic of ["harbour", "library"]) await store.add(topic);
      await store.build({ search_shards: 2 });
      if (isKnown) expect(await store.find("harbour")).toBeGreaterThan(0);
      const held = holdNext(method);
      const searching = store.rank("the harbour number 3");
      await held.reached();
      await store.act("switch");
      await store.act("finish");
      await store.until("completed");
      held.go();
      const found = await searching;
      expect(found.length).toBeGreaterThan(1);
      expect(found).toEqual(await store.rank("the harbour number 3"));
    },
  );
});
