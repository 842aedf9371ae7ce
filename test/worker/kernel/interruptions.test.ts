import {
  abortAllDurableObjects,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import type { KernelObject } from "./objects/kernel-object.ts";

const retry = { attemptsMax: 3, baseMs: 1, capMs: 5 };
const GATE = { name: "gate", steps: { only: { use: "gate@1", retry } } };
const INGEST = { name: "ingest", steps: { file: { use: "file@1", retry } } };

const stub = (name: string) => env.TEST_KERNELS.getByName(name);
const readAttempt = (object: KernelObject) => object.kernel.view("run")?.steps["only"]?.attempt;

describe("a run whose object is aborted", () => {
  it("continues with the next attempt, without waiting for its lease", async ({ expect }) => {
    await runInDurableObject(stub("aborted"), async (object) => {
      object.start("run", GATE);
      await vi.waitUntil(() => object.gates.size === 1);
    });
    await abortAllDurableObjects();
    await runInDurableObject(stub("aborted"), async (object) => {
      await vi.waitUntil(() => object.gates.size === 1);
      expect(readAttempt(object)).toBe(2);
      object.gates.get("only")?.resolve("second");
      await vi.waitUntil(() => object.settled.length === 1);
      expect(object.settled).toMatchObject([{ status: "completed", outputs: { only: "second" } }]);
    });
  });

  it("fails as lost when it happens at every attempt", async ({ expect }) => {
    await runInDurableObject(stub("aborted-always"), async (object) => {
      object.start("run", GATE);
      await vi.waitUntil(() => object.gates.size === 1);
    });
    for (let attempt = 2; attempt <= 3; attempt++) {
      await abortAllDurableObjects();
      await runInDurableObject(stub("aborted-always"), async (object) => {
        await vi.waitUntil(() => object.gates.size === 1);
        expect(readAttempt(object)).toBe(attempt);
      });
    }
    await abortAllDurableObjects();
    await runInDurableObject(stub("aborted-always"), async (object) => {
      await vi.waitUntil(() => object.settled.length === 1);
      expect(object.settled).toMatchObject([
        { status: "failed", error: { step: "only", message: "lost" } },
      ]);
    });
  });

  it("keeps dispatched steps: their leases outlive the object", async ({ expect }) => {
    const lease = await runInDurableObject(stub("evicted"), async (object) => {
      object.start("run", INGEST);
      await vi.waitUntil(() => object.dispatched.length === 1);
      return object.dispatched[0]?.[0]?.lease ?? "";
    });
    await evictDurableObject(stub("evicted"));
    await runInDurableObject(stub("evicted"), (object) => {
      expect(object.kernel.settle(lease, { kind: "completed", output: 1 })).toBe(true);
      expect(object.dispatched).toEqual([]);
      expect(object.settled).toMatchObject([{ status: "completed", outputs: { file: 1 } }]);
    });
  });

  it("begins by the alarm when its object was aborted before the first round", async ({
    expect,
  }) => {
    await runInDurableObject(stub("not-woken"), (object) => {
      object.create();
      object.kernel.start({ id: "run", definition: INGEST, input: null });
    });
    await evictDurableObject(stub("not-woken"));
    await runDurableObjectAlarm(stub("not-woken"));
    await runInDurableObject(stub("not-woken"), async (object) => {
      await vi.waitUntil(() => object.kernel.view("run")?.steps["file"]?.phase === "claimed");
      expect(object.kernel.view("run")?.steps["file"]?.attempt).toBe(1);
    });
  });
});
