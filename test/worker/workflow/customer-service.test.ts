import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, it, vi } from "vitest";

import { objectName } from "../../../src/knowledge/scope.ts";
import type { RunBody } from "../../../src/workflow/runs/show-run.ts";
import { createSupport, type Support, DISCLAIMER, HARD, SIMPLE } from "./support-cases.ts";

let project: Support["project"];
let openCase: Support["openCase"];
let openHardCase: Support["openHardCase"];

beforeAll(async () => {
  ({ project, openCase, openHardCase } = await createSupport());
}, 30_000);

const findStep = ({ steps }: RunBody, name: string) => steps.find((step) => step.name === name);

describe("the customer service", () => {
  it("answers at once what the policies support", async ({ expect }) => {
    const { id, calls } = await openCase(SIMPLE);
    const run = await project.settled(id);

    expect(run).toMatchObject({
      status: "completed",
      output: {
        status: "answered",
        text: `You can return an item within 30 days of delivery.\n\n${DISCLAIMER}`,
        citations: [{ filename: "returns.md" }],
      },
    });
    expect(findStep(run, "customer")?.output).toMatchObject({ rows: [{ name: "Ada" }] });
    expect(await calls()).toEqual(["GET /orders"]);
  });

  it("answers a customer about their own orders", async ({ expect }) => {
    const { id } = await openCase("Is my office chair late?", { email: "Ada@Example.com" });
    const run = await project.settled(id);

    expect(run.output).toMatchObject({ status: "answered", citations: [{ filename: "orders" }] });
    expect(run.output).toMatchObject({
      text: expect.stringContaining("A-1002 (office chair) is late"),
    });
  });

  it("answers a person who is not a customer yet", async ({ expect }) => {
    const { id } = await openCase(SIMPLE, { email: "bob@example.com", order_id: null });

    expect((await project.settled(id)).output).toMatchObject({ status: "answered" });
  });

  it("hands over an answer that breaks a rule, and sends it when a person approves", async ({
    expect,
  }) => {
    const { id, decide, run, notes } = await openHardCase();
    const { event } = run.waiting_for[0] ?? {};
    const waitMs = (run.waiting_for[0]?.until ?? 0) * 1_000 - Date.now();
    const noted = await notes();
    const received = await decide({ approved: true, text: null });
    const ended = await project.settled(id);

    expect(run).toMatchObject({
      status: "running",
      waiting_for: [
        { step: "approval", signal: "approval", requires: ["actor", "reason", "event"] },
      ],
    });
    expect(waitMs).toBeGreaterThan(23.9 * 3_600_000);
    expect(waitMs).toBeLessThanOrEqual(24 * 3_600_000);
    expect(noted.notes).toEqual([
      { run: id, text: `A question about this order was handed to a person: ${HARD}` },
    ]);
    expect(received.json).toEqual({ status: "consumed", step: "approval" });
    expect(ended.output).toMatchObject({ status: "approved", text: DISCLAIMER });
    expect(findStep(ended, "approval")?.output).toMatchObject({
      actor: "Grace",
      reason: "I know",
      event,
    });
    expect(await notes()).toEqual(noted);
  });

  it("sends the person's own text, without citations", async ({ expect }) => {
    const { id, decide } = await openHardCase();
    // The maximum length of a reason.
    await decide(
      { approved: true, text: "You get 150 euros." },
      { reason: "because ".repeat(500) },
    );

    expect((await project.settled(id)).output).toEqual({
      status: "approved",
      text: "You get 150 euros.",
      citations: [],
    });
  });

  it("removes the note when a person rejects", async ({ expect }) => {
    const { id, decide, notes, calls } = await openHardCase();
    await decide({ approved: false });
    const run = await project.settled(id);

    expect(run).toMatchObject({
      status: "failed",
      output: null,
      error: { step: "decision", message: "Rejected by Grace: I know (rule 'approved')" },
    });
    expect(findStep(run, "note")?.undo).toMatchObject({ status: "completed" });
    expect((await calls()).at(-1)).toBe(`DELETE /orders/A-1002/notes/${id}`);
    expect(await notes()).toEqual({ notes: [] });
  });

  it.for([null, {}, { approved: "yes" }, "approved"])(
    "treats %j as a rejection: only true approves",
    async (payload, { expect }) => {
      const { id, decide } = await openHardCase();
      await decide(payload);

      expect(await project.settled(id)).toMatchObject({
        status: "failed",
        error: { message: expect.stringContaining("Rejected by Grace") },
      });
    },
  );

  it("undoes once when the undo is repeated after the object was lost", async ({ expect }) => {
    const { id, decide, notes, calls, script } = await openHardCase();
    const undoings = async () => (await calls()).filter((call) => call.startsWith("DELETE"));
    await script("silent");
    await decide({ approved: false });
    await vi.waitUntil(async () => (await undoings()).length === 1, { timeout: 5_000 });
    await abortAllDurableObjects();
    const run = await project.settled(id);

    expect(run.status).toBe("failed");
    expect(findStep(run, "note")?.undo).toMatchObject({ status: "completed", attempt: 2 });
    expect(await undoings()).toHaveLength(2);
    expect(await notes()).toEqual({ notes: [] });
  });

  it("refuses politely after 24 hours without a decision", async ({ expect }) => {
    const { id, decide } = await openHardCase();
    const object = env.RUNS.getByName(objectName(project.scope, id));
    await runInDurableObject(object, (_object, { storage }) => {
      storage.sql.exec("UPDATE kernel_step SET due = 1 WHERE step = 'approval'");
    });
    await runDurableObjectAlarm(object);
    const run = await project.settled(id);
    const late = await decide({ approved: true });

    expect(run).toMatchObject({
      status: "completed",
      output: { status: "refused", citations: [], text: expect.stringMatching(/^We are sorry/) },
    });
    expect(late.status).toBe(409);
    expect(late.json.error.code).toBe("run_settled");
  });
});
