import { describe, it, vi } from "vitest";

import { ended, only, within } from "./objects/kernels.ts";

describe("the alarm", () => {
  it("is set to the earliest due time of the kernel and of the object's own work", async ({
    expect,
  }) => {
    await within("other-due", async (object, state) => {
      object.create();
      const tomorrow = Date.now() + 86_400_000;
      object.due = tomorrow;
      object.kernel.arm();
      expect(await state.storage.getAlarm()).toBe(tomorrow);

      object.start("run", only("gate@1"));
      await vi.waitUntil(() => object.gates.size === 1);
      const heartbeat = (await state.storage.getAlarm()) ?? 0;
      expect(heartbeat).toBeGreaterThan(Date.now() + 25_000);
      expect(heartbeat).toBeLessThanOrEqual(Date.now() + 30_000);

      object.gates.get("only")?.resolve(1);
      await ended(object);
      expect(await state.storage.getAlarm()).toBe(tomorrow);
      object.aheadMs = 86_400_001;
      await object.alarm();
      expect(object.log).toContain("due");
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });

  it("postpones own work of the object that throws, and still runs steps", async ({ expect }) => {
    await within("due-throws", async (object, state) => {
      object.create();
      object.due = Date.now();
      object.dueFailures = 1;
      object.kernel.start({ id: "run", definition: only("echo@1"), input: null });
      await object.alarm();
      await ended(object);
      expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now() + 4_000);

      object.aheadMs = 5_001;
      await object.alarm();
      expect(object.log).toEqual(["due", "due"]);
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });

  it("renews the lease of a local step that is still at work", async ({ expect }) => {
    await within("heartbeat", async (object) => {
      object.start("run", only("gate@1"));
      await vi.waitUntil(() => object.gates.size === 1);
      for (let beat = 0; beat < 5; beat++) {
        object.aheadMs += 30_000;
        await object.alarm();
      }
      object.gates.get("only")?.resolve("slow but sure");

      expect(await ended(object)).toMatchObject({ outputs: { only: "slow but sure" } });
      expect(object.kernel.view("run")?.steps["only"]?.attempt).toBe(1);
    });
  });
});
