import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, it, vi } from "vitest";
import { z } from "zod";

import { objectName } from "../../../src/knowledge/scope.ts";
import { useScriptedModel } from "../conversation/answering-project.ts";
import { createWorkflowProject, echo, type WorkflowProject } from "./workflow-project.ts";

const MODEL = "dispatched-runs";

beforeAll(() => useScriptedModel(MODEL));
afterEach(() => void vi.restoreAllMocks());

/** Makes a `generate@1` step that the scripted model answers as `script` says. */
const write = (script: string, more: object = {}) => ({
  use: "generate@1",
  with: { model: MODEL, question: `Is water wet? ${crypto.randomUUID()} #${script}` },
  ...more,
});

const Message = z.looseObject({ runId: z.string(), lease: z.string() });
type Message = z.output<typeof Message>;

const queueClass: typeof env.GENERATE_DEFAULT = Object.getPrototypeOf(env.GENERATE_DEFAULT);

/** Collects the messages about steps that lanes send from now on. The queues get them, unless they `lose` them. */
function watchQueue(loses = 0): Message[] {
  const sent: Message[] = [];
  const sendBatch = queueClass.sendBatch.bind(env.GENERATE_DEFAULT);
  let left = loses;
  vi.spyOn(queueClass, "sendBatch").mockImplementation(async (messages) => {
    const batch = [...messages];
    for (const { body } of batch) sent.push(Message.parse(body));
    if (left-- > 0) return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
    return await sendBatch(batch);
  });
  return sent;
}

const openRun = ({ scope }: WorkflowProject, id: string) =>
  env.RUNS.getByName(objectName(scope, id));

/** Ends the lease of the claimed steps of a run, as time would. */
const endLease = async (project: WorkflowProject, id: string) => {
  await runInDurableObject(openRun(project, id), (_object, { storage }) => {
    storage.sql.exec("UPDATE kernel_step SET due = ? WHERE phase = 'claimed'", Date.now() - 1);
  });
  await runDurableObjectAlarm(openRun(project, id));
};

const isAtWork = (project: WorkflowProject, id: string) =>
  vi.waitUntil(
    async () => {
      const [step] = (await project.until(id, () => true)).steps;
      return step?.started_at ?? false;
    },
    { timeout: 20_000, interval: 10 },
  );

describe("a generate@1 step of a run", () => {
  it("is done by a consumer, and shown as in the object", async ({ expect }) => {
    const project = await createWorkflowProject();
    const sent = watchQueue();

    const id = await project.start({ write: write("uncited") });
    const run = await project.settled(id);

    expect(sent).toMatchObject([{ v: 1, scope: project.scope, runId: id }]);
    expect(JSON.stringify(sent)).not.toContain("water");
    expect(run.status).toBe("completed");
    expect(run.steps).toMatchObject([
      { use: "generate@1", status: "completed", attempt: 1, attempts: [{ attempt: 1 }] },
    ]);
    expect(run.steps[0]?.started_at).not.toBeNull();
    expect(run.output).toMatchObject({ write: { text: "The answer is two years." } });
  });

  it("stays in the object in the lane interactive", async ({ expect }) => {
    const project = await createWorkflowProject();
    const sent = watchQueue();

    const id = await project.start({ write: write("uncited", { lane: "interactive" }) });

    expect((await project.settled(id)).status).toBe("completed");
    expect(sent).toEqual([]);
  });

  it("waits in the lane batch if its definition says so", async ({ expect }) => {
    const project = await createWorkflowProject();
    const toBatch: boolean[] = [];
    const send: typeof queueClass.sendBatch = Reflect.get(queueClass, "sendBatch");
    vi.spyOn(queueClass, "sendBatch").mockImplementation(function (this: Queue, messages) {
      toBatch.push(this === env.GENERATE_BATCH);
      return send.call(this, messages);
    });

    const id = await project.start({ write: write("uncited", { lane: "batch" }) });

    expect((await project.settled(id)).status).toBe("completed");
    expect(toBatch).toEqual([true]);
  });

  it("may be an item of a map, a fallback, and a step of a sub-workflow", async ({ expect }) => {
    const project = await createWorkflowProject();
    const sent = watchQueue();
    const { name } = await project.save({ inner: write("uncited") });

    const id = await project.start({
      items: {
        ...write("uncited", { map: { over: "[1, 2]", concurrency: 2 } }),
      },
      safe: { use: "fatal@1", fallback: [write("uncited")] },
      sub: { use: "workflow@1", with: { workflow: name } },
    });
    const run = await project.settled(id);

    expect(run).toMatchObject({ status: "completed", error: null });
    expect(sent.map(({ runId }) => runId).toSorted()).toEqual([id, id, id, `${id}/sub`]);
  });

  it("gets its parameters and earlier outputs", async ({ expect }) => {
    const project = await createWorkflowProject();
    const id = await project.start(
      {
        first: echo("Is it wet, ${input}? #uncited"),
        write: {
          use: "generate@1",
          needs: ["first"],
          with: { model: MODEL, question: "${steps.first.output}" },
        },
      },
      "please",
    );

    expect((await project.settled(id)).output).toMatchObject({
      write: { text: "The answer is two years." },
    });
  });
});

