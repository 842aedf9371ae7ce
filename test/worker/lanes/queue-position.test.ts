import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, it, vi } from "vitest";

import { createAnsweringProject, useScriptedModel } from "../conversation/answering-project.ts";
import { createProject, type TestProject } from "../project.ts";
import { endOf, makeJobs, openLane } from "./lane-calls.ts";

const MODEL = "queue-position";

beforeAll(() => useScriptedModel(MODEL));
afterEach(() => void vi.restoreAllMocks());

/** More jobs than the first window of a lane has room for. */
const BACKLOG = 40;

const lane = openLane("lane:auto:batch");

/** Holds the queues, so that what is sent is neither delivered nor done. */
function holdQueues(): void {
  const queueClass: typeof env.GENERATE_BATCH = Object.getPrototypeOf(env.GENERATE_BATCH);
  vi.spyOn(queueClass, "sendBatch").mockResolvedValue({
    metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } },
  });
}

const askInBatch = async ({ client }: TestProject) =>
  await client.responses.create({
    model: MODEL,
    input: "Is water wet? #uncited",
    background: true,
    service_tier: "flex",
  });

const read = async ({ fetch }: TestProject, id: string, query = "") =>
  await (
    await fetch(`/responses/${id}${query}`)
  ).json<{
    status: string;
    queue_position?: number | null;
  }>();

const POSITION = "?include=edgewise.queue_position";

describe("queue_position of a response", () => {
  it("counts the answers before it, and falls as they end", async ({ expect }) => {
    holdQueues();
    const project = await createProject();
    const { projectId } = project.scope;
    await lane.submit(projectId, makeJobs("before", BACKLOG));
    const { waiting } = await lane.load();

    const { id } = await askInBatch(project);
    await vi.waitUntil(async () => (await read(project, id, POSITION)).queue_position !== null, {
      timeout: 20_000,
      interval: 20,
    });

    const first = await read(project, id, POSITION);
    expect(first).toMatchObject({ status: "queued", queue_position: waiting + 1 });
    await lane.leave(...makeJobs("before", 5).map(({ runId }) => endOf(runId)));
    await expect
      .poll(async () => (await read(project, id, POSITION)).queue_position)
      .toBe(waiting - 4);
    await lane.leave(...makeJobs("before", BACKLOG).map(({ runId }) => endOf(runId)));
    await expect.poll(async () => (await read(project, id, POSITION)).queue_position).toBe(0);
    await project.client.responses.cancel(id);
  });

  it("is shown only if the request asks for it, and only of a queued response", async ({
    expect,
  }) => {
    holdQueues();
    const project = await createProject();
    const { id } = await askInBatch(project);

    expect(await read(project, id)).not.toHaveProperty("queue_position");
    await project.client.responses.cancel(id);

    const cancelled = await read(project, id, POSITION);
    expect(cancelled.status).toBe("cancelled");
    expect(cancelled).not.toHaveProperty("queue_position");
  });
});

describe("queue_position of a run", () => {
  it("is the place of its step that waits for a consumer, if the request asks", async ({
    expect,
  }) => {
    holdQueues();
    const project = await createAnsweringProject();
    await lane.submit(project.scope.projectId, makeJobs("before run", BACKLOG));
    const { waiting } = await lane.load();
    const { workflow } = await project.save({
      draft: {
        use: "generate@1",
        lane: "batch",
        with: { question: "Is water wet? #uncited", model: MODEL },
      },
    });
    const started = await project.post("/runs", { workflow, input: {} });
    const { id } = await started.json<{ id: string }>();
    const path = `/runs/${id}`;
    const readRun = async (query = "") =>
      await (await project.fetch(path + query)).json<{ queue_position?: number | null }>();

    await expect.poll(async () => (await readRun(POSITION)).queue_position).toBe(waiting + 1);
    expect(await readRun()).not.toHaveProperty("queue_position");

    await lane.leave(...makeJobs("before run", BACKLOG).map(({ runId }) => endOf(runId)));
    await expect.poll(async () => (await readRun(POSITION)).queue_position).toBe(0);
    await project.post(`${path}/cancel`);
    await expect.poll(async () => (await readRun(POSITION)).queue_position).toBeNull();
    expect((await project.fetch(`${path}?include=usage`)).status).toBe(400);
  });
});
