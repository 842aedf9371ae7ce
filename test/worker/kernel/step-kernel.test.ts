import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import type { Definition } from "../../../src/kernel/definition.ts";
import type { KernelObject } from "./kernel-object.ts";

const within = <T>(name: string, use: (object: KernelObject) => T | Promise<T>) =>
  runInDurableObject(env.TEST_KERNELS.getByName(name), use);

const SEQUENCE: Definition = {
  name: "sequence",
  steps: {
    retrieve: { use: "echo@1" },
    generate: { use: "effect@1", needs: ["retrieve"] },
    finish: { use: "echo@1", needs: ["generate"] },
  },
};

describe("a run", () => {
  it("goes through its steps at once, without an alarm", async ({ expect }) => {
    await within("sequence", async (object) => {
      object.start("run", SEQUENCE, "why?");
      await vi.waitUntil(() => object.settled.length > 0);

      expect(object.kernel.view("run")).toMatchObject({ status: "completed" });
      expect(object.settled).toMatchObject([
        { id: "run", status: "completed", input: "why?", outputs: { generate: { attempt: 1 } } },
      ]);
    });
  });
});
