import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { beforeAll, beforeEach, describe, it, vi } from "vitest";

import { createProject } from "../project.ts";
import { DECISION, echo } from "../runs/workflow-project.ts";
import {
  createWorkflowCalls,
  createAnsweringProject,
  type AnsweringProject,
  useScriptedModel,
} from "./answering-project.ts";
import { collect } from "./collect.ts";

const MODEL = "interrupted";
const APPROVED = {
  draft: echo("A draft."),
  approval: { ...DECISION, needs: ["draft"] },
};
const ANSWER = "${ steps.draft.output } Approved by ${ steps.approval.output.actor }.";
const DECIDED = { payload: true, actor: "ann", reason: "fine" };

let project: AnsweringProject;

beforeAll(() => useScriptedModel(MODEL));
beforeEach(async () => {
  project = await createAnsweringProject();
});

const ask = { model: "extractive-1", input: "May I?" };
const waiting = (id: string) => project.until(id, (run) => run.waiting_for.length > 0);

describe("a response whose workflow waits", () => {
  it("is in progress until the signal arrives", async ({ expect }) => {
    const { client, save, post } = project;
    const flow = await save(APPROVED, ANSWER);
    const queued = await client.responses.create({ ...ask, ...flow, background: true });
    const run = await waiting(queued.id);

    expect(run).toMatchObject({
      id: queued.id,
      object: "workflow.run",
      workflow: flow.workflow,
      workflow_version: 1,
      status: "running",
      input: { question: "May I?", history: [], vector_store_ids: [] },
      waiting_for: [{ step: "approval", signal: "approval", requires: ["actor", "reason"] }],
    });
    expect((await client.responses.retrieve(queued.id)).status).toBe("in_progress");
    const refused = await post(`/runs/${queued.id}/signals/approval`, { payload: true });
    const taken = await post(`/runs/${queued.id}/signals/approval`, DECIDED);

    expect([refused.status, taken.status]).toEqual([400, 200]);
    await expect
      .poll(async () => await client.responses.retrieve(queued.id))
      .toMatchObject({ status: "completed", output_text: "A draft. Approved by ann." });
    const late = await post(`/runs/${queued.id}/signals/approval`, DECIDED);
    expect(late.status).toBe(409);
  });

  it.for([
    ["a signal", { wait: DECISION }],
    ["a time", { wait: { use: "sleep@1", with: { for: "1h" } } }],
  ] as const)("is in progress when it begins by waiting for %s", async ([, steps], { expect }) => {
    const { client, save } = project;
    const flow = await save(steps, "Done.");
    const { workflow } = await save({ sub: { use: "workflow@1", with: flow } }, "Done.");
    for (const named of [flow, { workflow }]) {
      const queued = await client.responses.create({ ...ask, ...named, background: true });

      await expect
        .poll(async () => (await client.responses.retrieve(queued.id)).status)
        .toBe("in_progress");
      await client.responses.cancel(queued.id);
      const events = await collect(await client.responses.retrieve(queued.id, { stream: true }));
      expect(events.map(({ type }) => type)).toEqual([
        "response.created",
        "response.queued",
        "response.in_progress",
        "response.incomplete",
      ]);
      expect(events.map((event) => event.sequence_number)).toEqual([0, 1, 2, 3]);
    }
  });

  it("shows its run, events and graph, which exist as long as its own events", async ({
    expect,
  }) => {
    const { client, save, fetch, post, run } = project;
    const flow = await save(APPROVED, ANSWER);
    const { id } = await client.responses.create({ ...ask, ...flow, background: true });
    await waiting(id);
    const events = await fetch(`/runs/${id}/events?stream=true`);
    await post(`/runs/${id}/signals/approval`, DECIDED);

    const streamed = (await events.text()).match(/^event: .*$/gm);
    expect(streamed?.at(0)).toBe("event: run.started");
    expect(streamed?.at(-1)).toBe("event: run.completed");
    const page: { data: { type: string }[] } = await (await fetch(`/runs/${id}/events`)).json();
    expect(page.data.map(({ type }) => `event: ${type}`)).toEqual(streamed);
    expect(await (await fetch(`/runs/${id}?format=mermaid`)).text()).toContain("approval");
    expect(await (await fetch(`/runs/${id}/steps/draft`)).json()).toMatchObject({
      output: "A draft.",
    });
    expect(await run(id)).toMatchObject({
      status: "completed",
      output: "A draft. Approved by ann.",
    });
    for (const path of ["retry", "pause", "resume", "cancel"]) {
      const refused = await post(`/runs/${id}/${path}`);
      expect({ path, ok: refused.ok }).toEqual({ path, ok: false });
    }
    expect((await fetch(`/runs/${id}`, { method: "DELETE" })).status).toBe(400);
  });

  it("shows the run of the built-in workflow too", async ({ expect }) => {
    const { client, run } = project;
    const { id } = await client.responses.create(ask);

    expect(await run(id)).toMatchObject({
      id,
      workflow: "answer",
      workflow_version: 0,
      status: "completed",
      steps: [{ name: "retrieve" }, { name: "generate" }],
    });
  });

  it("is cancelled with its run, and its run with it", async ({ expect }) => {
    const { client, save, post, run } = project;
    const flow = await save(APPROVED, ANSWER);
    const request = { ...ask, ...flow, background: true };
    const [first, second] = [
      await client.responses.create(request),
      await client.responses.create(request),
    ];
    await waiting(first.id);
    await waiting(second.id);

    expect((await client.responses.cancel(first.id)).status).toBe("cancelled");
    expect((await run(first.id)).status).toBe("cancelled");
    expect((await post(`/runs/${second.id}/cancel`)).status).toBe(200);
    expect((await client.responses.retrieve(second.id)).status).toBe("cancelled");
    expect((await post(`/runs/${second.id}/signals/approval`, DECIDED)).status).toBe(409);
  });

  it("continues in the same stream after its object was reset, and ends once", async ({
    expect,
  }) => {
    const { client, save, post } = project;
    const flow = await save(APPROVED, ANSWER);
    const stream = await client.responses.create({ ...ask, ...flow, stream: true });
    const events: ResponseStreamEvent[] = [];
    let id = "";
    for await (const event of stream) {
      events.push(event);
      if (event.type !== "response.created") continue;
      id = event.response.id;
      await waiting(id);
      await abortAllDurableObjects();
      await post(`/runs/${id}/signals/approval`, DECIDED);
    }

    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, n) => n));
    expect(events.filter(({ type }) => type === "response.completed")).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ response: { output: [{ type: "message" }] } });
    expect(await collect(await client.responses.retrieve(id, { stream: true }))).toEqual(events);
  });

  it("is continued in the same stream by the step that was writing it", async ({ expect }) => {
    const { client, save } = project;
    const flow = await save({
      find: { use: "answer.retrieve@1" },
      write: { use: "answer.generate@1", needs: ["find"], retry: { base: "10ms" } },
      after: echo("noted", { needs: ["write"] }),
    });
    const input = `Is water wet? ${crypto.randomUUID()} #pauses-once`;
    const request = { model: MODEL, input, ...flow, stream: true as const };
    const events: ResponseStreamEvent[] = [];
    let isReset = false;
    for await (const event of await client.responses.create(request)) {
      events.push(event);
      if (event.type !== "response.output_text.delta" || isReset) continue;
      isReset = true;
      await abortAllDurableObjects();
    }

    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, n) => n));
    const last = events.at(-1);
    if (last?.type !== "response.completed") throw new Error(`Ended with ${last?.type}`);
    const { output_text } = await client.responses.retrieve(last.response.id);
    expect(output_text.trim()).toBe("Water is wet. And so it stays.");
    expect(await project.run(last.response.id)).toMatchObject({
      status: "completed",
      steps: [{}, { name: "write", status: "completed" }, { name: "after", output: "noted" }],
    });
  });
});

