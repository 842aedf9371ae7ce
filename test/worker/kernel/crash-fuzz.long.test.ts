import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import type { Definition } from "../../../src/kernel/rules/definition.ts";
import { crashes } from "./objects/crashing-object.ts";

const OBJECTS = 50;
const RUNS_PER_OBJECT = 6;
const retry = { attemptsMax: 60, baseMs: 1, capMs: 20 };
const effect = (...needs: string[]) => ({ use: "effect@1", needs, retry });
const GRAPHS: readonly Definition[] = [
  { name: "sequence", steps: { a: effect(), b: effect("a"), c: effect("b") } },
  {
    name: "parallel",
    steps: {
      a: effect(),
      b: effect("a"),
      c: effect("a"),
      d: effect("a"),
      e: effect("b", "c", "d"),
    },
  },
  { name: "retry", steps: { a: { use: "flaky@1", retry }, b: effect("a") } },
];

const objects = Array.from({ length: OBJECTS }, (_none, object) => ({
  name: `crashing-${object}`,
  runs: Array.from({ length: RUNS_PER_OBJECT }, (_nothing, run) => ({
    id: `${object}.${run}`,
    definition: GRAPHS[(object + run) % GRAPHS.length] ?? { name: "none", steps: {} },
  })),
}));

const stub = (name: string) => env.TEST_CRASHES.getByName(name);
const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** Calls an object that may crash during the call. */
async function persist<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 50) throw error;
    }
  }
}

describe("runs in objects that crash around every claim, effect and commit", () => {
  it(
    "all complete, each effect under one key, each settled once",
    { timeout: 120_000 },
    async ({ expect }) => {
      const begun = Date.now();
      await Promise.all(objects.map(({ name, runs }) => persist(() => stub(name).start(runs))));
      const reports = await Promise.all(
        objects.map(({ name, runs }) =>
          vi.waitUntil(
            async () => {
              const statuses = await persist(() => stub(name).statuses(runs.map(({ id }) => id)));
              return statuses.every(({ status }) => status !== "running") && statuses;
            },
            { timeout: 100_000, interval: 100 },
          ),
        ),
      );
      const settled = await Promise.all(
        objects.map(({ name }) => persist(() => stub(name).settled())),
      );
      const asked = await env.TEST_EFFECTS.getByName("fuzz").all();

      const runs = objects.flatMap((object) => object.runs);
      expect(reports.flat().filter(({ status }) => status !== "completed")).toEqual([]);
      expect(settled.flat().toSorted()).toEqual(runs.map(({ id }) => id).toSorted());
      const keys = runs.flatMap(({ id, definition }) =>
        Object.keys(definition.steps).map((step) => `${id}:${step}`),
      );
      expect(Object.keys(asked).toSorted()).toEqual(keys.toSorted());
      console.log({
        runs: runs.length,
        steps: keys.length,
        attempts: total(reports.flat().map(({ attempts }) => attempts)),
        duplicatesAbsorbed: total(Object.values(asked)) - keys.length,
        crashes: Object.fromEntries(crashes),
        stranded: 0,
        durationMs: Date.now() - begun,
      });
      expect(total([...crashes.values()])).toBeGreaterThan(100);
    },
  );
});
