import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, it, vi } from "vitest";

import { objectName } from "../../../src/knowledge/scope.ts";
import { addressObject } from "../../../src/platform/objects.ts";
import { archiveRunsDeps } from "../../../src/wiring/sweep-deps.ts";
import {
  ARCHIVE_AFTER_MS,
  ARCHIVE_FROM_BYTES,
  archiveRuns,
} from "../../../src/workflow/runs/archive-runs.ts";
import { verdicts } from "../runs/run-object.ts";
import { createWorkflowProject, echo, type WorkflowProject } from "../runs/workflow-project.ts";
import { CORPORA } from "./full-database.ts";

const PATIENCE = { timeout: 10_000, interval: 20 };
const NOW = Date.now();
const HOUR = 60 * 60_000;
const FAILING = { use: "scripted@1", with: "archived", retry: { attempts: 1 } };

/** Moves the runs of a large catalog. */
const archive = (deps: Partial<ReturnType<typeof archiveRunsDeps>> = {}) =>
  archiveRuns(
    { ...archiveRunsDeps(env), readSize: () => Promise.resolve(ARCHIVE_FROM_BYTES), ...deps },
    NOW,
  );

let project: WorkflowProject;
/** Runs that ended two days ago, oldest first, and then one of today. */
let runs: string[];

/** The ids of a list of runs. */
const list = async (query = ""): Promise<string[]> => {
  const { json } = await project.get(`/runs?${query}`);
  return json.data.map(({ id }) => id);
};

/** Goes through all pages of a list. */
async function listAll(query: string, limit = 2): Promise<string[]> {
  const ids: string[] = [];
  for (let after = ""; ; after = `&after=${ids.at(-1)}`) {
    const { json } = await project.get(`/runs?limit=${limit}&${query}${after}`);
    ids.push(...json.data.map(({ id }) => id));
    if (!json.has_more) return ids;
  }
}

const inCatalog = () =>
  env.CATALOG.prepare("SELECT id FROM run WHERE project_id = ? ORDER BY created_at")
    .bind(project.scope.projectId)
    .all<{ id: string }>()
    .then(({ results }) => results.map(({ id }) => id));

const inArchive = async () => {
  const found = await Promise.all(
    CORPORA.map((corpus) =>
      corpus
        .prepare("SELECT id FROM archived_run WHERE project_id = ?")
        .bind(project.scope.projectId)
        .all<{ id: string }>(),
    ),
  );
  return found.flatMap(({ results }) => results.map(({ id }) => id));
};

const fail = () => Promise.reject(new Error("D1_ERROR: Network connection lost."));

/** Makes a corpus database refuse archived runs, as one at its limit does. */
const fillArchive = (corpus: D1Database) =>
  corpus
    .prepare(
      "CREATE TRIGGER full_run BEFORE INSERT ON archived_run BEGIN SELECT RAISE(ABORT, 'Exceeded maximum DB size'); END",
    )
    .run();

beforeEach(async () => {
  verdicts.set("archived", new Error("no"));
  project = await createWorkflowProject();
  runs = [];
  for (let n = 0; n < 6; n++) {
    const id = await project.start(n === 1 ? { a: FAILING } : { a: echo(n) });
    await project.settled(id);
    runs.push(id);
  }
  await vi.waitUntil(async () => {
    const { json } = await project.get("/runs?status=running");
    return json.data.length === 0 && (await list()).length === 6;
  }, PATIENCE);
  const times = runs.map((id, n) => {
    const at = n === 5 ? NOW : NOW - 2 * ARCHIVE_AFTER_MS + n * HOUR;
    return env.CATALOG.prepare(
      "UPDATE run SET created_at = ?2, settled_at = ?2 + 1000 WHERE id = ?1",
    ).bind(id, at);
  });
  await env.CATALOG.batch(times);
});