describe("a project's own answer", () => {
  it("replaces the built-in one at once, and open responses keep their workflow", async ({
    expect,
  }) => {
    const { client, save, post } = project;
    expect((await client.responses.create(ask)).output_text).not.toBe("");
    await save(APPROVED, ANSWER, "answer");
    const open = await client.responses.create({ ...ask, background: true });
    await waiting(open.id);

    await save({ say: echo("By the second version.") }, "${ steps.say.output }", "answer");

    expect((await client.responses.create(ask)).output_text).toBe("By the second version.");
    const chat = await client.chat.completions.create({
      model: "extractive-1",
      messages: [{ role: "user", content: "May I?" }],
    });
    expect(chat.choices[0]?.message.content).toBe("By the second version.");
    await post(`/runs/${open.id}/signals/approval`, DECIDED);
    await expect
      .poll(async () => (await client.responses.retrieve(open.id)).output_text)
      .toBe("A draft. Approved by ann.");
    const stranger = await createProject();
    expect((await stranger.client.responses.create(ask)).output_text).not.toContain("version");
  });

  it("takes effect within 30 seconds in an isolate that has not saved it", async ({ expect }) => {
    const { client } = project;
    const other = createWorkflowCalls(project);
    await other.save({ say: echo("one") }, "${ steps.say.output }", "answer");
    expect((await client.responses.create(ask)).output_text).toBe("one");
    // As another isolate saves it: the row exists, and this isolate was not notified.
    await env.CATALOG.prepare(
      "UPDATE workflow SET definition = replace(definition, 'one', 'two') WHERE project_id = ?",
    )
      .bind(project.scope.projectId)
      .run();
    expect((await client.responses.create(ask)).output_text).toBe("one");

    const now = Date.now();
    vi.spyOn(Date, "now").mockImplementation(() => now + 30_001);
    const later = await client.responses.create(ask);
    vi.mocked(Date.now).mockRestore();

    expect(later.output_text).toBe("two");
  });
});
