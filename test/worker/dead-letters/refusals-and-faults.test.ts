import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import { verdicts } from "../runs/run-object.ts";
import { APPROVAL, echo } from "../runs/workflow-project.ts";
import { createFailingProject } from "./failing-project.ts";

let project: Awaited<ReturnType<typeof createFailingProject>>;

beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  project = await createFailingProject();
});
afterEach(() => void vi.restoreAllMocks());

describe("a redrive that is refused", () => {
  it("names the reason: running, deleted, discarded, unknown or expired", async ({ expect }) => {
    const [running, deleted, discarded, expired] = [
      await project.failRun(),
      await project.failRun(),
      await project.failRun(),
      await project.failRun(),
    ];
    verdicts.set(running.name, "never");
    await project.post(`/runs/${running.id}/retry`);
    await project.call("DELETE", `/runs/${deleted.id}`);
    const discard = await project.letters.call("DELETE", `/${discarded.letter.id}`);
    await env.CATALOG.prepare("UPDATE job_letter SET died_at = ? WHERE id = ?")
      .bind(Date.now() - 31 * 24 * 3_600_000, expired.letter.id)
      .run();

    const runs = await project.letters.redrive(running.letter.id);
    const gone = await project.letters.redrive(deleted.letter.id);

    expect(runs).toMatchObject({ status: 409, json: { error: { code: "not_redrivable" } } });
    expect(runs.json.error.message).toContain("Wait until it ends");
    expect((await project.letters.get(running.letter.id)).json.status).toBe("redriven");
    expect(gone).toMatchObject({ status: 409, json: { error: { code: "not_redrivable" } } });
    expect(gone.json.error.message).toContain(`No run found with id '${deleted.id}'`);
    expect(discard.json).toMatchObject({ id: discarded.letter.id, deleted: true });
    for (const id of [discarded.letter.id, expired.letter.id, newId("dl_"), "no id"]) {
      for (const [method, path] of [
        ["POST", "/redrive"],
        ["GET", ""],
        ["DELETE", ""],
      ] as const) {
        expect(await project.letters.call(method, `/${id}${path}`)).toMatchObject({
          status: 404,
          json: { error: { code: "not_found" } },
        });
      }
    }
    expect((await project.letters.list()).map(({ id }) => id).toSorted()).toEqual(
      [running.letter.id, deleted.letter.id].toSorted(),
    );
  });

  it("does not bring a discarded letter back when its entry is written again", async ({
    expect,
  }) => {
    const { id, letter } = await project.failRun();
    await project.letters.call("DELETE", `/${letter.id}`);

    await runInDurableObject(project.stubOf(id), (_object, { storage }) => {
      storage.sql.exec("UPDATE dead_letter SET due = 1");
      return storage.setAlarm(Date.now());
    });
    await vi.waitUntil(async () => await project.isWritten(id), { timeout: 10_000 });

    expect(await project.letters.list()).toEqual([]);
  });
});

const database: D1Database = Object.getPrototypeOf(env.CATALOG);
// oxlint-disable-next-line typescript/unbound-method -- it is called on its database
const { batch } = database;

/** Starts a run that fails for good once it gets the signal `approval`. */
async function startWaiting() {
  const id = await project.start({ ask: APPROVAL, charge: { use: "fatal@1", needs: ["ask"] } });
  await project.waiting(id);
  return id;
}

/** Makes the first batch wait for ever, before or after it is carried out. Returns how many do. */
function stopAtBatch(point: "before" | "after") {
  const stopped = { count: 0 };
  vi.spyOn(database, "batch").mockImplementation(async function <Row>(
    this: D1Database,
    statements: D1PreparedStatement[],
  ): Promise<D1Result<Row>[]> {
    const isFirst = stopped.count === 0;
    if (isFirst && point === "before") stopped.count++;
    else {
      const results = await batch.call<
        D1Database,
        [D1PreparedStatement[]],
        Promise<D1Result<Row>[]>
      >(this, statements);
      if (!isFirst) return results;
      stopped.count++;
    }
    return await new Promise(() => {});
  });
  return stopped;
}

describe("the letter of a run that died", () => {
  it("is written once when D1 fails at the first write", async ({ expect }) => {
    const id = await startWaiting();
    vi.spyOn(database, "batch").mockRejectedValueOnce(new Error("D1_ERROR: away"));
    await project.post(`/runs/${id}/signals/approval`);
    await project.settled(id);

    await vi.waitUntil(async () => (await project.letters.list()).length > 0, { timeout: 15_000 });

    expect(await project.letters.list()).toHaveLength(1);
  });

  it("is written once, wherever the process dies on the way", async ({ expect }) => {
    for (const point of ["before", "after"] as const) {
      const id = await startWaiting();
      const stopped = stopAtBatch(point);
      await project.post(`/runs/${id}/signals/approval`);
      await vi.waitUntil(() => stopped.count > 0, { timeout: 10_000 });

      await abortAllDurableObjects();
      vi.restoreAllMocks();
      await project.get(`/runs/${id}`);

      await vi.waitUntil(async () => await project.isWritten(id), { timeout: 15_000 });
      const own = (await project.letters.list()).filter(({ job }) => job.run_id === id);
      expect(own).toMatchObject([{ status: "open", attempts: 1 }]);
    }
  });

  it("is known to an object that has started again", async ({ expect }) => {
    const { id, name, letter } = await project.failRun();
    await vi.waitUntil(async () => await project.isWritten(id), { timeout: 10_000 });
    await evictDurableObject(project.stubOf(id));

    verdicts.set(name, "paid");
    await project.letters.redrive(letter.id);

    expect(await project.letters.until(letter.id, "completed")).toMatchObject({ id: letter.id });
    const left = await vi.waitUntil(
      async () =>
        await runInDurableObject(project.stubOf(id), (_object, { storage }) => {
          const rows = storage.sql.exec("SELECT job FROM dead_letter").toArray();
          return rows.length === 0 && { rows };
        }),
      { timeout: 10_000 },
    );
    expect(left.rows).toEqual([]);
  });

  it("costs a run that does not die no table", async ({ expect }) => {
    const id = await project.start({ thank: echo("thanks") });
    await project.settled(id);

    const tables = await runInDurableObject(project.stubOf(id), (_object, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'dead_letter'").toArray(),
    );
    expect(tables).toEqual([]);
  });
});
