import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { newKey, newResponseId } from "../../../src/ids.ts";
import {
  type AnsweringProject,
  createAnsweringProject,
  openConversationStub,
  useScriptedModel,
} from "../conversation/answering-project.ts";
import { ageJobs, openLane } from "../lanes/lane-calls.ts";
import { addRow, becomeDue, loseAlarm, readAlarm, readRow, type Row, sweep } from "./index-rows.ts";

const MODEL = "swept";
const MINUTE = 60_000;

beforeEach(() => {
  useScriptedModel(MODEL);
  // Locally, an object that starts sends lost messages again by itself.
  Object.assign(env, { LOCAL: "" });
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(env, { LOCAL: "1" });
});

/** Makes the queues lose the next `count` batches of messages. */
function loseMessages(count: number) {
  const queue: typeof env.GENERATE_DEFAULT = Object.getPrototypeOf(env.GENERATE_DEFAULT);
  const lost = { count: 0 };
  const spy = vi.spyOn(queue, "sendBatch");
  for (let n = 0; n < count; n++) {
    spy.mockImplementationOnce(async () => {
      lost.count++;
      return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
    });
  }
  return lost;
}

const ask = (script: string) => ({
  model: MODEL,
  input: `Is water wet? ${crypto.randomUUID()} #${script}`,
});

/** Lets a minute pass for an open response, whose object starts again, and waits for its row. */
async function passMinute(project: AnsweringProject, id: string): Promise<Row> {
  const stub = openConversationStub(project, id);
  await runInDurableObject(stub, (_object, { storage }) => {
    storage.sql.exec("UPDATE response SET created_at = created_at - 61");
  });
  await evictDurableObject(stub);
  await project.client.responses.retrieve(id);
  return await vi.waitUntil(async () => await readRow(id), { timeout: 5_000 });
}

async function loseAnswer() {
  const project = await createAnsweringProject();
  const lost = loseMessages(1);
  const { id } = await project.client.responses.create({ ...ask("uncited"), background: true });
  await vi.waitUntil(() => lost.count > 0, { timeout: 5_000 });
  const stub = openConversationStub(project, id);
  const until = async (status: string) =>
    await vi.waitUntil(
      async () => (await project.client.responses.retrieve(id)).status === status,
      { timeout: 20_000, interval: 20 },
    );
  return { project, id, stub, until };
}

describe("the sweep of responses", () => {
  it("finishes an answer whose message and whose alarm were lost", async ({ expect }) => {
    const { project, id, stub, until } = await loseAnswer();
    const early = await readRow(id);
    const entered = await passMinute(project, id);
    await loseAlarm(stub);

    await becomeDue();
    await sweep();
    await until("completed");

    expect(early).toBeNull();
    expect(entered).toMatchObject({ kind: "response" });
    expect(entered.pokeAt - entered.seenAt).toBe(5 * MINUTE);
    await becomeDue();
    await sweep();
    expect(await readRow(id)).toBeNull();
  });

  it("looks at it again after five minutes while it goes on", async ({ expect }) => {
    const { project, id, stub } = await loseAnswer();
    await passMinute(project, id);
    await becomeDue();

    await sweep();

    const row = await readRow(id);
    const wait = (row?.pokeAt ?? 0) - Date.now();
    expect(Math.abs(wait - 5 * MINUTE)).toBeLessThan(MINUTE);
    expect(await readAlarm(stub)).not.toBeNull();
  });

  it("leaves it open without the sweep", async ({ expect }) => {
    const { project, id, stub } = await loseAnswer();
    await passMinute(project, id);
    await loseAlarm(stub);

    await scheduler.wait(1_000);

    expect((await project.client.responses.retrieve(id)).status).toBe("queued");
    expect(await readAlarm(stub)).toBeNull();
  });

  it("need not know an answer whose message and alarm are lost within the first minute: its lane sends it again", async ({
    expect,
  }) => {
    const { project, id, stub, until } = await loseAnswer();
    await loseAlarm(stub);
    const lane = openLane(`lane:${project.scope.region}:default`);

    await ageJobs(lane, 9);
    await runDurableObjectAlarm(lane.stub());
    await until("completed");

    expect(await readRow(id)).toBeNull();
  });

  it("writes no row for an answer that is done within a minute, and removes a row that is left", async ({
    expect,
  }) => {
    const project = await createAnsweringProject();
    const done = await project.client.responses.create(ask("uncited"));
    const { projectId } = project.scope;
    const never = newResponseId(newKey());

    const row = await readRow(done.id);
    for (const id of [done.id, never]) await addRow("response", id, projectId);
    await sweep();

    expect([row, await readRow(done.id), await readRow(never)]).toEqual([null, null, null]);
    const tables = await runInDurableObject(openConversationStub(project, never), (_o, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '_cf%'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("moves its turn when a signal ends a long wait", async ({ expect }) => {
    const project = await createAnsweringProject();
    const waits = { use: "signal@1", with: { name: "go", timeout: "7d" } };
    const own = await project.save(
      { ask: waits, rest: { use: "sleep@1", with: { for: "30s" }, needs: ["ask"] } },
      { text: "Done." },
    );
    const { id } = await project.client.responses.create({
      ...ask("uncited"),
      background: true,
      ...own,
    });
    await project.until(id, (run) => run.waiting_for.length > 0);
    const before = await passMinute(project, id);

    await project.post(`/runs/${id}/signals/go`);
    await vi.waitUntil(async () => (await readRow(id))?.pokeAt !== before.pokeAt, {
      timeout: 5_000,
    });

    const after = await readRow(id);
    expect(before.pokeAt - before.seenAt).toBe(60 * MINUTE);
    expect((after?.pokeAt ?? 0) - (after?.seenAt ?? 0)).toBe(5 * MINUTE);
    await project.client.responses.cancel(id);
  });
});
