import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import { err } from "../../../src/result.ts";
import { scheduledRuns } from "../../../src/wiring/scheduled-runs.ts";
import { createProject } from "../project.ts";
import { call, create, createOwner, Page, Problem, DAILY, seconds, Schedule } from "./calls.ts";
import { readAlarm, fakeRuns, START, openScheduleStub } from "./schedule.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("/v1/schedules", () => {
  it("creates a schedule, shows its next ticks, and finds it again", async ({ expect }) => {
    fakeRuns();
    const project = await createOwner();
    const response = await call(project, "POST", "", {
      ...DAILY,
      input: { of: ["sales"] },
      metadata: { team: "a" },
    });
    const created = Schedule.parse(await response.json());
    expect(response.status).toBe(200);
    expect(created).toEqual({
      id: created.id,
      object: "workflow.schedule",
      created_at: START / 1000,
      ...DAILY,
      input: { of: ["sales"] },
      catch_up: "latest",
      overlap: "skip",
      paused: false,
      metadata: { team: "a" },
      next_at: seconds("2031-03-01T08:00:00Z"),
      next_times: [1, 2, 3, 4, 5].map((day) => seconds(`2031-03-0${day}T08:00:00Z`)),
      last_at: null,
      last_run_id: null,
      waiting: 0,
      skipped: 0,
      last_error: null,
    });
    expect(await (await call(project, "GET", `/${created.id}`)).json()).toEqual(created);
  });

  it.for([
    [{ cron: "0 0 9 * * *" }, "cron", "no seconds"],
    [{ cron: "61 * * * *" }, "cron", "Invalid value for minute: 61"],
    [{ cron: "0 0 30 2 *" }, "cron", "matches no date"],
    [{ time_zone: "Berlin" }, "time_zone", "IANA"],
    [{ time_zone: "+02:00" }, "time_zone", "IANA"],
    [{ workflow: "no such name" }, "workflow", "name@version"],
    [{ workflow: "report@0" }, "workflow", "name@version"],
    [{ workflow: "report@2" }, "workflow", "The workflow 'report@2' does not exist"],
    [{ workflow: "nobody_has_it" }, "workflow", "The workflow 'nobody_has_it' does not exist"],
    [{ catch_up: "some" }, "catch_up", ""],
    [{ overlap: "none" }, "overlap", ""],
    [{ input: "x".repeat(1_000_000) }, "input", "1000000 bytes"],
    [{ timezone: "UTC" }, "timezone", "Unknown parameter"],
  ] as const)("refuses %j by name", async ([wrong, param, words], { expect }) => {
    const project = await createOwner();
    const { id } = await create(project);
    for (const path of ["", `/${id}`]) {
      const body = path ? wrong : { ...DAILY, ...wrong };
      const refused = await call(project, "POST", path, body);
      const { error } = Problem.parse(await refused.json());
      expect({ path, status: refused.status, param: error.param }).toEqual({
        path,
        status: 400,
        param,
      });
      expect(error.message).toContain(words);
    }
  });

  it("writes nothing for a schedule that it refuses", async ({ expect }) => {
    const project = await createOwner();
    await call(project, "POST", "", { ...DAILY, cron: "nope" });
    const listed = Page.parse(await (await call(project, "GET", "")).json());
    expect(listed.data).toEqual([]);
  });

  it("changes only the given members", async ({ expect }) => {
    fakeRuns();
    const project = await createOwner();
    const created = await create(project, { input: 1 });
    const changes = {
      cron: "@hourly",
      time_zone: "UTC",
      input: null,
      overlap: "queue",
      catch_up: "all",
      workflow: "other",
      metadata: { a: "b" },
    };
    const updated = await (await call(project, "POST", `/${created.id}`, changes)).json();
    expect(updated).toMatchObject({
      ...changes,
      next_at: seconds("2031-03-01T01:00:00Z"),
      paused: false,
      created_at: created["created_at"],
    });
    const paused = await (await call(project, "POST", `/${created.id}`, { paused: true })).json();
    expect(paused).toMatchObject({ ...changes, paused: true, next_at: null });
    expect(paused).toHaveProperty("next_times.length", 5);
  });

  it("lists a project's schedules, newest first, with their freshness", async ({ expect }) => {
    const { clock } = fakeRuns();
    const project = await createOwner();
    const ids: string[] = [];
    for (const name of ["a", "b", "c"]) {
      vi.useFakeTimers({ now: START + ids.length, toFake: ["Date"] });
      ids.push((await create(project, { workflow: name })).id);
      vi.useRealTimers();
    }
    clock.now += 60_000;
    await call(project, "POST", `/${ids[1]}`, { paused: true });
    const page = Page.parse(await (await call(project, "GET", "?limit=2")).json());
    expect(page).toMatchObject({ has_more: true, first_id: ids[2], last_id: ids[1] });
    expect(page.data).toMatchObject([
      { workflow: "c", paused: false, as_of: START / 1000 },
      { workflow: "b", paused: true, as_of: START / 1000 + 60 },
    ]);
    const rest = Page.parse(await (await call(project, "GET", `?after=${ids[1]}`)).json());
    expect(rest.data.map(({ id }) => id)).toEqual([ids[0]]);
    const before = await call(project, "GET", `?before=${ids[0]}&limit=1`);
    expect(Page.parse(await before.json()).data.map(({ id }) => id)).toEqual([ids[1]]);
  });

  it("deletes a schedule, which is then not found", async ({ expect }) => {
    const project = await createOwner();
    const { id } = await create(project);
    const deleted = await call(project, "DELETE", `/${id}`);
    expect(await deleted.json()).toEqual({
      id,
      object: "workflow.schedule.deleted",
      deleted: true,
    });
    for (const method of ["GET", "POST", "DELETE"]) {
      const body = method === "POST" ? {} : undefined;
      expect((await call(project, method, `/${id}`, body)).status).toBe(404);
    }
    expect(Page.parse(await (await call(project, "GET", "")).json()).data).toEqual([]);
  });

  it("starts a run on request, once for each Idempotency-Key", async ({ expect }) => {
    const { runs } = fakeRuns();
    const project = await createOwner();
    const { id } = await create(project);
    const trigger = async (key?: string) =>
      await call(
        project,
        "POST",
        `/${id}/trigger`,
        undefined,
        key ? { "idempotency-key": key } : {},
      );
    const first = await trigger("k");
    expect(first.status).toBe(202);
    const body = await first.json();
    expect(body).toEqual({
      object: "workflow.schedule.trigger",
      schedule_id: id,
      run_id: runs.asked[0]?.runId,
      at: START / 1000,
    });
    expect(await (await trigger("k")).json()).toEqual(body);
    await trigger();
    await trigger();
    expect(runs.made.size).toBe(3);
    expect((await trigger("k".repeat(256))).status).toBe(400);
  });

  it("reports why a triggered run cannot be started", async ({ expect }) => {
    fakeRuns();
    const project = await createOwner();
    const { id } = await create(project);
    vi.mocked(scheduledRuns.start).mockResolvedValueOnce(
      err({ code: "not_found", message: "No workflow found with id 'report@3'." }),
    );
    const refused = await call(project, "POST", `/${id}/trigger`);
    expect(refused.status).toBe(404);
    expect(Problem.parse(await refused.json()).error.message).toContain("report@3");
  });
});

