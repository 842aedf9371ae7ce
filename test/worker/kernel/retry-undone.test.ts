import { describe, it } from "vitest";

import { ended, graph, pair, RETRY, until, within } from "./objects/kernels.ts";

describe("a retry of a run that has undone its work", () => {
  it("repeats undone steps under new keys and keeps the others", async ({ expect }) => {
    await within("retry undone", async (object) => {
      const steps = {
        kept: { use: "note@1" },
        done: pair(["kept"]),
        end: { use: "gate@1", needs: ["done"], retry: { ...RETRY, attemptsMax: 1 } },
      };
      object.start("run", graph(steps));
      await until(() => object.gates.has("end"));
      object.gates.get("end")?.reject(new Error("no"));
      await ended(object);
      object.log.length = 0;
      object.gates.clear();
      expect(object.kernel.retry("run", null)).toBe(true);
      await until(() => object.gates.has("end"));
      object.gates.get("end")?.resolve("yes");
      expect(await ended(object, 2)).toMatchObject({
        status: "completed",
        outputs: { end: "yes" },
      });
      expect(object.log).toEqual(["run:done~1", "end:1"]);
    });
  });

  it("gives map items new keys too, and starts another run for a sub-workflow", async ({
    expect,
  }) => {
    await within("retry undone items", async (object) => {
      const steps = {
        each: pair([], { map: { over: "input", concurrency: 5 } }),
        child: { use: "workflow@1", with: { workflow: "child" } },
        end: { use: "gate@1", needs: ["each", "child"], retry: { ...RETRY, attemptsMax: 1 } },
      };
      object.start("run", graph(steps), [1, 2], { child: graph({ x: pair() }) });
      await until(() => object.gates.has("end"));
      object.gates.get("end")?.reject(new Error("no"));
      await ended(object);
      object.log.length = 0;
      object.gates.clear();
      object.kernel.retry("run", null);
      await until(() => object.gates.has("end"));
      object.gates.get("end")?.resolve("yes");
      expect(await ended(object, 2)).toMatchObject({ status: "completed" });
      expect(object.log.toSorted()).toEqual(
        ["end:1", "run/child~1:x", "run:each[0]~1", "run:each[1]~1"].toSorted(),
      );
    });
  });
});
