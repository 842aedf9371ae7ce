import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import type { Definition, StepDefinition } from "../../../src/kernel/rules/definition.ts";
import type { KernelObject } from "./objects/kernel-object.ts";

const within = <T>(
  name: string,
  use: (object: KernelObject, state: DurableObjectState) => T | Promise<T>,
) => runInDurableObject(env.TEST_KERNELS.getByName(name), use);

function chain(length: number, use: string): Definition {
  const steps = Array.from({ length }, (_none, index): [string, StepDefinition] => [
    `s${index}`,
    { use, needs: index === 0 ? [] : [`s${index - 1}`] },
  ]);
  return { name: "chain", steps: Object.fromEntries(steps) };
}

function fan(width: number): Definition {
  const names = Array.from({ length: width }, (_none, index) => `s${index}`);
  const steps = names.map((name): [string, StepDefinition] => [
    name,
    { use: "one@1", needs: ["root"] },
  ]);
  return {
    name: "fan",
    steps: {
      root: { use: "one@1" },
      ...Object.fromEntries(steps),
      join: { use: "one@1", needs: names },
    },
  };
}

describe("the cost of runs", () => {
  it.for([
    ["a chain of 10 pure steps", chain(10, "one@1"), 20, 10],
    ["a chain of 10 steps with an effect", chain(10, "noted@1"), 20, 11],
    ["a chain of 1,000 pure steps", chain(1_000, "one@1"), 1, 10],
    ["1,000 steps side by side, joined", fan(1_000), 1, 10],
    [
      "a map of 1,000 items",
      {
        name: "map",
        steps: { each: { use: "one@1", map: { over: "input.items", concurrency: 50 } } },
      },
      1,
      12_000,
    ],
  ] as const)(
    "%s",
    { timeout: 60_000 },
    async ([name, definition, runs, writtenMax], { expect }) => {
      await within(name, async (object) => {
        object.create();
        object.meter.take();
        const input = { items: Array.from({ length: 1_000 }, (_none, index) => index) };
        const begun = performance.now();
        for (let run = 0; run < runs; run++) object.start(`run-${run}`, definition, input);
        await vi.waitUntil(() => object.settled.length === runs, { timeout: 50_000, interval: 1 });
        const ms = performance.now() - begun;
        const { read, written } = object.meter.take();
        const steps = runs * Object.keys(definition.steps).length;
        console.log(
          `${name}: ${(ms / runs).toFixed(1)} ms a run, ${(read / steps).toFixed(1)} rows read and ${(written / steps).toFixed(2)} written a step`,
        );
        expect(object.settled.every(({ status }) => status === "completed")).toBe(true);
        expect(written / steps).toBeLessThanOrEqual(writtenMax);
      });
    },
  );
});
