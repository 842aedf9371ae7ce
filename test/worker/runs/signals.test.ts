import { describe, it } from "vitest";

import { APPROVAL, createWorkflowProject, DECISION, echo } from "./workflow-project.ts";

const SAID = "${steps.ask.output}";

describe("POST /v1/runs/{id}/signals/{name}", () => {
  it("is received once by the waiting step, and becomes its output", async ({ expect }) => {
    const { start, waiting, settled, post } = await createWorkflowProject();
    const id = await start({ ask: DECISION }, null, { said: SAID });
    const [wait] = (await waiting(id)).waiting_for;
    const decision = {
      payload: { approved: true },
      actor: "ann",
      reason: "It is fine",
      event: wait?.event,
      id: "decision-1",
    };

    const taken = await post(`/runs/${id}/signals/approval`, decision);
    const again = await post(`/runs/${id}/signals/approval`, decision);
    const run = await settled(id);
    const late = await post(`/runs/${id}/signals/approval`, decision);

    expect(wait).toEqual({
      step: "ask",
      for: "signal",
      signal: "approval",
      requires: ["actor", "reason"],
      event: expect.any(Number),
      until: expect.any(Number),
    });
    expect(Number(wait?.until) - run.created_at).toBeGreaterThan(86_000);
    for (const { status, json } of [taken, again, late]) {
      expect({ status, json }).toEqual({ status: 200, json: { status: "consumed", step: "ask" } });
    }
    expect(run.output).toMatchObject({
      said: { status: "received", payload: { approved: true }, actor: "ann", event: wait?.event },
    });
  });

  it("may arrive before its step waits", async ({ expect }) => {
    const { start, settled, post } = await createWorkflowProject();
    const id = await start({
      pause: { use: "sleep@1", with: { for: "300ms" } },
      ask: { ...APPROVAL, needs: ["pause"] },
    });

    const kept = await post(
      `/runs/${id}/signals/approval`,
      { payload: 7 },
      { "idempotency-key": "k" },
    );

    expect(kept.json).toEqual({ status: "kept", step: null });
    expect((await settled(id)).output).toMatchObject({ ask: { payload: 7 } });
  });

  it("reaches a run that a step has started", async ({ expect }) => {
    const { save, start, waiting, settled, post, get } = await createWorkflowProject();
    const { name } = await save({ ask: DECISION }, SAID);
    const id = await start({
      refund: { use: "workflow@1", with: { workflow: name } },
      after: { ...echo("${steps.refund.output.payload}"), needs: ["refund"] },
    });
    const [wait] = (await waiting(id)).waiting_for;
    const body = { payload: 5, actor: "ann", reason: "yes", event: wait?.event, id: "x" };

    const stale = await post(`/runs/${id}/signals/approval`, { ...body, event: 0, id: "y" });
    const inside = await get(`/runs/${id}/steps/refund`);
    const taken = await post(`/runs/${id}/signals/approval`, body);
    const run = await settled(id);
    const again = await post(`/runs/${id}/signals/approval`, body);

    expect(wait?.step).toBe("refund/ask");
    expect(stale.json.error.code).toBe("signal_stale");
    expect(inside.json).toMatchObject({
      object: "workflow.run.step",
      status: "waiting",
      run: { status: "running", steps: [{ name: "ask", status: "waiting" }] },
    });
    expect((await get(`/runs/${id}/steps/refund%2Fask`)).json).toMatchObject({ name: "ask" });
    expect([taken.json, again.json]).toEqual([
      { status: "consumed", step: "ask" },
      { status: "consumed", step: "ask" },
    ]);
    expect(run.output).toEqual({ after: 5 });
  });

  it("decides about a step that has failed permanently", async ({ expect }) => {
    const { start, waiting, settled, post } = await createWorkflowProject();
    const id = await start({ charge: { use: "fatal@1", on_exhausted: "human" } });
    const [wait] = (await waiting(id)).waiting_for;
    const say = (payload: unknown) =>
      post(`/runs/${id}/signals/charge`, {
        payload,
        actor: "ann",
        reason: "It was done by hand",
        event: wait?.event,
      });

    const undecided = await say({ action: "dance" });
    const decided = await say({ action: "skip", output: "by hand" });

    expect(wait).toMatchObject({ step: "charge", for: "decision", signal: "charge" });
    expect(undecided).toMatchObject({
      status: 400,
      json: { error: { code: "signal_incomplete" } },
    });
    expect(decided.json).toEqual({ status: "consumed", step: "charge" });
    expect((await settled(id)).output).toEqual({ charge: "by hand" });
  });

  it("is refused without its whole name or id, which may be long", async ({ expect }) => {
    const { start, waiting, post } = await createWorkflowProject();
    const id = await start({ ask: DECISION });
    const [wait] = (await waiting(id)).waiting_for;
    const unknown = await post(`/runs/${id}/signals/${"n".repeat(8_000)}`, { actor: "ann" });
    const said = { actor: "ann", reason: "yes", event: wait?.event, id: "i".repeat(255) };
    await post(`/runs/${id}/signals/approval`, said);
    const reused = await post(`/runs/${id}/signals/approval`, { ...said, reason: "no" });

    expect(unknown.json.error?.code).toBe("signal_unknown");
    expect(unknown.json.error?.message).not.toMatch(/n{201}/);
    expect(reused.json.error?.code).toBe("signal_reused");
    expect(reused.json.error?.message).not.toMatch(/i{201}/);
  });

  it("is refused with a reason when no step waits for it", async ({ expect }) => {
    const { start, waiting, settled, post } = await createWorkflowProject();
    const id = await start({ ask: DECISION });
    const [wait] = (await waiting(id)).waiting_for;
    const said = { actor: "ann", reason: "yes", event: wait?.event };
    const send = async (name: string, body: object, headers: HeadersInit = {}) => {
      const answered = await post(`/runs/${id}/signals/${name}`, body, headers);
      const retry = answered.headers.get("x-should-retry");
      return [answered.status, answered.json.error?.code, retry];
    };

    expect(await send("approvel", said)).toEqual([404, "signal_unknown", null]);
    expect(await send("approval", { actor: "ann" })).toEqual([400, "signal_incomplete", null]);
    expect(await send("approval", { ...said, event: 0 })).toEqual([409, "signal_stale", "false"]);
    expect(await send("approval", { ...said, event: 99 })).toEqual([409, "signal_stale", "false"]);
    expect(await send("approval", { ...said, event: "1" })).toEqual([400, "invalid_request", null]);
    expect(await send("approval", { ...said, id: "a" }, { "idempotency-key": "b" })).toEqual([
      400,
      "invalid_request",
      null,
    ]);
    const large = { ...said, payload: "x".repeat(300_000) };
    expect(await send("approval", large)).toEqual([413, "payload_too_large", null]);
    expect((await send("approval", { ...said, id: "a" }))[0]).toBe(200);
    expect(await send("approval", { ...said, id: "a", reason: "no" })).toEqual([
      422,
      "signal_reused",
      null,
    ]);
    await settled(id);
    expect(await send("approval", said)).toEqual([409, "run_settled", "false"]);
  });

  it("is refused as not awaited after the step has received its answer", async ({ expect }) => {
    const { start, waiting, until, post } = await createWorkflowProject();
    const id = await start({
      ask: APPROVAL,
      rest: { use: "sleep@1", with: { for: "1h" }, needs: ["ask"] },
    });
    await waiting(id);
    await post(`/runs/${id}/signals/approval`, {});
    await until(id, (run) => run.waiting_for[0]?.for === "time");

    const second = await post(`/runs/${id}/signals/approval`, {});

    expect(second).toMatchObject({ status: 409, json: { error: { code: "signal_not_awaited" } } });
    expect(second.headers.get("x-should-retry")).toBe("false");
  });
});
