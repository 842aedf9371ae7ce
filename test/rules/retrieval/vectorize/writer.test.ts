import { describe, expect, it } from "vitest";

import { makeDocument } from "../documents.ts";
import { VectorWorld } from "./world.ts";

describe("the writer of an index", () => {
  it("writes changed attributes again, and lets nobody wait with a file that changes all the time", async () => {
    const world = new VectorWorld(2);
    world.place(0, true, ["team"]);
    world.place(1, true, ["team"]);
    world.fill(0, "a", 3);
    world.fill(1, "b", 2);
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
    world.fill(0, "a", 3);
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
      world.fill(at, `f${at}`, 5);
    }
    await world.settle();
    expect(world.fake.batches).toEqual([40]);
  });

  it("tells a shard that the index has its vectors only a while after the index says so", async () => {
    const world = new VectorWorld(1);
    world.place(0, true);
    world.fill(0, "a", 4);
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
    world.fill(0, "a", 4);
    world.fake.isAway = true;
    for (let round = 0; round < 360; round++) await world.tick(10_000);
    world.fill(1, "b", 3);
    world.fake.isAway = false;
    await world.settle();
    expect(world.fake.ids).toEqual(world.expected());
    expect(world.expected()).toHaveLength(7);
  });

  it("lets no store wait for the shard of another one", async () => {
    const world = new VectorWorld(2);
    world.place(0, true);
    world.place(1, true);
    world.fill(0, "a", 4);
    world.fill(1, "b", 3);
    world.silent.add(0);
    for (let round = 0; round < 12; round++) await world.tick(10_000);
    expect(world.fake.ids).toHaveLength(3);
  });

  it("keeps what a full index refuses in the shard's care, and writes it when there is room", async () => {
    const world = new VectorWorld(2, 4);
    world.place(0, true);
    world.fill(0, "a", 4);
    await world.settle();
    world.place(1, true);
    world.fill(1, "b", 3);
    for (let round = 0; round < 60; round++) await world.tick(10_000);
    expect(world.fake.ids).toHaveLength(4);
    expect(world.waiting(1)).toBe(1);

    world.shards[0]?.shard.remove([{ fileId: "file-a", version: 2 }], 0);
    await world.settle();
    expect(world.fake.ids).toEqual(world.expected());
    expect(world.expected()).toHaveLength(3);
  });
});
