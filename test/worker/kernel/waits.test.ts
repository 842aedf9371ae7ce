import { evictDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import type { StepDefinition } from "../../../src/kernel/rules/definition.ts";
import type { Signal } from "../../../src/kernel/rules/run/signal.ts";
import type { KernelObject } from "./objects/kernel-object.ts";
import { ended, graph, only, stub, until, within } from "./objects/kernels.ts";

const DAY_MS = 86_400_000;
const approval = (more: object = {}, step: Partial<StepDefinition> = {}) =>
  only("signal@1", { with: { name: "approval", ...more }, ...step });
const send = (object: KernelObject, more: Partial<Signal> = {}) =>
  object.kernel.signal("run", {
    id: "1",
    name: "approval",
    payload: { yes: true },
    actor: "ann",
    reason: "fine",
    event: null,
    ...more,
  });
const decide = (object: KernelObject, id: string, payload: unknown, more: Partial<Signal> = {}) =>
  send(object, { id, name: "only", payload, ...more });
const refused = (code: string) => ({ ok: false, error: { code } });

describe("a sleep", () => {
  it("ends exactly at its time, to the millisecond", async ({ expect }) => {
    await within("sleep", async (object, state) => {
      const begun = Date.now();
      object.start("run", only("sleep@1", { with: { for: "10m" } }));
      const alarm = (await state.storage.getAlarm()) ?? 0;
      expect(alarm).toBeGreaterThanOrEqual(begun + 600_000);
      expect(alarm).toBeLessThanOrEqual(Date.now() + 600_000);
      await object.pass(590_000);
      expect(object.phases()).toEqual({ only: "waiting" });
      await object.pass(10_001);
      expect(await ended(object)).toMatchObject({ status: "completed", outputs: { only: null } });
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });

  it("may last until a time in the input, also one in the past", async ({ expect }) => {
    await within("sleep until", async (object) => {
      object.start("run", only("sleep@1", { with: { until: "${input}" } }), "2020-01-01T00:00:00Z");
      expect(await ended(object)).toMatchObject({ status: "completed" });
    });
  });

  it("survives an eviction", async ({ expect }) => {
    await within("sleep evicted", (object) => {
      object.start("run", only("sleep@1", { with: { for: "7d" } }));
    });
    await evictDurableObject(stub("sleep evicted"));
    await within("sleep evicted", async (object) => {
      await object.pass(7 * DAY_MS + 1);
      await object.alarm();
      await ended(object);
      expect(object.story().filter((event) => event === "step.completed only")).toHaveLength(1);
    });
  });

  it.for([
    ["a text that is not a duration", { for: "soon" }, 'for: "soon" is not a duration'],
    ["a text that is not a time", { until: "tomorrow" }, "until: Invalid ISO datetime"],
    ["more than its timeout", { for: "10m" }, "it would sleep longer than its total timeout"],
  ] as const)("fails at once when it is given %s", async ([name, given, message], { expect }) => {
    await within(`sleep ${name}`, async (object) => {
      object.start("run", only("sleep@1", { with: given, timeout: { totalMs: 60_000 } }));
      expect((await ended(object)).error?.message).toContain(message);
    });
  });
});

describe("a signal", () => {
  it("settles its step once, and a repeated id gets the same receipt", async ({ expect }) => {
    await within("signal", async (object) => {
      object.start("run", approval());
      const { event } = object.kernel.view("run") ?? { event: 0 };
      const receipt = { ok: true, value: { status: "consumed", step: "only" } };
      expect(send(object, { event })).toEqual(receipt);
      expect((await ended(object)).outputs["only"]).toEqual({
        status: "received",
        payload: { yes: true },
        actor: "ann",
        reason: "fine",
        event,
        at: expect.any(Number),
      });
      expect(send(object, { event })).toEqual(receipt);
      expect(send(object, { event, payload: { yes: false } })).toMatchObject(
        refused("signal_reused"),
      );
      expect(send(object, { id: "2" })).toMatchObject(refused("run_settled"));
      expect(object.settled).toHaveLength(1);
    });
  });

  it("may arrive before its step waits, and is kept through an eviction", async ({ expect }) => {
    const kept = { ok: true, value: { status: "kept", step: null } };
    await within("early", async (object) => {
      object.start(
        "run",
        graph({
          slow: { use: "sleep@1", with: { for: "1m" } },
          only: { use: "signal@1", with: { name: "approval" }, needs: ["slow"] },
        }),
      );
      expect(send(object)).toEqual(kept);
      expect(send(object)).toEqual(kept);
      expect(send(object, { id: "2", event: 1 })).toMatchObject(refused("signal_not_awaited"));
    });
    await evictDurableObject(stub("early"));
    await within("early", async (object) => {
      await object.pass(60_001);
      expect(await ended(object)).toMatchObject({ outputs: { only: { status: "received" } } });
      expect(send(object)).toMatchObject({ ok: true, value: { status: "consumed", step: "only" } });
    });
  });

  it("is not kept early without its required fields", async ({ expect }) => {
    await within("early and incomplete", async (object) => {
      const requires = ["actor", "reason"];
      object.start(
        "run",
        graph({
          slow: { use: "sleep@1", with: { for: "1m" } },
          only: { use: "signal@1", with: { name: "approval", requires }, needs: ["slow"] },
        }),
      );
      expect(send(object, { id: "nobody", actor: null })).toMatchObject(
        refused("signal_incomplete"),
      );
      await object.pass(60_001);
      expect(object.phases()["only"]).toBe("waiting");
      expect(send(object, { id: "nobody 2", actor: "" })).toMatchObject(
        refused("signal_incomplete"),
      );
      expect(send(object, { id: "ann" })).toMatchObject({ ok: true });
      expect((await ended(object)).outputs["only"]).toMatchObject({ actor: "ann" });
    });
  });

  it("is stale if it refers to an event before the request, or to a future event", async ({
    expect,
  }) => {
    await within("stale", async (object) => {
      object.start("run", approval());
      const { event } = object.kernel.view("run") ?? { event: 0 };
      expect(send(object, { event: event - 1 })).toMatchObject(refused("signal_stale"));
      expect(send(object, { event: event + 1 })).toMatchObject(refused("signal_stale"));
      expect(object.phases()).toEqual({ only: "waiting" });
    });
  });

  it("is refused for an unknown name, its size, or an unknown run", async ({ expect }) => {
    await within("refused", async (object) => {
      expect(send(object)).toMatchObject(refused("run_not_found"));
      object.start("run", approval());
      expect(
        object.kernel.signal("none", {
          id: "1",
          name: "a",
          payload: 1,
          actor: null,
          reason: null,
          event: null,
        }),
      ).toMatchObject(refused("run_not_found"));
      expect(send(object, { name: "payment" })).toMatchObject(refused("signal_unknown"));
      expect(send(object, { payload: "x".repeat(5_000_000) })).toMatchObject(
        refused("signals_full"),
      );
    });
  });

  it("is kept up to a maximum", async ({ expect }) => {
    await within("full", async (object) => {
      const steps = {
        slow: { use: "sleep@1", with: { for: "1m" } },
        only: { use: "signal@1", with: { name: "approval" }, needs: ["slow"] },
      };
      object.start("run", graph(steps));
      for (let count = 0; count < 1_000; count++) send(object, { id: `early ${count}` });
      expect(send(object)).toMatchObject(refused("signals_full"));
    });
  });

  it.for([
    ["fails", "fail", { status: "failed", error: { message: "No signal approval came in time" } }],
    ["completes", "complete", { status: "completed", outputs: { only: { status: "timed_out" } } }],
  ] as const)(
    "%s its step when it does not come in time",
    async ([name, onTimeout, expected], { expect }) => {
      await within(`timeout ${name}`, async (object, state) => {
        object.start("run", approval({ timeout: "2h", on_timeout: onTimeout }));
        expect(
          Math.abs(((await state.storage.getAlarm()) ?? 0) - Date.now() - 7_200_000),
        ).toBeLessThan(1_000);
        await object.pass(7_200_001);
        expect(await ended(object)).toMatchObject(expected);
        expect(send(object)).toMatchObject(refused("run_settled"));
      });
    },
  );

  it("is delivered to the step that has waited longest", async ({ expect }) => {
    await within("two waits", async (object) => {
      const wait = { use: "signal@1", with: { name: "approval" } };
      object.start("run", graph({ b: wait, a: wait }));
      expect(send(object)).toMatchObject({ value: { step: "b" } });
      expect(send(object, { id: "2" })).toMatchObject({ value: { step: "a" } });
      await ended(object);
    });
  });
});

describe("a step that asks a person when its work has failed for good", () => {
  const human = only("fatal@1", { onExhausted: "human" });
  it("waits for a decision with an actor and a reason about the current event", async ({
    expect,
  }) => {
    await within("human", async (object) => {
      object.start("run", human);
      expect(decide(object, "early", { action: "skip" })).toMatchObject(
        refused("signal_not_awaited"),
      );
      await until(() => object.phases()["only"] === "held");
      const view = object.kernel.view("run");
      expect(view?.steps["only"]).toMatchObject({
        waitsFor: "decision",
        message: "It cannot work",
      });
      const event = view?.event ?? 0;
      expect(decide(object, "1", { action: "skip" }, { actor: null })).toMatchObject(
        refused("signal_incomplete"),
      );
      expect(decide(object, "2", { action: "dance" })).toMatchObject(refused("signal_incomplete"));
      expect(decide(object, "3", { action: "skip" }, { event: event - 1 })).toMatchObject(
        refused("signal_stale"),
      );
      expect(object.kernel.resume("run")).toBe(false);
      expect(decide(object, "4", { action: "skip", output: 5 }, { event })).toMatchObject({
        ok: true,
      });
      expect(await ended(object)).toMatchObject({ status: "completed", outputs: { only: 5 } });
    });
  });

  it("is retried or fails, as decided", async ({ expect }) => {
    await within("human retry", async (object) => {
      object.start("run", human);
      await until(() => object.phases()["only"] === "held");
      const before = object.kernel.view("run")?.event ?? 0;
      expect(decide(object, "1", { action: "retry" })).toMatchObject({ ok: true });
      await until(() => object.phases()["only"] === "held");
      expect(decide(object, "2", { action: "fail" }, { event: before })).toMatchObject(
        refused("signal_stale"),
      );
      expect(decide(object, "3", { action: "fail" })).toMatchObject({ ok: true });
      expect(await ended(object)).toMatchObject({
        status: "failed",
        error: { message: "It cannot work" },
      });
    });
  });

  it("fails without a decision within a day", async ({ expect }) => {
    await within("human expires", async (object) => {
      object.start("run", human);
      await until(() => object.phases()["only"] === "held");
      await object.pass(DAY_MS + 1);
      expect(await ended(object)).toMatchObject({
        status: "failed",
        error: { message: "It cannot work" },
      });
    });
  });

  it("does so too if its work is a wait that cannot begin", async ({ expect }) => {
    await within("human native", async (object) => {
      object.start("run", only("sleep@1", { with: { for: "soon" }, onExhausted: "human" }));
      expect(object.story()).toEqual(["run.started", "step.held only"]);
      expect(decide(object, "1", { action: "skip" }, { event: 2 })).toMatchObject({ ok: true });
      expect(await ended(object)).toMatchObject({ status: "completed" });
    });
  });
});
