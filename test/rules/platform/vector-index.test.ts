import { setTimeout } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getPlatformProxy } from "wrangler";

import { openVectorIndex, type VectorizeBinding } from "../../../src/platform/vector-index.ts";
import { INDEX_LIMITS, type VectorIndex } from "../../../src/retrieval/vectorize/vector-index.ts";
import { FakeVectorize } from "../../fakes/vectorize.ts";

/** An index under test, and a function that waits until a mutation has taken effect. */
type Tested = {
  readonly binding: VectorizeBinding;
  readonly pass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

const DIMENSIONS = 32;
/** The name of an index of 32 dimensions, by cosine, that `npm run test:vectorize` has made; else empty. */
const REAL = process.env["TEST_VECTORIZE"] ?? "";
/** The wrangler configuration that binds it as `INDEX`. */
const REAL_CONFIG = process.env["TEST_VECTORIZE_CONFIG"] ?? "";
const PATIENCE_MS = 300_000;

async function openFake(): Promise<Tested> {
  let now = 1_700_000_000_000;
  const binding = new FakeVectorize({ dimensions: DIMENSIONS, now: () => now, delayMs: 3_000 });
  return {
    binding,
    pass: async (ms) => void (now += ms),
    close: async () => {},
  };
}

async function openReal(): Promise<Tested> {
  type Bindings = { INDEX: VectorizeBinding };
  const { env, dispose } = await getPlatformProxy<Bindings>({ configPath: REAL_CONFIG });
  return { binding: env.INDEX, pass: async (ms) => await setTimeout(ms), close: dispose };
}

/** A vector in the direction `axis`, turned a little to the next one. */
const point = (axis: number, turn = 0): number[] =>
  Array.from({ length: DIMENSIONS }, (_, at) => (at === axis ? 1 : at === axis + 1 ? turn : 0));

describe.each([
  ["a fake of Vectorize", openFake, true],
  ["Vectorize itself (npm run test:vectorize, else skipped)", openReal, REAL !== ""],
] as const)("%s", (_name, open, isOpen) => {
  describe.skipIf(!isOpen)("by the adapter", { timeout: PATIENCE_MS }, () => {
    let tested: Tested;
    let index: VectorIndex;
    const run = crypto.randomUUID().slice(0, 8);
    const space = (name: string) => `${run}:${name}`;
    const vector = (name: string, id: string, values: number[]) => ({
      id: `${run}:${id}`,
      namespace: space(name),
      values,
    });
    const find = async (name: string, values: number[], nearest = 10) => {
      const question = { namespace: space(name), nearest };
      const found = await index.query(Float32Array.from(values), question);
      return found.map(({ id, score }) => ({ id: id.slice(run.length + 1), score }));
    };
    const names = async (name: string, values: number[], nearest?: number) =>
      (await find(name, values, nearest)).map(({ id }) => id);
    /** Waits until the index says that a mutation has taken effect. */
    async function outlast(mutation: string): Promise<void> {
      const until = Date.now() + PATIENCE_MS;
      while ((await index.describe()).processedMutation !== mutation) {
        if (Date.now() > until) throw new Error(`The mutation ${mutation} took no effect`);
        await tested.pass(2_000);
      }
      await tested.pass(2_000);
    }

    beforeAll(async () => {
      tested = await open();
      index = openVectorIndex(tested.binding);
    }, PATIENCE_MS);
    afterAll(async () => await tested.close());

    it("says its dimensions, and which mutation it has processed", async () => {
      const mutation = await index.upsert([vector("state", "one", point(0))]);
      await outlast(mutation);
      const state = await index.describe();

      expect(state).toMatchObject({ dimensions: DIMENSIONS, processedMutation: mutation });
      expect(state.vectorCount).toBeGreaterThanOrEqual(1);
      expect(state.processedAt).toBeTypeOf("number");
    });

    it("finds what was written, the nearest first, in its namespace alone", async () => {
      await index.upsert([vector("here", "a", point(0)), vector("here", "b", point(0, 0.5))]);
      await outlast(await index.upsert([vector("there", "c", point(0, 0.1))]));
      const found = await find("here", point(0, 0.1));

      expect(found.map(({ id }) => id)).toEqual(["a", "b"]);
      expect(found[0]?.score).toBeGreaterThan(0.97);
      expect(found[0]?.score).toBeLessThan(1.03);
      expect(await names("there", point(0))).toEqual(["c"]);
      expect(await names("nowhere", point(0))).toEqual([]);
    });

    it("replaces a vector, and deletes by ids, also unknown ones", async () => {
      await outlast(
        await index.upsert([vector("change", "d", point(0)), vector("change", "e", point(4))]),
      );
      await outlast(await index.upsert([vector("change", "d", point(8))]));
      expect((await find("change", point(8)))[0]).toMatchObject({ id: "d" });
      await outlast(await index.deleteByIds([`${run}:d`, `${run}:unknown`]));

      expect(await names("change", point(8))).toEqual(["e"]);
      expect(await index.findIds([`${run}:d`, `${run}:e`])).toEqual(new Set([`${run}:e`]));
    });

    it("takes a whole batch, and finds as many as the limit allows", async () => {
      const batch = Array.from({ length: INDEX_LIMITS.batch }, (_, at) =>
        vector("many", `many-${at}`, point(at % 16, at / 2_000)),
      );
      await outlast(await index.upsert(batch));

      expect(await names("many", point(3), INDEX_LIMITS.nearest)).toHaveLength(
        INDEX_LIMITS.nearest,
      );
      const ids = batch.slice(0, INDEX_LIMITS.readBatch).map(({ id }) => id);
      expect(await index.findIds(ids)).toEqual(new Set(ids));
    });

    it("refuses vectors and questions of other dimensions as such", async () => {
      const refusal = { name: "IndexRefused", reason: "dimensions" };
      const long = [...point(0), 1];
      await expect(index.upsert([vector("long", "f", long)])).rejects.toMatchObject(refusal);
      await expect(find("long", long)).rejects.toMatchObject(refusal);
      const mixed = [vector("long", "g", point(0)), vector("long", "h", long)];
      await expect(index.upsert(mixed)).rejects.toMatchObject(refusal);
      const broken = [vector("long", "i", point(0, Number.NaN))];
      await expect(index.upsert(broken)).rejects.toMatchObject(refusal);
    });

    it("refuses what is over a limit before it is sent", async () => {
      const refusal = { name: "IndexRefused", reason: "limits" };
      const many = Array.from({ length: INDEX_LIMITS.batch + 1 }, (_, at) => `${run}:${at}`);
      const long = `${run}:${"ü".repeat(28)}`;
      await expect(index.deleteByIds(many)).rejects.toMatchObject(refusal);
      await expect(index.deleteByIds([])).rejects.toMatchObject(refusal);
      await expect(index.findIds(many.slice(0, 21))).rejects.toMatchObject(refusal);
      await expect(index.deleteByIds([long])).rejects.toMatchObject(refusal);
      await expect(find("limits", point(0), 101)).rejects.toMatchObject(refusal);
    });
  });
});

describe("the fake", () => {
  it("loses, repeats and reorders the mutations that it is told to", async () => {
    let now = 0;
    const fake = new FakeVectorize({
      dimensions: 2,
      now: () => now,
      delayMs: 5,
      repeatAfterMs: 50,
    });
    const put = (id: string) => fake.upsert([{ id, values: [1, 0] }]);
    fake.faults.lostMutations.add(1);
    fake.faults.repeated.add(2);
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
