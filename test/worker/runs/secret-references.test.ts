import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, inject, it } from "vitest";

import { objectName } from "../../../src/knowledge/scope.ts";
import { callAsOperator } from "../operator.ts";
import { createWorkflowProject, echo, type WorkflowProject } from "./workflow-project.ts";

const HOST = inject("httpServer");
const VALUE = "s3cret-value-7391-and-more";
const KEY = "{{secrets.API_KEY}}";

let project: WorkflowProject;
beforeAll(async () => {
  project = await createWorkflowProject();
  await callAsOperator(project.scope, "PUT", "/grants", { http_hosts: [HOST], sql_tables: [] });
  await callAsOperator(project.scope, "PUT", "/secrets/API_KEY", { value: VALUE });
});

const call = (authorization: string) => ({
  use: "http@1",
  with: { url: `http://${HOST}/echo`, headers: { authorization } },
});
/** The part of an output that says how long the header was that the server received. */
const received = (header: string) => ({ body: { authorizationLength: header.length } });

describe("a secret's name in data", () => {
  it.for<[string, Record<string, object>]>([
    ["the input of a run", { call: call("${input}") }],
    ["a part of the input", { call: call("${input.substring(0, 9)}${input.substring(9)}") }],
    [
      "the output of a step",
      { say: echo("${input}"), call: { ...call("${steps.say.output}"), needs: ["say"] } },
    ],
    [
      "the output of a step that the definition wrote",
      { say: echo(KEY), call: { ...call("${steps.say.output}"), needs: ["say"] } },
    ],
    ["an item of a list", { call: { ...call("${item}"), map: { over: "[input]" } } }],
    ["a fallback", { call: { use: "fatal@1", fallback: [call("${input}")] } }],
  ])("is text in %s", async ([, steps], { expect }) => {
    const id = await project.start(steps, KEY, "${steps.call.output}");
    const run = await project.settled(id);

    expect(run.error).toBeNull();
    expect([run.output].flat()).toMatchObject([received(KEY)]);
  });

  it("is text in a signal, also after the object was evicted", async ({ expect }) => {
    const steps = {
      ask: { use: "signal@1", with: { name: "go" } },
      call: { ...call(`\${steps.ask.output.payload}${KEY}`), needs: ["ask"] },
    };
    const id = await project.start(steps);
    await project.waiting(id);
    await evictDurableObject(env.RUNS.getByName(objectName(project.scope, id)));
    await project.post(`/runs/${id}/signals/go`, { payload: KEY });

    expect((await project.settled(id)).output).toMatchObject({
      call: received(KEY + VALUE),
    });
  });

  it("is text in an undo, and in the input of a sub-workflow and of a schedule", async ({
    expect,
  }) => {
    const missing = "{{secrets.MISSING}}";
    const undone = await project.start(
      {
        book: { ...echo("${input}"), undo: call("${steps.book.output}") },
        fail: { use: "fatal@1", needs: ["book"] },
      },
      missing,
    );
    const child = await project.save({ call: call("${input}") }, "${steps.call.output}");
    const parent = await project.start({
      child: { use: "workflow@1", with: { workflow: child.name, input: KEY } },
    });
    const schedule = await project.post("/schedules", {
      workflow: child.name,
      cron: "0 0 1 1 *",
      input: KEY,
    });
    const triggered = await project.post(`/schedules/${schedule.json.id}/trigger`);
    const { run_id: scheduled } = Object(triggered.json);

    expect((await project.settled(undone)).steps).toMatchObject([
      { undo: { status: "completed" } },
      { status: "failed" },
    ]);
    expect((await project.settled(parent)).output).toMatchObject({ child: received(KEY) });
    expect((await project.settled(scheduled)).output).toMatchObject(received(KEY));
  });
});

describe("a secret's name in a definition", () => {
  it("is replaced in each attempt, item, fallback and undo", async ({ expect }) => {
    const id = await project.start(
      {
        book: { ...echo(1), undo: call("{{secrets.MISSING}}") },
        retried: { ...call(KEY), needs: ["book"], map: { over: "[1, 2]" } },
        other: { use: "fatal@1", needs: ["retried"], fallback: [call(`\${input} ${KEY}`)] },
        fail: { use: "fatal@1", needs: ["other"] },
      },
      "Bearer",
    );
    const run = await project.settled(id);
    const { json } = await project.get(`/runs/${id}/events?limit=100`);

    expect(run.steps).toMatchObject([
      { undo: { status: "failed", error: expect.stringContaining("no secret 'MISSING'") } },
      { output: [received(VALUE), received(VALUE)] },
      { output: received(`Bearer ${VALUE}`) },
      { status: "failed" },
    ]);
    expect(JSON.stringify([run, json])).not.toContain(VALUE);
  });
});
