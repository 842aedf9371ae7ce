import { setTimeout } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getPlatformProxy } from "wrangler";

import type { Attributes, Filter } from "../../../src/knowledge/attributes.ts";
import { openVectorIndex, type VectorizeBinding } from "../../../src/platform/vector-index.ts";
import { matchesFilter } from "../../../src/retrieval/filter.ts";
import { INDEXED_PROPERTIES, metadataOf } from "../../../src/retrieval/vectorize/filter-slots.ts";
import { partFilters, pushDown } from "../../../src/retrieval/vectorize/push-down.ts";
import {
  INDEX_LIMITS,
  type IndexFilter,
  type IndexMetadata,
  type VectorIndex,
} from "../../../src/retrieval/vectorize/vector-index.ts";
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
  const binding = new FakeVectorize({
    dimensions: DIMENSIONS,
    now: () => now,
    delayMs: 3_000,
    metadataIndexes: INDEXED_PROPERTIES,
  });
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
    const vector = (name: string, id: string, values: number[], metadata: IndexMetadata = {}) => ({
      id: `${run}:${id}`,
      namespace: space(name),
      values,
      metadata,
    });
    const find = async (
      name: string,
      values: number[],
      nearest = 10,
      filter: IndexFilter | null = null,
    ) => {
      const question = { namespace: space(name), nearest, filter };
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
      const known = await index.readMetadata([`${run}:d`, `${run}:e`]);
      expect([...known.keys()]).toEqual([`${run}:e`]);
    });

    it("filters by all operators before it takes the nearest", async () => {
      const files: readonly (readonly [name: string, attributes: Attributes])[] = [
        ["old", { year: 1999, team: "hr" }],
        ["new", { year: 2024, team: "hr", open: true }],
        ["long", { year: -1.5, team: `${"l".repeat(70)}1` }],
        ["other", { team: `${"l".repeat(70)}2`, open: false }],
        ["bare", {}],
      ];
      const keys = ["year", "team", "open"];
      const vectors = files.map(([name, attributes], at) =>
        vector("filters", name, point(0, at / 10), metadataOf(keys, at, attributes)),
      );
      await outlast(await index.upsert(vectors));
      const filters: readonly (readonly [filter: Filter, alsoPass: readonly string[]])[] = [
        [{ type: "eq", key: "team", value: "hr" }, []],
        [{ type: "ne", key: "team", value: "hr" }, []],
        [{ type: "gte", key: "year", value: -1.5 }, []],
        [{ type: "lt", key: "year", value: 1999 }, ["old"]],
        [{ type: "gt", key: "team", value: "hr" }, ["old", "new"]],
        [{ type: "in", key: "year", value: [1999, 2024, 7] }, []],
        [{ type: "nin", key: "year", value: [1999, 2024] }, []],
        [{ type: "eq", key: "open", value: false }, []],
        [{ type: "eq", key: "team", value: `${"l".repeat(70)}1` }, ["other"]],
        [
          {
            type: "and",
            filters: [
              { type: "eq", key: "team", value: "hr" },
              { type: "gte", key: "year", value: 2000 },
              { type: "lte", key: "year", value: 2100 },
            ],
          },
          [],
        ],
      ];
      for (const [filter, alsoPass] of filters) {
        const pushed = pushDown(filter, keys);
        expect(pushed).not.toBeNull();
        const passing = files
          .filter(([, attributes]) => matchesFilter(filter, attributes))
          .map(([name]) => name);
        const found = await find("filters", point(0), 100, pushed);
        const wanted = [...passing, ...alsoPass].toSorted();
        expect([filter, found.map(({ id }) => id).toSorted()]).toEqual([filter, wanted]);
      }
      const [first] = await find(
        "filters",
        point(0),
        1,
        pushDown({ type: "eq", key: "open", value: true }, keys),
      );
      expect(first?.id).toBe("new");
    });

    it("parts a namespace by the number of each chunk", async () => {
      const vectors = Array.from({ length: 40 }, (_, at) =>
        vector("parts", `part-${at}`, point(at % 16, at / 100), metadataOf([], at, {})),
      );
      await outlast(await index.upsert(vectors));
      for (const cuts of [4, 16]) {
        const parts = await Promise.all(
          partFilters(null, cuts).map((filter) => find("parts", point(3), 100, filter)),
        );
        const found = parts.flat().map(({ id }) => id);
        expect(found.toSorted()).toEqual(vectors.map((_, at) => `part-${at}`).toSorted());
      }
    });

    it("reads metadata back as they were written", async () => {
      const metadata = metadataOf(["team"], 17, { team: "ü".repeat(60) });
      await outlast(await index.upsert([vector("read", "tagged", point(2), metadata)]));
      const read = await index.readMetadata([`${run}:tagged`]);
      expect(read.get(`${run}:tagged`)).toEqual(metadata);
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
      expect(new Set((await index.readMetadata(ids)).keys())).toEqual(new Set(ids));
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
      await expect(index.readMetadata(many.slice(0, 21))).rejects.toMatchObject(refusal);
      await expect(index.deleteByIds([long])).rejects.toMatchObject(refusal);
      await expect(find("limits", point(0), 101)).rejects.toMatchObject(refusal);
      const wide = { a0: { $in: Array.from({ length: 200 }, (_, at) => `value-${at}`) } };
      await expect(find("limits", point(0), 10, wide)).rejects.toMatchObject(refusal);
      const heavy = { a0: "x".repeat(INDEX_LIMITS.metadataBytes) };
      await expect(index.upsert([vector("limits", "j", point(0), heavy)])).rejects.toMatchObject(
        refusal,
      );
    });
  });
});

describe("an index of another metric than cosine", () => {
  const rows = [
    { id: "near", values: [100, 20] },
    { id: "far", values: [-90, 127] },
  ];
  const metrics = {
    euclidean: ([x = 0, y = 0]: readonly number[]) => Math.hypot(x - 1, y),
    "dot-product": ([x = 0]: readonly number[]) => x,
    "none at all": () => Number.NaN,
  };

  it.each(Object.entries(metrics))("is not believed: %s", async (_name, score) => {
    const fake = new FakeVectorize({ dimensions: 2, now: () => 0 });
    const matches = rows.map(({ id, values }) => ({ id, score: score(values) }));
    fake.query = async () => ({ matches, count: matches.length });
    const question = { namespace: "any", nearest: 10, filter: null };
    const answer = openVectorIndex(fake).query(Float32Array.of(1, 0), question);
    await expect(answer).rejects.toMatchObject({ name: "IndexRefused", reason: "metric" });
  });
});
