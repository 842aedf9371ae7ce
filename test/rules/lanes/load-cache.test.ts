import { describe, it } from "vitest";

import type { BacklogLoad } from "../../../src/lanes/backlog.ts";
import { LoadCache } from "../../../src/lanes/load-cache.ts";

const load = (jobs: number, room = 0): BacklogLoad => ({
  jobs,
  oldestAgeMs: 0,
  drainPerSecond: 1,
  room,
});

/** A cache whose source returns the loads in turn, with a function that reads it at a time in milliseconds. */
function createCache(loads: readonly (BacklogLoad | null)[]) {
  const cache = new LoadCache();
  let reads = 0;
  return {
    cache,
    read: (now: number) => cache.read("lane", async () => loads[reads++] ?? null, now),
    countReads: () => reads,
  };
}

describe("the loads that an isolate knows", () => {
  it("are read once in a second, whatever the number of requests", async ({ expect }) => {
    const { read, countReads } = createCache([load(1), load(2)]);
    for (let now = 0; now < 1_000; now += 10) expect(await read(now)).toEqual(load(1));
    expect(countReads()).toBe(1);
    expect(await read(1_000)).toEqual(load(2));
    expect(countReads()).toBe(2);
  });

  it("grow by the work that was admitted since", async ({ expect }) => {
    const { cache, read } = createCache([load(1), load(5)]);
    await read(0);
    cache.count("lane");
    cache.count("lane");
    expect(await read(10)).toEqual(load(3));
    expect(await read(1_000)).toEqual(load(5));
  });

  it("lose room by the work that was admitted since, and never have less than none", async ({
    expect,
  }) => {
    const { cache, read } = createCache([load(1, 2)]);
    await read(0);
    const rooms: (number | undefined)[] = [];
    for (let n = 0; n < 4; n++) {
      rooms.push((await read(10))?.room);
      cache.count("lane");
    }
    expect(rooms).toEqual([2, 1, 0, 0]);
  });

  it("are those of before while one request reads them again", async ({ expect }) => {
    const cache = new LoadCache();
    await cache.read("lane", async () => load(1), 0);
    const reading = Promise.withResolvers<BacklogLoad>();
    const slow = cache.read("lane", () => reading.promise, 1_500);
    let reads = 0;
    const other = async () => {
      reads++;
      return load(9);
    };
    expect(await cache.read("lane", other, 1_600)).toEqual(load(1));
    expect(reads).toBe(0);
    reading.resolve(load(2));
    expect(await slow).toEqual(load(2));
    expect(await cache.read("lane", other, 1_700)).toEqual(load(2));
  });

  it("are not asked for at every request while nobody knows them", async ({ expect }) => {
    const { read, countReads } = createCache([null, load(1)]);
    expect(await read(0)).toBeNull();
    expect(await read(500)).toBeNull();
    expect(countReads()).toBe(1);
    expect(await read(1_000)).toEqual(load(1));
  });

  it("are read again after the clock was set back", async ({ expect }) => {
    const { read } = createCache([load(1), load(2)]);
    await read(10_000_000);
    expect(await read(5_000)).toEqual(load(2));
  });
});
