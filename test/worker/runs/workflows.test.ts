import { describe, it } from "vitest";

import { APPROVAL, createWorkflowProject, echo } from "./workflow-project.ts";

const starts = (workflow: string) => ({ use: "workflow@1", with: { workflow } });

describe("POST /v1/workflows", () => {
  it("counts versions by name and returns the latest one for an unchanged body", async ({
    expect,
  }) => {
    const { post, get } = await createWorkflowProject();
    const first = { name: "refund", steps: { a: echo(1) } };
    const second = { name: "refund", steps: { a: echo(2) }, description: "The other" };

    const saved = [first, first, second, second, first].map(
      (body) => async () => (await post("/workflows", body)).json,
    );
    const versions: unknown[] = [];
    for (const save of saved) versions.push(await save());

    expect(versions).toMatchObject([
      { object: "workflow", name: "refund", version: 1, hash: expect.stringMatching(/^\w{64}$/) },
      { version: 1 },
      { version: 2, description: "The other", steps: second.steps },
      { version: 2 },
      // An earlier version that is saved again becomes a new version.
      { version: 3, steps: first.steps },
    ]);
    expect((await get("/workflows/refund")).json).toMatchObject({ version: 3 });
    expect((await get("/workflows/refund?version=2")).json).toMatchObject({ version: 2 });
    expect((await get("/workflows/refund@1")).json).toMatchObject({ version: 1 });
    expect((await get("/workflows/refund?version=4")).status).toBe(404);
    const listed = await get("/workflows/refund/versions?limit=2");
    expect(listed.json).toMatchObject({ data: [{ version: 3 }, { version: 2 }], has_more: true });
    const rest = await get("/workflows/refund/versions?after=2");
    expect(rest.json).toMatchObject({ data: [{ version: 1 }], has_more: false });
  });

  it("creates one version for concurrent identical requests", async ({ expect }) => {
    const { post } = await createWorkflowProject();
    const body = { name: "once", steps: { a: echo(1) } };

    const saved = await Promise.all(Array.from({ length: 8 }, () => post("/workflows", body)));

    expect(new Set(saved.map(({ json }) => json.id)).size).toBe(1);
    expect(saved[0]?.json).toMatchObject({ version: 1 });
  });

  it("lists every problem, and the first one in the error too", async ({ expect }) => {
    const { post } = await createWorkflowProject();

    const { status, json } = await post("/workflows", {
      name: "wrong",
      steps: {
        a: echo(1, { needs: ["b"] }),
        b: echo(1, { needs: ["a"] }),
        c: echo("${steps.nowhere.output}"),
        d: { use: "nothing@1" },
        e: echo(1, { when: "input. >" }),
      },
    });

    expect(status).toBe(400);
    expect(json).toMatchObject({
      error: { code: "invalid_workflow", type: "invalid_request_error" },
      errors: expect.arrayContaining([
        expect.objectContaining({ code: "cycle" }),
        expect.objectContaining({ path: "steps.c.with.value", code: "unknown_reference" }),
        expect.objectContaining({ path: "steps.d.use", code: "unknown_handler" }),
        expect.objectContaining({ path: "steps.e.when", code: "bad_expression" }),
      ]),
    });
    const [first] = Reflect.get(json, "errors");
    expect(json.error.message).toContain(first.message);
    expect(json.error.param).toBe(first.path);
  });

  it("reports missing workflows together with other problems", async ({ expect }) => {
    const { post } = await createWorkflowProject();
    const other = await createWorkflowProject();
    await other.post("/workflows", { name: "theirs", steps: { a: echo(1) } });
    await post("/workflows", { name: "mine", steps: { a: echo(1) } });
    const named = ["mine", "mine@1", "answer", "mine@2", "theirs", "theirs"];
    const steps = Object.fromEntries(named.map((name, n) => [`s${n}`, starts(name)]));

    const refused = await post("/workflows", { name: "all", steps });
    const both = await post("/workflows", {
      name: "all",
      steps: { ...steps, s6: echo("${nowhere}") },
    });
    const many = Object.fromEntries(
      Array.from({ length: 21 }, (_none, n) => [`s${n}`, starts(`w${n}`)]),
    );

    expect(refused.json).toMatchObject({
      error: { code: "invalid_workflow" },
      errors: ["mine@2", "theirs", "theirs"].map((name, n) => ({
        path: `steps.s${n + 3}.with.workflow`,
        code: "unknown_workflow",
        message: `There is no workflow "${name}": save it first`,
      })),
    });
    expect(Reflect.get(both.json, "errors")).toHaveLength(4);
    expect((await post("/workflows", { name: "many", steps: many })).json).toMatchObject({
      errors: [{ path: "steps", code: "too_large" }],
    });
  });

  const mistakes: readonly (readonly [string, object, string])[] = [
    ["no steps", { name: "x" }, "invalid_workflow"],
    ["steps that are a list", { name: "x", steps: [] }, "invalid_workflow"],
    ["an empty graph", { name: "x", steps: {} }, "invalid_workflow"],
    ["a name with a slash", { name: "a/b", steps: { a: echo(1) } }, "invalid_request"],
    ["an unknown member", { name: "x", steps: { a: echo(1) }, stepz: 1 }, "unknown_parameter"],
    [
      "an unknown member of a step",
      { name: "x", steps: { a: echo(1, { nedds: [] }) } },
      "invalid_workflow",
    ],
  ];
  it.for(mistakes)("refuses %s", async ([, body, code], { expect }) => {
    const { post } = await createWorkflowProject();
    const refused = await post("/workflows", body);
    expect({ status: refused.status, code: refused.json.error.code }).toEqual({
      status: 400,
      code,
    });
  });

  it("refuses 10,000 steps with one message", async ({ expect }) => {
    const { post } = await createWorkflowProject();
    const steps = Object.fromEntries(
      Array.from({ length: 10_000 }, (_none, n) => [
        `s${n}`,
        echo(n, n ? { needs: [`s${n - 1}`] } : {}),
      ]),
    );

    const refused = await post("/workflows", { name: "huge", steps });

    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ errors: [{ code: "too_many_steps" }] });
  });
});