describe("the archive of ended runs", () => {
  it("takes runs that ended long ago from a large catalog, and lists show them as before", async ({
    expect,
  }) => {
    const queries = [
      "order=asc",
      "order=desc",
      "status=completed",
      "status=failed",
      "order=asc&status=completed",
    ];
    const before = await Promise.all(queries.map((query) => listAll(query)));
    const { json: page } = await project.get("/runs");
    await archive();

    expect(await inCatalog()).toEqual(runs.slice(5));
    expect((await inArchive()).toSorted()).toEqual(runs.slice(0, 5).toSorted());
    expect(await Promise.all(queries.map((query) => listAll(query)))).toEqual(before);
    expect((await project.get("/runs")).json.data).toEqual(page.data);
    expect(await list(`order=asc&before=${runs[3]}&limit=2`)).toEqual([runs[1], runs[2]]);
    expect(await list(`after=${runs[2]}`)).toEqual([runs[1], runs[0]]);
    expect((await project.get(`/runs/${runs[0]}`)).json.id).toBe(runs[0]);
    // Repeated, it moves nothing more.
    await archive();
    expect(await inCatalog()).toEqual(runs.slice(5));
  });

  it("is not used while the catalog is small", async ({ expect }) => {
    await archiveRuns(archiveRunsDeps(env), NOW);
    expect(await inArchive()).toEqual([]);
    expect(await inCatalog()).toEqual(runs);
  });

  it("shows a run once while it is moved, and after an interruption", async ({ expect }) => {
    await expect(archive({ drop: fail })).rejects.toThrow("lost");
    expect([(await inCatalog()).length, (await inArchive()).length]).toEqual([6, 5]);
    expect(await listAll("order=asc")).toEqual(runs);
    await archive();
    expect((await inCatalog()).length).toBe(1);
    expect(await listAll("order=asc")).toEqual(runs);
  });

  it("leaves a run that changes while it is moved in the catalog", async ({ expect }) => {
    const deps = archiveRunsDeps(env);
    await archive({
      drop: async (moved) => {
        await env.CATALOG.prepare("UPDATE run SET version = version + 1 WHERE id = ?")
          .bind(runs[2])
          .run();
        await deps.drop(moved);
      },
    });
    expect(await inCatalog()).toEqual([runs[2], runs[5]]);
    expect(await listAll("order=asc")).toEqual(runs);
  });

  it("loses a run that is deleted", async ({ expect }) => {
    await archive();
    expect((await project.call("DELETE", `/runs/${runs[2]}`)).status).toBe(200);
    await vi.waitUntil(async () => (await inArchive()).length === 4, PATIENCE);
    expect(await listAll("order=asc")).toEqual(runs.filter((id) => id !== runs[2]));
  });

  it("loses a run that is repeated, which is in the catalog again", async ({ expect }) => {
    await archive();
    const failed = runs[1] ?? "";
    const stub = addressObject(env.RUNS, project.scope, objectName(project.scope, failed));
    await runInDurableObject(stub, (_object, { storage }) => {
      storage.sql.exec("UPDATE kernel_run SET created_at = ?", NOW - 2 * ARCHIVE_AFTER_MS);
    });
    verdicts.set("archived", "yes");
    expect((await project.post(`/runs/${failed}/retry`)).status).toBe(200);
    await vi.waitUntil(async () => (await list("status=completed")).includes(failed), PATIENCE);
    expect(await list("status=failed")).toEqual([]);
    await vi.waitUntil(async () => !(await inArchive()).includes(failed), PATIENCE);
    expect((await listAll("order=asc")).filter((id) => id === failed)).toEqual([failed]);
  });

  it("keeps the runs of projects apart", async ({ expect }) => {
    await archive();
    const other = await createWorkflowProject();
    expect((await other.get("/runs")).json.data).toEqual([]);
    const foreign = await other.get(`/runs?after=${runs[0]}`);
    expect(foreign).toMatchObject({ status: 400, json: { error: { param: "after" } } });
  });

  it("waits while every corpus database is full", async ({ expect }) => {
    await Promise.all(CORPORA.map(fillArchive));
    // Each attempt finds one of them full.
    for (let n = 0; n < 3; n++) await archive();
    expect(await inCatalog()).toEqual(runs);
    expect(await listAll("order=asc")).toEqual(runs);
    await Promise.all(CORPORA.map((corpus) => corpus.prepare("DROP TRIGGER full_run").run()));
    expect(await inArchive()).toEqual([]);
    await env.CATALOG.prepare("UPDATE corpus_shard SET full_at = NULL").run();
    await archive();
    expect((await inCatalog()).length).toBe(1);
  });
});
