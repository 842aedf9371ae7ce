import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import { objectName } from "../../../src/knowledge/scope.ts";
import { APPROVAL, createWorkflowProject, echo } from "./workflow-project.ts";

describe("POST /v1/runs", () => {
  it("runs a saved workflow and shows the outputs of its steps", async ({ expect }) => {
    const { post, settled } = await createWorkflowProject();
    await post("/workflows", {
      name: "greeting",
      steps: {
        name: echo("${input.name}"),
        greet: echo("Hello ${steps.name.output}", { needs: ["name"] }),
      },
      output: { text: "${steps.greet.output}" },
    });

    const started = await post("/runs", {
      workflow: "greeting",
      input: { name: "Ada" },
      metadata: { case: "7" },
    });
    const run = await settled(started.json.id);

    expect(started.status).toBe(200);
    expect(run).toMatchObject({
      object: "workflow.run",
      id: started.json.id,
      workflow: "greeting",
      workflow_version: 1,
      status: "completed",
      metadata: { case: "7" },
      error: null,
      waiting_for: [],
      input: { name: "Ada" },
      output: { text: "Hello Ada" },
      steps: [
        { name: "name", use: "transform@1", status: "completed", output: "Ada" },
        { name: "greet", status: "completed", output: "Hello Ada", output_bytes: 11 },
      ],
    });
  });

  it("starts one run for one Idempotency-Key, and none for another body", async ({ expect }) => {
    const { save, post, get } = await createWorkflowProject();
    const { name } = await save({ a: echo("${input}") });
    const key = { "idempotency-key": newId("key_") };
    const body = { workflow: name, input: { b: 1, a: 2 } };

    const many = await Promise.all(Array.from({ length: 6 }, () => post("/runs", body, key)));
    const reordered = await post("/runs", { input: { a: 2, b: 1 }, workflow: name }, key);
    const other = await post("/runs", { ...body, input: 2 }, key);
    const stranger = await createWorkflowProject();
    await stranger.save({ a: echo("${input}") }, undefined, name);
    const foreign = await stranger.post("/runs", body, key);

    expect(new Set([...many, reordered].map(({ json }) => json.id)).size).toBe(1);
    expect(other).toMatchObject({
      status: 422,
      json: { error: { code: "idempotency_key_reused" } },
    });
    expect(foreign.status).toBe(200);
    expect(foreign.json.id).not.toBe(many[0]?.json.id);
    expect((await get("/runs")).json.data).toHaveLength(1);
  });

  it("runs the given version, and the latest one by default", async ({ expect }) => {
    const { save, post, settled } = await createWorkflowProject();
    const { name } = await save({ a: echo(1) });
    await save({ a: echo(2) }, undefined, name);

    const started = [`${name}@1`, name].map((workflow) => post("/runs", { workflow }));
    const runs = await Promise.all(started.map(async (one) => settled((await one).json.id)));

    expect(runs).toMatchObject([
      { workflow: name, workflow_version: 1, output: { a: 1 } },
      { workflow: name, workflow_version: 2, output: { a: 2 } },
    ]);
  });

  it("refuses invalid requests to start a run", async ({ expect }) => {
    const { save, post, call } = await createWorkflowProject();
    for (const value of [1, 2]) await save({ a: echo(value) }, undefined, "gone");
    const sub = await save({ a: { use: "workflow@1", with: { workflow: "gone@2" } } });
    const above = await save({ b: { use: "workflow@1", with: { workflow: sub.name } } });
    await call("DELETE", "/workflows/gone");
    const fine = await save({ a: echo(1) });
    let deep: unknown = 1;
    for (let depth = 0; depth < 5_000; depth++) deep = [deep];
    const refusal = async (body: object, headers: HeadersInit = {}) => {
      const { status, json } = await post("/runs", body, headers);
      return { status, ...json.error };
    };

    expect(await refusal({ workflow: "nothing" })).toMatchObject({
      status: 404,
      code: "not_found",
      param: "workflow",
    });
    expect(await refusal({ workflow: "no/name" })).toMatchObject({ status: 404 });
    expect(await refusal({ workflow: `${fine.name}@2` })).toMatchObject({ status: 404 });
    expect(await refusal({ workflow: above.name })).toMatchObject({
      status: 400,
      code: "workflow_not_found",
      message: `The step 'a' of '${sub.name}' starts the workflow 'gone@2', which does not exist. Save it first.`,
    });
    expect(await refusal({ workflow: fine.name, input: "x".repeat(1_000_000) })).toMatchObject({
      status: 413,
      param: "input",
    });
    expect(await refusal({ workflow: fine.name, input: deep })).toMatchObject({
      status: 400,
      param: "input",
    });
    const long = { "idempotency-key": "k".repeat(256) };
    expect(await refusal({ workflow: fine.name }, long)).toMatchObject({ status: 400 });
  });

  it("pins a run to the versions of its workflows", async ({ expect }) => {
    const { save, start, waiting, settled, post } = await createWorkflowProject();
    const sub = await save({ a: echo("old") });
    const id = await start({
      ask: APPROVAL,
      sub: { use: "workflow@1", with: { workflow: sub.name }, needs: ["ask"] },
    });
    await waiting(id);
    await save({ a: echo("new") }, undefined, sub.name);

    await post(`/runs/${id}/signals/approval`);

    expect((await settled(id)).output).toEqual({ sub: { a: "old" } });
  });
});

