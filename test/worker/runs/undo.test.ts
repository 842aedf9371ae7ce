import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import { objectName } from "../../../src/knowledge/scope.ts";
import { attempts, openGate } from "./run-object.ts";
import { createWorkflowProject, echo } from "./workflow-project.ts";

const undoneBy = (gate: string) => ({ undo: { use: "gate@1", with: gate } });

describe("a run that is undone", () => {
  it("undoes its steps in reverse order, one at a time, and then settles", async ({ expect }) => {
    const { start, settled, until, scope, post } = await createWorkflowProject();
    const id = await start({
      book: echo("booked", undoneBy("undo-book")),
      pay: echo("paid", { needs: ["book"], ...undoneBy("undo-pay") }),
      ship: { use: "fatal@1", needs: ["pay"] },
    });
    const object = env.RUNS.getByName(objectName(scope, id));
    const open = (gate: string) => runInDurableObject(object, () => openGate(gate).resolve(null));
    const begun = () => attempts.filter((key) => key.startsWith(`${id}:`));

    const undoing = await until(id, ({ status }) => status !== "running");
    await vi.waitUntil(() => begun().length > 0);
    // Only one step is being undone, even if it takes long.
    expect([undoing.status, undoing.settled_at]).toEqual(["undoing", null]);
    expect(begun()).toEqual([`${id}:pay~undo`]);
    expect(await post(`/runs/${id}/pause`)).toMatchObject({
      status: 409,
      json: { error: { code: "run_undoing", message: expect.stringContaining("is undoing") } },
    });
    await open("undo-pay");
    await vi.waitUntil(() => begun().length > 1);
    expect(begun()).toEqual([`${id}:pay~undo`, `${id}:book~undo`]);
    expect((await until(id, () => true)).status).toBe("undoing");
    await open("undo-book");

    expect(await settled(id)).toMatchObject({
      status: "failed",
      error: { step: "ship" },
      steps: [{ undo: { status: "completed" } }, { undo: { status: "completed" } }, {}],
    });
  });
});