describe("a generate@1 step whose consumer or message fails", () => {
  it("is done once, although its message is delivered three times", async ({ expect }) => {
    const project = await createWorkflowProject();
    const sent = watchQueue();
    const id = await project.start({ write: write("pauses-2s") });
    const [message] = await vi.waitUntil(() => sent.length > 0 && sent);
    await env.GENERATE_DEFAULT.send(message);
    await isAtWork(project, id);
    await env.GENERATE_DEFAULT.send(message);

    const run = await project.settled(id);

    expect(run).toMatchObject({ status: "completed" });
    expect(run.steps[0]?.attempts).toHaveLength(1);
  });

  it("is sent again when its message is lost, which is no attempt", async ({ expect }) => {
    const project = await createWorkflowProject();
    const sent = watchQueue(1);
    const id = await project.start({ write: write("uncited") });
    await vi.waitUntil(() => sent.length === 1);

    await endLease(project, id);

    expect((await project.settled(id)).steps).toMatchObject([{ attempt: 1 }]);
    expect(sent.map(({ runId }) => runId)).toEqual([id, id]);
  });

  it("is tried again when its consumer dies, whose late report is refused", async ({ expect }) => {
    const project = await createWorkflowProject();
    const id = await project.start({ write: write("pauses-2s") });
    await isAtWork(project, id);

    await endLease(project, id);
    const run = await project.settled(id);

    expect(run.status).toBe("completed");
    expect(run.steps).toMatchObject([{ attempt: 2, attempts: [{ error: "lost" }, {}] }]);
  });

  it("goes on after its object was reset", async ({ expect }) => {
    const project = await createWorkflowProject();
    const id = await project.start({ write: write("pauses-2s") });
    await isAtWork(project, id);

    await evictDurableObject(openRun(project, id));

    expect((await project.settled(id)).steps).toMatchObject([
      { status: "completed", attempts: [{ attempt: 1 }] },
    ]);
  });

  it("is tried again while the provider is away, then fails with words for clients", async ({
    expect,
  }) => {
    const project = await createWorkflowProject();
    const retry = { attempts: 2, base: "1ms", cap: "1ms" };

    const id = await project.start({ write: write("leaks-400", { retry }) });
    const run = await project.settled(id);

    expect(run.status).toBe("failed");
    expect(run.error?.message).not.toContain("secret");
    expect(run.error?.step).toBe("write");
  });

  it("fails at once if its parameters are not valid", async ({ expect }) => {
    const project = await createWorkflowProject();
    const steps = { write: { use: "generate@1", with: { question: "${input.text}" } } };

    const id = await project.start(steps, { text: 7 });
    const run = await project.settled(id);

    expect(run.steps).toMatchObject([{ status: "failed", attempt: 1 }]);
    expect(run.error?.message).toContain("The input of the step is not valid");
  });

  it("fails at once if an expression in its parameters does", async ({ expect }) => {
    const project = await createWorkflowProject();
    const steps = { write: { use: "generate@1", with: { question: "${input.a.b.c}" } } };

    const id = await project.start(steps, { a: 1 });
    const run = await project.settled(id);

    expect(run.error?.message).toContain("The input of write could not be evaluated");
  });
});

describe("a run with a generate@1 step that is not done yet", () => {
  it("ends at once when it is cancelled, and its step leaves the lane", async ({ expect }) => {
    const project = await createWorkflowProject();
    const sent = watchQueue(1);
    const id = await project.start({ write: write("uncited") });
    const lane = env.LANES.getByName("lane:auto:default");
    await vi.waitUntil(() => sent.length === 1);
    expect(await lane.place(id)).toBe(0);

    await project.post(`/runs/${id}/cancel`);

    expect((await project.settled(id)).status).toBe("cancelled");
    await expect.poll(() => lane.place(id)).toBeNull();
  });

  it("takes no report of a consumer after it was cancelled and deleted", async ({ expect }) => {
    const project = await createWorkflowProject();
    const id = await project.start({ write: write("pauses-2s") });
    await isAtWork(project, id);

    await project.post(`/runs/${id}/cancel`);
    const removed = await project.call("DELETE", `/runs/${id}`);

    expect(removed.status).toBe(200);
    expect((await project.get(`/runs/${id}`)).status).toBe(404);
  });

  it("goes on in the object if the build before has begun the step there", async ({ expect }) => {
    const project = await createWorkflowProject();
    const sent = watchQueue(1);
    const id = await project.start({ write: write("uncited") });
    await vi.waitUntil(() => sent.length === 1);
    await runInDurableObject(openRun(project, id), (_object, { storage }) => {
      storage.sql.exec(
        "UPDATE kernel_step SET queue = '1:generate@1', lease = 'old/write/' || run_id, due = ?",
        Date.now() + 30_000,
      );
    });

    await evictDurableObject(openRun(project, id));
    const run = await project.settled(id);

    expect(run.status).toBe("completed");
  });
});