describe("GET /v1/runs/{id}", () => {
  it("shows attempts, errors and times", async ({ expect }) => {
    const { start, settled } = await createWorkflowProject();
    const id = await start({
      flaky: { use: "flaky@1", retry: { base: "1ms", cap: "1ms" } },
      skipped: echo(1, { when: "false" }),
    });

    const run = await settled(id);

    const [flaky, skipped] = run.steps;
    expect(flaky).toMatchObject({
      status: "completed",
      attempt: 3,
      attempts: [
        { attempt: 1, error: "Attempt 1 failed" },
        { attempt: 2, error: "Attempt 2 failed" },
        { attempt: 3, error: null },
      ],
    });
    expect(skipped).toMatchObject({ status: "skipped", error: "condition", started_at: null });
    const times = flaky?.attempts.flatMap((one) => [one.started_at, one.ended_at ?? 0]) ?? [];
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    expect(flaky?.started_at).toBe(times[0]);
    expect(flaky?.ended_at).toBe(times[5]);
    expect(Math.abs(Number(flaky?.started_at) - run.created_at)).toBeLessThan(10);
  });

  it("omits outputs above 64 KB, which have their own endpoint", async ({ expect }) => {
    const { start, settled, get } = await createWorkflowProject();
    const id = await start({
      large: { use: "large@1", with: 100_000 },
      many: { use: "large@1", with: 10, map: { over: "[1, 2, 3]" } },
    });

    const run = await settled(id);
    const step = await get(`/runs/${id}/steps/large`);

    expect(run.output).toBeNull();
    expect(run.output_bytes).toBeGreaterThan(100_000);
    expect(run.steps[0]).toMatchObject({ output: null, output_bytes: 100_002 });
    expect(step.json).toMatchObject({ output: "x".repeat(100_000), run: null });
    expect(run.steps[1]).toMatchObject({
      output: ["xxxxxxxxxx", "xxxxxxxxxx", "xxxxxxxxxx"],
      items: [{ name: "many[0]", output: "xxxxxxxxxx" }, {}, { name: "many[2]" }],
    });
    expect((await get(`/runs/${id}/steps/many%5B1%5D`)).json).toMatchObject({ name: "many[1]" });
    expect((await get(`/runs/${id}/steps/none`)).status).toBe(404);
    expect((await get(`/runs/${id}/steps/__proto__`)).status).toBe(404);
  });

  it("fails the run, and nothing else, for an output of 5 MB", async ({ expect }) => {
    const { start, settled } = await createWorkflowProject();
    const [bad, good] = await Promise.all([
      start({ large: { use: "large@1", with: 5_000_000 } }),
      start({ small: { use: "large@1", with: 5 } }),
    ]);

    expect(await settled(bad)).toMatchObject({
      status: "failed",
      error: { step: "large", message: expect.stringMatching(/output has 5000002 bytes/) },
    });
    expect(await settled(good)).toMatchObject({ status: "completed" });
  });

  it("limits the size of a run with many large outputs", async ({ expect }) => {
    const { start, settled } = await createWorkflowProject();
    const steps = Array.from({ length: 200 }, (_none, n) => [
      `s${n}`,
      { use: "large@1", with: 60_000 },
    ]);
    const id = await start(Object.fromEntries(steps), null, "done");

    const run = await settled(id);

    expect(run.steps.filter(({ output }) => output !== null).length).toBeLessThan(80);
    expect(run.steps.every(({ output_bytes }) => output_bytes === 60_002)).toBe(true);
  });

  it("draws the states of the run on its graph", async ({ expect }) => {
    const { start, settled, fetch } = await createWorkflowProject();
    const id = await start({ a: echo(1), b: { use: "fatal@1", needs: ["a"] } });
    await settled(id);

    const drawn = await fetch(`/runs/${id}?format=mermaid`);

    expect(drawn.headers.get("content-type")).toContain("text/vnd.mermaid");
    expect(await drawn.text()).toMatch(/class s0 completed\n[^]*class s1 failed\n/);
  });

  it("writes nothing when a missing run is requested", async ({ expect }) => {
    const { scope, get, call } = await createWorkflowProject();
    const id = newId("run_");
    for (const path of ["", "/events", "/steps/a"]) {
      expect((await get(`/runs/${id}${path}`)).status).toBe(404);
    }
    expect((await call("DELETE", `/runs/${id}`)).status).toBe(404);
    expect(await env.RUNS.getByName(objectName(scope, id)).poke()).toBe(false);
    expect((await get("/runs/nonsense")).json.error).toMatchObject({ code: "not_found" });
  });
});