describe("a schedule of another project", () => {
  it("is answered like a missing one, and does not change", async ({ expect }) => {
    const { runs } = fakeRuns();
    const [owner, stranger] = [await createOwner(), await createProject()];
    const { id } = await create(owner);
    const before = await (await call(owner, "GET", `/${id}`)).json();
    const requests: [string, string, object?][] = [
      ["GET", ""],
      ["POST", "", { paused: true }],
      ["DELETE", ""],
      ["POST", "/trigger"],
    ];
    for (const [method, path, body] of requests) {
      const unknown = newId("sched_");
      const answers = await Promise.all(
        [id, unknown, "sched_nonsense"].map(async (asked) => {
          const response = await call(stranger, method, `/${asked}${path}`, body);
          const { error } = Problem.parse(await response.json());
          return { status: response.status, ...error, message: error.message.replace(asked, "ID") };
        }),
      );
      expect(answers[0]).toEqual({
        status: 404,
        code: "not_found",
        message: "No schedule found with id 'ID'.",
        param: null,
      });
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      const probed = openScheduleStub(stranger.scope, unknown);
      const tables = await runInDurableObject(probed, (_object, { storage }) =>
        storage.sql.exec("SELECT name FROM sqlite_master WHERE name = '_migrations'").toArray(),
      );
      expect(tables).toEqual([]);
    }
    expect(Page.parse(await (await call(stranger, "GET", "")).json()).data).toEqual([]);
    expect(await (await call(owner, "GET", `/${id}`)).json()).toEqual(before);
    expect(runs.asked).toEqual([]);
  });
});

describe("GET /v1/schedules of a workflow", () => {
  it("lists those of any of its versions, and of no other with the same beginning", async ({
    expect,
  }) => {
    fakeRuns();
    const project = await createOwner();
    const ofVersion = await create(project);
    const ofName = await create(project, { workflow: "report" });
    const other = await create(project, { workflow: "a" });
    const list = async (workflow: string) => {
      const page = await (await call(project, "GET", `?workflow=${workflow}`)).json();
      return Page.parse(page).data.map(({ id }) => id);
    };
    expect(new Set(await list("report"))).toEqual(new Set([ofVersion.id, ofName.id]));
    expect(await list("report@1")).toEqual([ofVersion.id]);
    expect(await list("a")).toEqual([other.id]);
    expect(await list("repor")).toEqual([]);
  });
});

describe("when the database of the lists fails", () => {
  it("answers without it, and updates the lists later", async ({ expect }) => {
    const { clock } = fakeRuns();
    const project = await createOwner();
    const statement: D1PreparedStatement = Object.getPrototypeOf(env.CATALOG.prepare("SELECT 1"));
    const failing = vi
      .spyOn(statement, "run")
      .mockRejectedValue(new Error("D1_ERROR: Network connection lost."));
    const { id } = await create(project);
    expect((await call(project, "GET", `/${id}`)).status).toBe(200);
    const list = async () =>
      Page.parse(await (await call(project, "GET", "")).json()).data.map((item) => item.id);
    expect(await list()).toEqual([]);
    failing.mockRestore();
    const stub = openScheduleStub(project.scope, id);
    clock.now = (await readAlarm(stub)) ?? 0;
    expect(clock.now).toBe(START + 30_000);
    await runInDurableObject(stub, (object) => object.alarm());
    expect(await list()).toEqual([id]);

    vi.spyOn(statement, "run").mockRejectedValueOnce(
      new Error("D1_ERROR: Network connection lost."),
    );
    expect((await call(project, "DELETE", `/${id}`)).status).toBe(200);
    expect((await call(project, "GET", `/${id}`)).status).toBe(404);
    clock.now += 30_000;
    await runInDurableObject(stub, (object) => object.alarm());
    expect(await list()).toEqual([]);
    expect(await readAlarm(stub)).toBeNull();
  });
});
