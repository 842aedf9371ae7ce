import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { makeDocument } from "../documents.ts";
import { VectorWorld } from "./world.ts";

const SHARDS = 3;
const shard = fc.nat({ max: SHARDS - 1 });
const file = fc.nat({ max: 3 });

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      shard,
      file,
      chunks: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), shard, file }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("tag" as const),
      shard,
      file,
      team: fc.constantFrom("hr", "it"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.constantFrom<number>(500, 3_500, 11_000, 40_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("place" as const), shard, isPlaced: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const), shard }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("silence" as const), shard }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("away" as const), isAway: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
const LOSSES = ["lostCalls", "lostReplies", "lostMutations", "reordered"] as const;
const number = fc.integer({ min: 1, max: 20 });
const numbers = fc.array(number, { maxLength: 8 });
/** The faults of an index whose mutations take effect a second time `repeatMs` after the first. */
const faultsWith = (repeatMs: fc.Arbitrary<number>) =>
  fc.record({
    lostCalls: numbers,
    lostReplies: numbers,
    lostMutations: numbers,
    reordered: numbers,
    repeated: fc.array(fc.tuple(number, repeatMs), { maxLength: 8 }),
  });
/** Before the first effect is checked. */
const SOON_MS = 4_000;
const [MINUTE, HOUR] = [60_000, 3_600_000];
/** After it, and sooner than a deletion is forgotten. */
const late = fc.oneof(
  fc.constantFrom(40_000, 10 * MINUTE),
  fc.integer({ min: SOON_MS, max: HOUR }),
  fc.integer({ min: HOUR, max: 24 * HOUR }),
);

async function take(world: VectorWorld, next: Step, version: number): Promise<void> {
  switch (next.kind) {
    case "write": {
      const texts = Array.from({ length: next.chunks }, (_, at) => `word${version} text${at}`);
      world.shards[next.shard]?.shard.write([makeDocument(`f${next.file}`, texts, { version })], 0);
      return;
    }
    case "remove":
      world.shards[next.shard]?.shard.remove([{ fileId: `file-f${next.file}`, version }], 0);
      return;
    case "tag": {
      const attributes = { team: next.team };
      const tagged = makeDocument(`f${next.file}`, [], { version, attributes });
      world.shards[next.shard]?.shard.setAttributes(tagged, 0);
      return;
    }
    case "pass":
      return await world.tick(next.ms);
    case "place":
      return world.place(next.shard, next.isPlaced, ["team"]);
    case "restart":
      world.shards[next.shard]?.shard.restart();
      return world.restart();
    case "silence":
      if (!world.silent.delete(next.shard)) world.silent.add(next.shard);
      return;
    case "away":
      world.fake.isAway = next.isAway;
  }
}

const steps = (one: fc.Arbitrary<Step>) => fc.array(one, { minLength: 5, maxLength: 40 });

/** A world whose shards are all placed, with an index that has faults. */
function openWorld(faults: typeof worldFaults extends fc.Arbitrary<infer Value> ? Value : never) {
  const world = new VectorWorld(SHARDS);
  for (let at = 0; at < SHARDS; at++) world.place(at, true, ["team"]);
  for (const key of LOSSES) for (const one of faults[key]) world.fake.faults[key].add(one);
  for (const [one, ms] of faults.repeated) world.fake.faults.repeated.set(one, ms);
  return world;
}
const worldFaults = faultsWith(fc.constant(SOON_MS));

/** Ends all outages, and lets everything come to its end. Returns what the index has then, and what it should have. */
async function end(world: VectorWorld) {
  world.silent.clear();
  world.fake.isAway = false;
  await world.settle();
  // Whatever takes effect again has done so by then.
  world.now += 25 * HOUR;
  const { ids, metadata } = world.fake;
  const wanted = { ids: world.expected(), metadata: world.expectedMetadata() };
  return { found: { ids, metadata }, wanted };
}

describe("the vectors in an index, at the end of any history", () => {
  const runs = { numRuns: 60 };

  it("are those of the chunks of its shards: none is missing, none is left over", async () => {
    const histories = fc.asyncProperty(steps(step), worldFaults, async (taken, faults) => {
      const world = openWorld(faults);
      for (const [at, next] of taken.entries()) {
        await take(world, next, at + 1);
        expect(world.unfindable()).toEqual([]);
      }
      const { found, wanted } = await end(world);
      expect(found).toEqual(wanted);
    });
    await fc.assert(histories, runs);
  });

  it("are the same if mutations take effect again up to a day later", async () => {
    const pass = fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.constantFrom(40_000, 15 * MINUTE, 2 * HOUR, 12 * HOUR),
    });
    const histories = fc.asyncProperty(
      steps(fc.oneof({ weight: 5, arbitrary: step }, { weight: 1, arbitrary: pass })),
      faultsWith(late),
      async (taken, faults) => {
        const world = openWorld(faults);
        for (const [at, next] of taken.entries()) await take(world, next, at + 1);
        const { found, wanted } = await end(world);
        expect(found).toEqual(wanted);
      },
    );
    await fc.assert(histories, runs);
  });

  it("hide nothing meanwhile, if no attributes change and stores come back as they may", async () => {
    const kept = step.filter(({ kind }) => kind !== "tag");
    const histories = fc.asyncProperty(steps(kept), faultsWith(late), async (taken, faults) => {
      const world = openWorld(faults);
      for (const [at, next] of taken.entries()) {
        const isPlaced = next.kind === "place" && next.isPlaced;
        if (isPlaced && !(world.isQuiet() && world.hasRoom(next.shard))) continue;
        await take(world, next, at + 1);
        expect(world.unfindable()).toEqual([]);
      }
      const { found, wanted } = await end(world);
      expect(found).toEqual(wanted);
    });
    await fc.assert(histories, runs);
  });
});

describe("a store that is erased", () => {
  it.each([40_000, 10 * MINUTE, 5 * HOUR, 24 * HOUR])(
    "leaves nothing in the index, though a write takes effect again %i ms later",
    async (ms) => {
      const world = new VectorWorld(2);
      world.place(0, true, ["team"]);
      world.place(1, true);
      world.fake.faults.repeated.set(1, ms);
      world.fill(0, "a", 150);
      world.fill(1, "b", 2);
      while (world.fake.ids.length < 152) await world.tick(1_000);
      const effectAt = world.now;
      world.erase(0);
      while (world.isChanging(0)) await world.tick(1_000);
      expect(world.fake.ids).toHaveLength(2);
      world.now = effectAt + ms;
      // It is there again, and nobody has searched for it.
      expect(world.fake.ids).toHaveLength(152);
      await world.settle();
      expect(world.fake.ids).toEqual(world.expected());
      expect(world.expected()).toHaveLength(2);
    },
  );
});