describe("GET /v1/runs", () => {
  it("lists by status and workflow, and reports the freshness", async ({ expect }) => {
    const { save, post, get, waiting, settled } = await createWorkflowProject();
    const [asks, does, fails] = [
      await save({ ask: APPROVAL }),
      await save({ a: echo(1) }),
      await save({ a: { use: "fatal@1" } }),
    ];
    const begin = async (workflow: { name: string }) =>
      (await post("/runs", { workflow: workflow.name })).json.id;
    const ids = [await begin(asks), await begin(does), await begin(fails), await begin(does)];
    const [first = "", second = "", third = "", fourth = ""] = ids;
    const atOnce = await get("/runs");
    await waiting(first);
    await Promise.all([second, third, fourth].map(settled));
    const list = async (query: string) => (await get(`/runs?${query}`)).json;
    const listIds = async (query: string) => (await list(query)).data.map(({ id }) => id);
    await vi.waitUntil(async () => (await listIds("status=running")).length === 1, {
      timeout: 10_000,
      interval: 50,
    });

    expect(atOnce.json.data.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(await listIds("status=completed")).toEqual([fourth, second]);
    expect(await listIds(`workflow=${does.name}&order=asc`)).toEqual([second, fourth]);
    expect(await listIds(`workflow=${does.name}&status=failed`)).toEqual([]);
    expect(await listIds(`after=${third}`)).toEqual([second, first]);
    expect(await listIds(`limit=1&before=${first}`)).toEqual([second]);
    expect((await list("limit=2")).has_more).toBe(true);
    expect(await list("status=failed")).toMatchObject({
      data: [{ id: third, status: "failed", error: { step: "a", message: "It cannot work" } }],
      // No run on the page can change any more.
      max_lag_ms: 0,
      usual_lag_ms: 1_000,
    });
    const open = await list("status=running");
    expect(open.data).toMatchObject([{ id: first, as_of: Reflect.get(open, "as_of") }]);
    expect(Reflect.get(open, "max_lag_ms")).toBeGreaterThan(0);
    expect((await get("/runs?status=nonsense")).status).toBe(400);
  });
});
