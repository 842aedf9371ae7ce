import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, it, type TestContext, vi } from "vitest";

import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { writeLong } from "../retrieval/write-long.ts";
import { restoreFollowers, watchFollowers } from "./break-calls.ts";
import { createFollowed, type Followed } from "./followed.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];
const STEPS = 40;
const WORDS = ["alpha", "beta", "gamma", "delta", "öl", "文書"];
const FOLLOWERS = [1, 2, 3];

afterEach(() => {
  restoreFollowers();
  vi.restoreAllMocks();
});

/** Draws the same numbers for the same seed, from 0 to below `below`. */
function makeDraw(seed: number): (below: number) => number {
  let state = seed * 0x9e3779b1;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
type Draw = ReturnType<typeof makeDraw>;

/** One change of a shard that is acknowledged: writes, a long file, removals, attributes. */
async function change({ leader, raise }: Followed, draw: Draw, version: number): Promise<void> {
  const name = () => `f${draw(20)}`;
  const text = () => Array.from({ length: 1 + draw(6) }, () => WORDS[draw(WORDS.length)]).join(" ");
  const make = (own: string, chunks: number) =>
    makeDocument(own, Array.from({ length: chunks }, text), {
      version,
      attributes: { kind: draw(3) },
      heading: text(),
    });
  const kind = draw(10);
  if (kind < 5) {
    const names = new Set(Array.from({ length: 1 + draw(4) }, name));
    await leader().write(makeBatch([...names].map((own) => make(own, draw(5)))));
  } else if (kind < 6) await writeLong(leader(), make(name(), 205 + draw(230)));
  else if (kind < 8) await leader().remove([{ fileId: `file-${name()}`, version }]);
  else await leader().setAttributes(`file-${name()}`, version, { kind: draw(3) });
  await raise();
}

/** Something that happens to the objects, which no search may notice. */
async function disturb({ leader, follower }: Followed, draw: Draw): Promise<void> {
  const kind = draw(8);
  const number = FOLLOWERS[draw(FOLLOWERS.length)] ?? 1;
  if (kind === 0) await evictDurableObject(leader());
  else if (kind === 1) await evictDurableObject(follower(number));
  else if (kind === 2) await runDurableObjectAlarm(leader());
  else if (kind === 3) await runDurableObjectAlarm(follower(number));
  else if (kind === 4) await abort(follower(number));
  else if (kind === 5) await abort(leader());
}

/** Ends an object, whatever it does. */
const abort = (stub: DurableObjectStub) =>
  runInDurableObject(stub, (_, state) => state.abort("A test ends this object")).catch(() => {});

type Counts = { answered: number; behind: number };

/** Asks all followers as a search of the acknowledged content does, and compares those that answer. */
async function check(
  followed: Followed,
  draw: Draw,
  counts: Counts,
  expect: TestContext["expect"],
): Promise<void> {
  const text = `${WORDS[draw(WORDS.length)]} ${WORDS[draw(WORDS.length)]}`;
  const filter = draw(3) === 0 ? ({ type: "eq", key: "kind", value: draw(3) } as const) : null;
  const candidatesMax = 1 + draw(12);
  for (const number of FOLLOWERS) {
    const { query, found } = await followed.ask(number, { text, more: { filter, candidatesMax } });
    if (found === null) {
      counts.behind++;
      continue;
    }
    counts.answered++;
    expect(JSON.stringify(found)).toBe(JSON.stringify(await followed.leader().search(query)));
  }
}

describe("three followers of a shard", { timeout: 120_000 }, () => {
  it.for(SEEDS)(
    "are never behind an acknowledged write, and answer as the shard does, in history %i",
    async (seed, { expect }) => {
      vi.spyOn(console, "warn").mockReturnValue();
      const draw = makeDraw(seed);
      const followed = await createFollowed();
      for (let version = 1; version < 8; version++) await change(followed, draw, version);
      for (const number of FOLLOWERS) await followed.begin(number);
      for (const number of FOLLOWERS) await followed.ready(number);
      const fails = { next: 0 };
      watchFollowers(async (point) => {
        if (draw(4) === 0) await scheduler.wait(draw(15));
        if (draw(8) === 0) throw new Error(`${point}: Network connection lost. ${fails.next++}`);
      });
      const counts: Counts = { answered: 0, behind: 0 };
      for (let step = 0; step < STEPS; step++) {
        if (draw(3) > 0) await change(followed, draw, 10 + step);
        await disturb(followed, draw);
        for (let asked = draw(3); asked >= 0; asked--) await check(followed, draw, counts, expect);
        if (draw(3) === 0) await scheduler.wait(draw(40));
      }
      restoreFollowers();
      for (const number of FOLLOWERS) {
        await vi.waitUntil(
          async () => (await followed.ask(number, { text: "alpha" })).found !== null,
          { timeout: 20_000, interval: 20 },
        );
      }
      const last: Counts = { answered: 0, behind: 0 };
      for (let asked = 0; asked < 5; asked++) await check(followed, draw, last, expect);
      expect(last).toEqual({ answered: 15, behind: 0 });
      // Both happen, so both are tested.
      expect(Math.min(counts.answered, counts.behind)).toBeGreaterThan(5);
      expect(fails.next).toBeGreaterThan(0);
    },
  );
});
