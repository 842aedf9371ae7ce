import { describe, it } from "vitest";

import { newId } from "../../../src/ids.ts";
import { attempts, openGate, reopen } from "./run-object.ts";
import { APPROVAL, createWorkflowProject, echo } from "./workflow-project.ts";

describe("a run that is controlled by its client", () => {
  it("is cancelled once and stays cancelled", async ({ expect }) => {
    const { start, waiting, post } = await createWorkflowProject();
    const id = await start({ ask: APPROVAL, b: echo(1, { needs: ["ask"] }) });
    await waiting(id);

    const cancelled = await post(`/runs/${id}/cancel`);
    const again = await post(`/runs/${id}/cancel`);

    expect(cancelled.json).toMatchObject({ status: "cancelled", waiting_for: [] });
    expect(again).toMatchObject({ status: 200, json: { status: "cancelled" } });
    const resumed = await post(`/runs/${id}/resume`);
    expect(resumed).toMatchObject({ status: 409, json: { error: { code: "run_settled" } } });
    expect(resumed.headers.get("x-should-retry")).toBe("false");
    expect((await post(`/runs/${id}/pause`)).json.error.code).toBe("run_settled");
  });

  it("begins no work while it is paused, and continues after a resume", async ({ expect }) => {
    const { start, waiting, settled, post } = await createWorkflowProject();
    const id = await start({ ask: APPROVAL, b: echo("b", { needs: ["ask"] }) });
    await waiting(id);

    const paused = await post(`/runs/${id}/pause`);
    const again = await post(`/runs/${id}/pause`);
    await post(`/runs/${id}/signals/approval`);
    const held = await waiting(id);
    const resumed = await post(`/runs/${id}/resume`);

    const statuses = [paused.json, again.json, held].map((run) => Reflect.get(run, "status"));
    expect(statuses).toEqual(["paused", "paused", "paused"]);
    expect(held.waiting_for).toMatchObject([{ step: "b", for: "resume" }]);
    expect(resumed.status).toBe(200);
    expect(await settled(id)).toMatchObject({ status: "completed", output: { b: "b" } });
  });

  it("retries the failed steps, or from the given step", async ({ expect }) => {
    const { start, settled, until, post } = await createWorkflowProject();
    const gate = newId("gate_");
    openGate(gate).reject(new Error("closed"));
    const id = await start({
      a: echo(1),
      b: { use: "gate@1", with: gate, needs: ["a"], retry: { attempts: 1 } },
    });
    const failed = await settled(id);
    const unknown = await post(`/runs/${id}/retry`, { from: "nowhere" });
    reopen(gate).resolve("open");

    const retried = await post(`/runs/${id}/retry`);
    const completed = await until(id, ({ status }) => status === "completed");
    const nothing = await post(`/runs/${id}/retry`);
    const from = await post(`/runs/${id}/retry`, { from: "b" });
    await until(id, ({ status }) => status === "completed");

    expect(failed).toMatchObject({ status: "failed", error: { step: "b", message: "closed" } });
    expect(unknown).toMatchObject({ status: 400, json: { error: { param: "from" } } });
    expect(retried.json).toMatchObject({ status: "running", settled_at: null });
    expect(completed).toMatchObject({ output: { b: "open" }, error: null });
    expect(nothing).toMatchObject({ status: 409, json: { error: { code: "run_not_retryable" } } });
    expect(from.status).toBe(200);
    // A retry of failed work has the same effect key; work that is done again has a new one.
    const keys = attempts.filter((key) => key.startsWith(id));
    expect(keys).toEqual([`${id}:b`, `${id}:b`, `${id}:b~1`]);
  });

  it("is neither resumed while nothing waits, nor retried while it runs", async ({ expect }) => {
    const { start, waiting, post, call } = await createWorkflowProject();
    const id = await start({ ask: APPROVAL });
    await waiting(id);

    const answers = [
      await post(`/runs/${id}/resume`),
      await post(`/runs/${id}/retry`),
      await call("DELETE", `/runs/${id}`),
    ];

    expect(answers.map(({ status, json }) => [status, json.error.code])).toEqual([
      [409, "run_not_resumable"],
      [409, "run_not_retryable"],
      [409, "run_in_progress"],
    ]);
  });

  it("is erased when it is deleted, and its key starts no other run", async ({ expect }) => {
    const { save, post, get, call, settled } = await createWorkflowProject();
    const { name } = await save({ a: echo("secret") });
    const key = { "idempotency-key": newId("key_") };
    const { id } = (await post("/runs", { workflow: name }, key)).json;
    await settled(id);

    const deleted = await call("DELETE", `/runs/${id}`);

    expect(deleted.json).toEqual({ id, object: "workflow.run.deleted", deleted: true });
    for (const path of [`/runs/${id}`, `/runs/${id}/events`, `/runs/${id}/events?stream=true`]) {
      expect((await get(path)).status).toBe(404);
    }
    expect((await call("DELETE", `/runs/${id}`)).status).toBe(404);
    expect((await get("/runs")).json.data).toEqual([]);
    expect(await post("/runs", { workflow: name }, key)).toMatchObject({
      status: 409,
      json: { error: { code: "run_deleted" } },
    });
  });
});
