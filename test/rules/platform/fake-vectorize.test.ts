import { describe, expect, it } from "vitest";

import { FakeVectorize } from "../../fakes/vectorize.ts";

describe("the fake of Vectorize", () => {
  it("refuses the filters that Vectorize refuses", async () => {
    const fake = new FakeVectorize({
      dimensions: 2,
      now: () => 0,
      metadataIndexes: [{ property: "a.b", type: "string" }],
    });
    const ask = async (filter: object) => {
      const { matches } = await fake.query([1, 0], { filter: { ...filter } });
      return matches.map(({ id }) => id);
    };
    await fake.upsert([{ id: "nested", values: [1, 0], metadata: { a: { b: "ü".repeat(40) } } }]);
    expect(await ask({ "a.b": "ü".repeat(32) })).toEqual(["nested"]);
    expect(await ask({ "a.b": { $gte: "u", $lt: "ý" } })).toEqual(["nested"]);
    expect(await ask({ "a.c": { $ne: "x" } })).toEqual([]);
    for (const filter of [
      {},
      { "": "x" },
      { $a: "x" },
      { 'a"b': "x" },
      { ["x".repeat(513)]: 1 },
      { a: { $gt: 1, $gte: 2 } },
      { a: { $eq: 1, $lt: 2 } },
      { a: { $in: "x" } },
      { a: { $lt: true } },
      { a: { $like: "x" } },
      { a: "x".repeat(2_048) },
    ]) {
      await expect(ask(filter)).rejects.toThrow("code = 40026");
    }
  });

  it("has ten metadata indexes at most", () => {
    const eleven = Array.from({ length: 11 }, (_, at) => ({ property: `p${at}`, type: "string" }));
    const options = { dimensions: 2, now: () => 0 };
    expect(() => new FakeVectorize({ ...options, metadataIndexes: eleven })).toThrow("At most 10");
  });

  it("loses, repeats and reorders the mutations that it is told to", async () => {
    let now = 0;
    const fake = new FakeVectorize({
      dimensions: 2,
      now: () => now,
      delayMs: 5,
    });
    const put = (id: string) => fake.upsert([{ id, values: [1, 0] }]);
    fake.faults.lostMutations.add(1);
    fake.faults.repeated.set(2, 50);
    fake.faults.reordered.add(4);
    fake.faults.lostReplies.add(6);
    await put("lost");
    await put("repeated");
    await fake.deleteByIds(["repeated"]);
    await fake.deleteByIds(["early"]);
    await put("early");
    await expect(put("unsaid")).rejects.toThrow("Network connection lost");
    expect(fake.ids).toEqual([]);
    now = 10;
    expect(fake.ids).toEqual(["unsaid"]);
    now = 100;
    expect(fake.ids).toEqual(["repeated", "unsaid"]);
  });
});
