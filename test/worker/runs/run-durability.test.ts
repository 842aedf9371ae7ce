import {
  abortAllDurableObjects,
  createScheduledController,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import service from "../../../src/index.ts";
import { objectName, type Scope } from "../../../src/knowledge/scope.ts";
import { failOnce, restoreDatabases } from "../fail-once.ts";
import { deployed } from "./run-object.ts";
import { APPROVAL, createWorkflowProject, echo, type WorkflowProject } from "./workflow-project.ts";

beforeAll(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(restoreDatabases);

const MONTH_MS = 30 * 24 * 3_600_000;
/** The original D1 method. The tests' own reads bypass the failures that they inject into the service's calls. */
const first: (this: D1PreparedStatement) => Promise<Row | null> = Reflect.get(
  Object.getPrototypeOf(env.CATALOG.prepare("SELECT 1")),
  "first",
);
type Row = { status: string; version: number; pokeAt: number | null; removedAt: number | null };
const readRow = (id: string) =>
  first.call(
    env.CATALOG.prepare(
      "SELECT status, version, poke_at AS pokeAt, removed_at AS removedAt FROM run WHERE id = ?",
    ).bind(id),
  );
const sweep = async () => await service.scheduled(createScheduledController(), env);
/** Longer than the pause after which a run's object writes its summary again. */
const SOON_MS = 10_000;
/** Runs the alarm that a run's object has set for the next seconds, at the time that it is set for. */
async function passTimeToAlarm(stub: DurableObjectStub): Promise<void> {
  const alarm = await runInDurableObject(stub, (_object, { storage }) => storage.getAlarm());
  if (alarm === null || alarm > Date.now() + SOON_MS) return;
  const time = Math.max(alarm, Date.now());
  const clock = vi.spyOn(Date, "now").mockImplementation(() => time);
  try {
    await runDurableObjectAlarm(stub);
  } finally {
    clock.mockRestore();
  }
}
/** Waits until the row of a run in D1 is as expected, without waiting for the alarm that writes it. */
const rowBecomes = (scope: Scope, id: string, isThere: (row: Row | null) => unknown) =>
  vi.waitUntil(
    async () => {
      if (isThere(await readRow(id))) return true;
      await passTimeToAlarm(env.RUNS.getByName(objectName(scope, id)));
      return isThere(await readRow(id));
    },
    { timeout: 15_000, interval: 10 },
  );
const becomeDue = async (id: string) =>
  await env.CATALOG.prepare("UPDATE run SET poke_at = 1 WHERE id = ?").bind(id).run();

describe("a deploy while runs are open", () => {
  it("completes them with their stored definition and the new code", async ({ expect }) => {
    const { save, post, waiting, settled } = await createWorkflowProject();
    const build = { use: "build@1", needs: ["ask"] };
    const { name } = await save({ ask: APPROVAL, build }, { first: "${steps.build.output}" });
    const open = (await post("/runs", { workflow: name })).json.id;
    await waiting(open);

    await save({ build: { use: "build@1" } }, { second: "${steps.build.output}" }, name);
    deployed.build = 2;
    await abortAllDurableObjects();
    const fresh = await settled((await post("/runs", { workflow: name })).json.id);
    await post(`/runs/${open}/signals/approval`);

    expect(await settled(open)).toMatchObject({ workflow_version: 1, output: { first: 2 } });
    expect(fresh).toMatchObject({ workflow_version: 2, output: { second: 2 } });
  });
});

describe("a run's object", () => {
  it("erases a run that settled 30 days ago, and then the object itself", async ({ expect }) => {
    const { scope, save, post, get, settled } = await createWorkflowProject();
    const { name } = await save({ a: echo("x") });
    const key = { "idempotency-key": newId("key_") };
    const { id } = (await post("/runs", { workflow: name }, key)).json;
    await settled(id);
    const stub = env.RUNS.getByName(objectName(scope, id));
    const alarm = () => runInDurableObject(stub, (_object, state) => state.storage.getAlarm());
    const comeDue = () =>
      runInDurableObject(stub, (_object, state) => {
        state.storage.sql.exec("UPDATE run_frame SET erase_at = 1");
      });
    await rowBecomes(scope, id, (row) => row?.status === "completed");
    const kept = Number(await alarm()) - Date.now();

    await comeDue();
    await runDurableObjectAlarm(stub);
    await vi.waitUntil(async () => (await readRow(id))?.removedAt, { timeout: 5_000 });
    const gone = [await get(`/runs/${id}`), await post("/runs", { workflow: name }, key)];
    await comeDue();
    await runDurableObjectAlarm(stub);
    const tables = await runInDurableObject(stub, (_object, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '_cf%'").toArray(),
    );

    expect(Math.abs(kept - MONTH_MS)).toBeLessThan(60_000);
    expect(gone.map(({ status }) => status)).toEqual([404, 409]);
    expect(tables).toEqual([]);
    expect(await alarm()).toBeNull();
  });

  it("starts a run that cannot be listed yet, and lists it later", async ({ expect }) => {
    const { save, post, get } = await createWorkflowProject();
    const { name } = await save({ ask: APPROVAL });
    await get("/runs");
    // The first call finds the workflow.
    failOnce(2);

    const started = await post("/runs", { workflow: name });
    const before = await readRow(started.json.id);

    expect(started.status).toBe(200);
    expect(before).toBeNull();
    await vi.waitUntil(async () => await readRow(started.json.id), {
      timeout: 15_000,
      interval: 50,
    });
    expect((await get("/runs?status=running")).json.data).toMatchObject([{ id: started.json.id }]);
  });

  it("writes few summaries for many changes", async ({ expect }) => {
    const { scope, start, settled } = await createWorkflowProject();
    const calls = failOnce(0);
    const steps = Array.from({ length: 40 }, (_none, n) => [
      `s${n}`,
      echo(n, n > 0 ? { needs: [`s${n - 1}`] } : {}),
    ]);

    const id = await start(Object.fromEntries(steps));
    await settled(id);
    await rowBecomes(scope, id, (row) => row?.status === "completed");

    expect((await readRow(id))?.version).toBeLessThanOrEqual(3);
    expect(calls.count).toBeGreaterThan(0);
  });

  it("never replaces a newer summary by an older one", async ({ expect }) => {
    const { scope, start, waiting, post } = await createWorkflowProject();
    const id = await start({ ask: APPROVAL });
    await waiting(id);
    await post(`/runs/${id}/cancel`);
    await rowBecomes(scope, id, (row) => row?.status === "cancelled");
    const before = await readRow(id);

    await env.CATALOG.prepare("UPDATE run SET version = 1000 WHERE id = ?").bind(id).run();
    await env.CATALOG.prepare("UPDATE run SET status = 'paused' WHERE id = ?").bind(id).run();
    await post(`/runs/${id}/retry`);
    await post(`/runs/${id}/cancel`);
    await becomeDue(id);
    await sweep();

    expect(before?.pokeAt).toBeNull();
    expect(await readRow(id)).toMatchObject({ version: 1000, status: "paused" });
  });
});

describe("the sweeper", () => {
  it("brings back a run whose alarm was lost", async ({ expect }) => {
    const { scope, start, waiting } = await createWorkflowProject();
    const id = await start({ nap: { use: "sleep@1", with: { for: "1s" } } });
    await waiting(id);
    const stub = env.RUNS.getByName(objectName(scope, id));
    await runInDurableObject(stub, async (_object, state) => {
      state.storage.sql.exec("UPDATE kernel_step SET due = 1");
      await state.storage.deleteAlarm();
    });
    await abortAllDurableObjects();
    const stranded = await readRow(id);
    await becomeDue(id);

    await sweep();

    expect(stranded?.status).toBe("running");
    await vi.waitUntil(async () => (await readRow(id))?.status === "completed", { timeout: 5_000 });
    expect((await readRow(id))?.pokeAt).toBeNull();
  });

  it("polls an open run again later, and removes a missing one", async ({ expect }) => {
    const { scope, start, waiting, get } = await createWorkflowProject();
    const id = await start({ ask: APPROVAL });
    await waiting(id);
    const ghost = newId("run_");
    await env.CATALOG.prepare(
      `INSERT INTO run (id, project_id, region, workflow, workflow_version, status, metadata, created_at, updated_at, version, poke_at)
       VALUES (?, ?, 'auto', 'x', 1, 'running', '{}', 1, 1, 1, 1)`,
    )
      .bind(ghost, scope.projectId)
      .run();
    await becomeDue(id);

    await sweep();

    expect(Number((await readRow(id))?.pokeAt) - Date.now()).toBeGreaterThan(4 * 60_000);
    expect((await readRow(ghost))?.removedAt).not.toBeNull();
    expect((await get("/runs")).json.data.map((run) => run.id)).toEqual([id]);
    await env.CATALOG.prepare("UPDATE run SET removed_at = 1 WHERE id = ?").bind(ghost).run();
    await sweep();
    expect(await readRow(ghost)).toBeNull();
  });
});

/** Runs through a workflow's whole life: saved, run, listed, deleted, and gone from the list. */
async function liveAndDie({ scope, post, get, call, settled }: WorkflowProject) {
  const persist = async (send: () => ReturnType<typeof call>) => {
    for (let attempt = 1; ; attempt++) {
      const answered = await send();
      if (answered.status !== 503 || attempt > 3) return answered.json;
    }
  };
  const key = { "idempotency-key": newId("key_") };
  await persist(() => post("/workflows", { name: "life", steps: { a: echo(1) } }));
  const { id } = await persist(() => post("/runs", { workflow: "life" }, key));
  const { status } = await settled(id);
  await rowBecomes(scope, id, (row) => row?.status === "completed");
  const { data } = await persist(() => get("/runs?status=completed"));
  await persist(() => call("DELETE", `/runs/${id}`));
  await rowBecomes(scope, id, (row) => row?.removedAt);
  return { status, listed: data.map((run) => run.id === id) };
}

describe("a database that fails once", () => {
  it("causes only a retry, at any call", async ({ expect }) => {
    const counted = await createWorkflowProject();
    const counting = failOnce(0);
    await liveAndDie(counted);
    const total = counting.count;
    expect(total).toBeGreaterThan(6);

    for (let failing = 1; failing <= total; failing++) {
      restoreDatabases();
      const project = await createWorkflowProject();
      const calls = failOnce(failing);
      expect({ failing, ...(await liveAndDie(project)) }).toEqual({
        failing,
        status: "completed",
        listed: [true],
      });
      expect(calls.count).toBeGreaterThanOrEqual(failing);
    }
  }, 120_000);
});
