import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import type { StepDefinition } from "../../../src/kernel/rules/definition.ts";
import { ended, graph, RETRY, stub, until, within } from "./objects/kernels.ts";

const each = (use: string, concurrency: number, more: Partial<StepDefinition> = {}) =>
  graph({ each: { use, retry: RETRY, map: { over: "input", concurrency }, ...more } });
const numbers = (count: number) => Array.from({ length: count }, (_none, index) => index);
const item = (index: number) => `each[${index}]`;

describe("a step with map", () => {
  it("runs a bounded number of items at a time, and keeps their outputs in order", async ({
    expect,
  }) => {
    await within("bounded", async (object) => {
      object.start("run", each("gate@1", 2), numbers(5));
      const open = () =>
        [...object.gates.keys()].filter((name) => object.readPhase(name) === "claimed");
      await until(() => open().length === 2);
      let most = 0;
      for (let done = 0; done < 5; done++) {
        await until(() => open().length > 0);
        most = Math.max(most, open().length);
        // The last running item ends first, but the outputs have the order of the items.
        const name = open().at(-1) ?? "";
        object.gates.get(name)?.resolve(name);
        await until(() => object.readPhase(name) === "completed");
      }
      expect((await ended(object)).outputs["each"]).toEqual(numbers(5).map(item));
      expect(most).toBe(2);
    });
  });

  it("gives each item its index and its own key", async ({ expect }) => {
    await within("items", async (object) => {
      const list = [{ name: "a" }, { name: "b" }];
      object.start(
        "run",
        each("note@1", 2, { with: { what: "${item.name}", at: "${index}" } }),
        list,
      );
      expect((await ended(object)).outputs["each"]).toEqual([
        { what: "a", at: 0 },
        { what: "b", at: 1 },
      ]);
      expect(object.log).toEqual(["run:each[0]", "run:each[1]"]);
      expect(object.kernel.view("run")?.steps["each"]?.items).toMatchObject([
        { phase: "completed", use: "note@1" },
        { phase: "completed" },
      ]);
    });
  });

  it("completes at once with no items", async ({ expect }) => {
    await within("empty", async (object) => {
      object.start("run", each("note@1", 2), []);
      expect(await ended(object)).toMatchObject({ status: "completed", outputs: { each: [] } });
    });
  });

  it("fails with the item that failed for good, and stops the others", async ({ expect }) => {
    await within("item fails", async (object) => {
      const fallback = [{ use: "fatal@1" }];
      object.start(
        "run",
        each("gate@1", 3, { fallback, retry: { ...RETRY, attemptsMax: 1 } }),
        numbers(6),
      );
      await until(() => object.gates.size === 3);
      object.gates.get(item(1))?.reject(new Error("no"));
      expect((await ended(object)).error).toEqual({
        step: "each",
        message: "Item 1 failed: It cannot work",
      });
      await until(() => object.log.filter((line) => line.endsWith("aborted")).length === 2);
      expect(numbers(6).map((index) => object.readPhase(item(index)))).toEqual([
        "cancelled",
        "failed",
        "cancelled",
        "cancelled",
        "cancelled",
        "cancelled",
      ]);
      expect(object.story().filter((event) => event === "step.failed each")).toHaveLength(1);
    });
  });

  it("may have its failure handled by a later step", async ({ expect }) => {
    await within("item failure handled", async (object) => {
      const definition = graph({
        ...each("fatal@1", 2).steps,
        mend: { use: "one@1", needs: ["each"], trigger: "one_failed" },
      });
      object.start("run", definition, numbers(4));
      expect(await ended(object)).toMatchObject({ status: "completed", outputs: { mend: 1 } });
    });
  });

  it("sleeps item by item", async ({ expect }) => {
    await within("sleeping items", async (object) => {
      object.start("run", each("sleep@1", 2, { with: { for: "1m" } }), numbers(3));
      await object.pass(60_001);
      await until(() => object.readPhase(item(2)) === "waiting");
      expect(object.readPhase(item(1))).toBe("completed");
      await object.pass(60_001);
      expect((await ended(object)).outputs["each"]).toEqual([null, null, null]);
    });
  });

  it("runs 1,000 items and refuses more", async ({ expect }) => {
    await within("many", async (object) => {
      object.start("run", each("one@1", 100), numbers(1_000));
      const { outputs } = await ended(object);
      expect(outputs["each"]).toEqual(numbers(1_000).map(() => 1));
      expect(object.kernel.view("run")?.steps["each"]?.items).toHaveLength(100);

      object.start("more", each("one@1", 100), numbers(1_001));
      expect((await ended(object, 2)).error?.message).toContain("1001 items; the maximum is 1000");
    });
  });

  it.for([
    ["a value that is not a list", 7, "`map.over` gave 7, which is not a list"],
    ["an item that is too large", ["x".repeat(950_001)], "gave an item of more than 950000 bytes"],
  ] as const)("fails clearly when it is given %s", async ([name, input, message], { expect }) => {
    await within(name, async (object) => {
      object.start("run", each("one@1", 1), input);
      expect((await ended(object)).error?.message).toContain(message);
    });
  });

  it("fails when the outputs are too large in total", async ({ expect }) => {
    await within("large together", async (object) => {
      const list = ["x".repeat(480_000), "y".repeat(480_000)];
      object.start("run", each("note@1", 1, { with: "${item}" }), list);
      expect((await ended(object)).error?.message).toContain(
        "The outputs of 2 items have more than",
      );
    });
  });

  it("fails after its total timeout", async ({ expect }) => {
    await within("total of a map", async (object, state) => {
      object.start("run", each("gate@1", 1, { timeout: { totalMs: 20_000 } }), numbers(3));
      await until(() => object.gates.size === 1);
      expect(await state.storage.getAlarm()).toBeLessThanOrEqual(Date.now() + 20_000);
      await object.pass(20_001);
      expect(await ended(object)).toMatchObject({ status: "failed", error: { step: "each" } });
      expect(object.readPhase(item(2))).toBe("cancelled");
    });
  });

  it("asks a person about each item that failed for good", async ({ expect }) => {
    await within("decide items", async (object) => {
      object.start("run", each("fatal@1", 2, { onExhausted: "human" }), numbers(2));
      const decide = (id: string) =>
        object.kernel.signal("run", {
          id,
          name: "each",
          payload: { action: "skip", output: id },
          actor: "ann",
          reason: "known",
          event: null,
        });
      await until(() => object.readPhase(item(1)) === "held");
      expect(decide("first")).toMatchObject({ ok: true });
      expect(decide("second")).toMatchObject({ ok: true });
      expect((await ended(object)).outputs["each"]).toEqual(["first", "second"]);
    });
  });

  it("continues after its object was aborted", async ({ expect }) => {
    await within("map evicted", async (object) => {
      object.start("run", each("gate@1", 2, { with: "${item}" }), numbers(4));
      await until(() => object.gates.size === 2);
      object.gates.get(item(0))?.resolve("first");
      await until(() => object.readPhase(item(2)) === "claimed");
    });
    await abortAllDurableObjects();
    await within("map evicted", async (object) => {
      for (const index of [1, 2, 3]) {
        await until(() => object.gates.has(item(index)));
        object.gates.get(item(index))?.resolve(index);
      }
      expect((await ended(object)).outputs["each"]).toEqual(["first", 1, 2, 3]);
      expect(object.gates.has(item(0))).toBe(false);
    });
  });

  it("sleeps through an eviction and wakes", async ({ expect }) => {
    await within("map asleep", (object) => {
      object.start("run", each("sleep@1", 3, { with: { for: "1m" } }), numbers(3));
    });
    await evictDurableObject(stub("map asleep"));
    await within("map asleep", async (object) => {
      await object.pass(60_001);
      expect(await ended(object)).toMatchObject({ status: "completed" });
    });
  });
});
