import { describe, it, vi } from "vitest";

import { ended, only, within } from "./objects/kernels.ts";

describe("an object that was never created", () => {
  it("answers and writes nothing", async ({ expect }) => {
    await within("never", async (object, state) => {
      expect(object.kernel.view("run")).toBeNull();
      expect(object.kernel.holds("nonce/step/run")).toBeNull();
      expect(object.kernel.renew("nonce/step/run")).toBe(false);
      expect(object.kernel.settle("nonce/step/run", { kind: "completed", output: 1 })).toBe(false);
      expect(object.kernel.cancel("run")).toBe(false);
      object.kernel.forget("run");
      object.kernel.arm();
      await object.alarm();

      const tables = state.storage.sql.exec(
        "SELECT name FROM sqlite_master WHERE name NOT LIKE '^_cf^_%' ESCAPE '^'",
      );
      expect(tables.toArray()).toEqual([]);
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });
});

describe("an object whose storage was emptied", () => {
  it("ignores late reports, like an object that was never created", async ({ expect }) => {
    await within("emptied", async (object, state) => {
      object.start("run", only("file@1"));
      await vi.waitUntil(() => object.dispatched.length === 1);
      const lease = object.dispatched[0]?.[0]?.lease ?? "";
      await state.storage.deleteAll();

      expect(object.kernel.settle(lease, { kind: "completed", output: 1 })).toBe(false);
      expect(object.kernel.view("run")).toBeNull();
      await object.alarm();
    });
  });
});

describe("the event log", () => {
  it("cannot be changed, and is erased only with its run", async ({ expect }) => {
    await within("events", async (object, state) => {
      object.start("run", only("echo@1"));
      await ended(object);
      const { sql } = state.storage;
      expect(() => sql.exec("UPDATE kernel_event SET at = 0")).toThrow("append-only");
      expect(() => sql.exec("DELETE FROM kernel_event")).toThrow("append-only");

      object.kernel.forget("run");
      expect(object.rows("kernel_event")).toEqual([]);
      expect(object.rows("kernel_step")).toEqual([]);
      expect(object.kernel.view("run")).toBeNull();
    });
  });
});