describe("DELETE /v1/workflows/{name}", () => {
  it("deletes every version and continues to count when the name is used again", async ({
    expect,
  }) => {
    const { call, post, get, waiting } = await createWorkflowProject();
    const body = { name: "refund", steps: { a: APPROVAL } };
    await post("/workflows", { name: "refund", steps: { a: echo(1) } });
    const latest = (await post("/workflows", body)).json;
    const run = (await post("/runs", { workflow: "refund" })).json;

    const removed = await call("DELETE", "/workflows/refund");

    expect(removed.json).toEqual({
      id: latest.id,
      object: "workflow.deleted",
      name: "refund",
      deleted: true,
    });
    const gone = ["refund", "refund@2", "refund?version=1", "refund/versions"];
    for (const path of gone) expect((await get(`/workflows/${path}`)).status).toBe(404);
    expect((await get("/workflows")).json.data).toEqual([]);
    expect((await post("/runs", { workflow: "refund@2" })).status).toBe(404);
    expect((await call("DELETE", "/workflows/refund")).status).toBe(404);
    expect(await waiting(run.id)).toMatchObject({ workflow: "refund", workflow_version: 2 });
    // The same body as the last version, but a new version.
    expect((await post("/workflows", body)).json).toMatchObject({ version: 3 });
    expect((await get("/workflows/refund/versions")).json.data).toHaveLength(1);
  });

  it("lets the built-in of that name answer again", async ({ expect }) => {
    const { call, post, get, client } = await createWorkflowProject();
    const answer = {
      name: "answer",
      steps: { say: echo("Mine.") },
      output: "${ steps.say.output }",
    };
    const ask = async () => (await client.responses.create({ input: "?" })).output_text;
    expect((await call("DELETE", "/workflows/answer")).status).toBe(404);
    await post("/workflows", answer);
    const own = await ask();

    await call("DELETE", "/workflows/answer");

    expect(own).toBe("Mine.");
    expect(await ask()).not.toBe("Mine.");
    expect((await get("/workflows/answer")).json).toMatchObject({ version: 0 });
  });
});

describe("GET /v1/workflows", () => {
  it("pages through the latest versions in both directions", async ({ expect }) => {
    const { post, get } = await createWorkflowProject();
    for (const name of ["a", "b", "c"])
      await post("/workflows", { name, steps: { s: echo(name) } });
    await post("/workflows", { name: "a", steps: { s: echo("again") } });
    const names = async (query: string) => {
      const { json } = await get(`/workflows?${query}`);
      const found = json.data.map((one) => String(Reflect.get(one, "name")));
      return { names: found.join(), more: json.has_more, json };
    };

    const all = await names("limit=2");
    const [first, last] = [all.json.data[0]?.id, all.json.data[1]?.id];

    expect(all).toMatchObject({ names: "a,c", more: true });
    expect(await names(`limit=2&after=${last}`)).toMatchObject({ names: "b", more: false });
    expect(await names("order=asc")).toMatchObject({ names: "b,c,a" });
    expect(await names(`before=${last}`)).toMatchObject({ names: "a", more: false });
    expect(await names(`limit=1&order=asc&before=${first}`)).toMatchObject({
      names: "c",
      more: true,
    });
  });

  it("draws a workflow on request", async ({ expect }) => {
    const { post, fetch } = await createWorkflowProject();
    await post("/workflows", {
      name: "drawn",
      steps: { a: echo(1), b: echo(2, { needs: ["a"] }) },
    });

    const [byQuery, byAccept] = await Promise.all([
      fetch("/workflows/drawn?format=mermaid"),
      fetch("/workflows/drawn", { headers: { accept: "text/vnd.mermaid" } }),
    ]);

    expect(byQuery.headers.get("content-type")).toBe("text/vnd.mermaid; charset=utf-8");
    const text = await byQuery.text();
    expect(text).toMatch(/^flowchart TD\n[^]*s0 --> s1/);
    expect(await byAccept.text()).toBe(text);
  });
});
