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
      ms: fc.constantFrom(500, 3_500, 11_000, 40_000),
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
const FAULTS = ["lostCalls", "lostReplies", "lostMutations", "repeated", "reordered"] as const;
const numbers = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 8 });
const faults = fc.record({
  lostCalls: numbers,
  lostReplies: numbers,
  lostMutations: numbers,
  repeated: numbers,
  reordered: numbers,
});

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

describe("the vectors in an index, at the end of any history", () => {
  it("are those of the chunks of its shards: none is missing, none is left over", async () => {
    const histories = fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      faults,
      async (steps, lost) => {
        const world = new VectorWorld(SHARDS);
        for (let at = 0; at < SHARDS; at++) world.place(at, true, ["team"]);
        for (const key of FAULTS)
          for (const number of lost[key]) world.fake.faults[key].add(number);
        for (const [at, next] of steps.entries()) {
          await take(world, next, at + 1);
          expect(world.unfindable()).toEqual([]);
        }
        world.silent.clear();
        world.fake.isAway = false;
        await world.settle();
        expect(world.fake.ids).toEqual(world.expected());
        expect(world.fake.metadata).toEqual(world.expectedMetadata());
      },
    );
    await fc.assert(histories, { numRuns: 60 });
  });
});

/** Writes a file with chunks to a shard. */
const fill = (world: VectorWorld, at: number, name: string, chunks: number) =>
  world.shards[at]?.shard.write(
    [
      makeDocument(
        name,
        Array.from({ length: chunks }, (_, one) => `${name} text${one}`),
      ),
    ],
    0,
  );

describe("the writer of an index", () => {
  it("writes changed attributes again, and lets nobody wait with a file that changes all the time", async () => {
    const world = new VectorWorld(2);
    world.place(0, true, ["team"]);
    world.place(1, true, ["team"]);
    fill(world, 0, "a", 3);
    fill(world, 1, "b", 2);
    for (let version = 2; version < 40; version++) {
      const attributes = { team: `team ${version}` };
      world.shards[0]?.shard.setAttributes(makeDocument("a", [], { version, attributes }), 0);
      await world.tick(10_000);
      expect(world.unfindable()).toEqual([]);
    }
    expect([world.waiting(0) > 0, world.waiting(1)]).toEqual([true, 0]);
    await world.settle();
    expect(world.fake.metadata).toEqual(world.expectedMetadata());
    const { length } = world.fake.batches;
    world.shards[0]?.shard.setAttributes(
      makeDocument("a", [], { version: 40, attributes: { team: "team 39", other: 1 } }),
      0,
    );
    await world.settle();
    expect(world.fake.batches).toHaveLength(length);
  });

  it("hears of an erased shard what to delete, and nothing to write any more", () => {
    const world = new VectorWorld(1);
    world.place(0, true, ["team"]);
    fill(world, 0, "a", 3);
    const own = world.shards[0]?.shard;
    own?.storage.transaction(() => own.outbox.leave());
    const entries = own?.outbox.list(0, 0) ?? [];
    expect(entries.map(({ kind }) => kind)).toEqual(["upsert", "delete"]);
    const read = entries.map(({ seq }) => own?.outbox.read([seq], 0).numbers);
    expect(read).toEqual([[], [1, 2, 3]]);
  });

  it("joins the changes of many stores to one batch", async () => {
    const world = new VectorWorld(8);
    for (let at = 0; at < 8; at++) {
      world.place(at, true);
      fill(world, at, `f${at}`, 5);
    }
    await world.settle();
    expect(world.fake.batches).toEqual([40]);
  });

  it("tells a shard that the index has its vectors only a while after the index says so", async () => {
    const world = new VectorWorld(1);
    world.place(0, true);
    fill(world, 0, "a", 4);
    world.fake.isFrozen = true;
    for (let round = 0; round < 20; round++) await world.tick(20_000);
    expect(world.waiting(0)).toBe(1);
    world.fake.isFrozen = false;
    await world.tick(5_000);
    await world.tick(5_000);
    expect(world.shards[0]?.shard.tables.outgoing.oldestConfirmed()).toBeNull();
    await world.tick(10_000);
    expect(world.shards[0]?.shard.tables.outgoing.oldestConfirmed()).toBe(world.now);
    // And the shard finds them itself for as long as a search may take that has asked the index before.
    expect(world.waiting(0)).toBe(1);
    await world.tick(60_000);
    expect(world.waiting(0)).toBe(0);
  });

  it("goes on where it was after the index was away for an hour", async () => {
    const world = new VectorWorld(2);
    world.place(0, true);
    world.place(1, true);
    fill(world, 0, "a", 4);
    world.fake.isAway = true;
    for (let round = 0; round < 360; round++) await world.tick(10_000);
    fill(world, 1, "b", 3);
    world.fake.isAway = false;
    await world.settle();
    expect(world.fake.ids).toEqual(world.expected());
    expect(world.expected()).toHaveLength(7);
  });

  it("lets no store wait for the shard of another one", async () => {
    const world = new VectorWorld(2);
    world.place(0, true);
    world.place(1, true);
    fill(world, 0, "a", 4);
    fill(world, 1, "b", 3);
    world.silent.add(0);
    for (let round = 0; round < 12; round++) await world.tick(10_000);
    expect(world.fake.ids).toHaveLength(3);
  });

  it("keeps what a full index refuses in the shard's care, and writes it when there is room", async () => {
    const world = new VectorWorld(2, 4);
    world.place(0, true);
    fill(world, 0, "a", 4);
    await world.settle();
    world.place(1, true);
    fill(world, 1, "b", 3);
    for (let round = 0; round < 60; round++) await world.tick(10_000);
    expect(world.fake.ids).toHaveLength(4);
    expect(world.waiting(1)).toBe(1);

    world.shards[0]?.shard.remove([{ fileId: "file-a", version: 2 }], 0);
    await world.settle();
    expect(world.fake.ids).toEqual(world.expected());
    expect(world.expected()).toHaveLength(3);
  });
});
