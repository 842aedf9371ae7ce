import { env } from "cloudflare:workers";
import { vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import { WorkflowCatalog } from "../../../src/platform/databases/workflow-catalog.ts";
import { STEP_TYPES } from "../../../src/wiring/steps/step-handlers.ts";
import { workflowFinder } from "../../../src/wiring/workflow-finder.ts";
import type { EventBody } from "../../../src/workflow/runs/show-event.ts";
import type { RunBody } from "../../../src/workflow/runs/show-run.ts";
import { saveWorkflow } from "../../../src/workflow/save-workflow.ts";
import { createProject } from "../project.ts";
import { TEST_STEP_TYPES } from "./run-object.ts";

type Steps = Readonly<Record<string, object>>;
/** The members that tests read from any body. */
type Answer = {
  readonly id: string;
  readonly data: readonly EventBody[];
  readonly has_more: boolean;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly param: string | null;
  };
};

/** Creates a project with functions that save workflows, start runs and wait for them. */
export async function createWorkflowProject() {
  const project = await createProject();
  const { fetch, scope } = project;
  const call = async (method: string, path: string, body?: unknown, headers: HeadersInit = {}) => {
    const response = await fetch(path, {
      method,
      headers: { "content-type": "application/json", ...Object.fromEntries(new Headers(headers)) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const json: Answer = await response.json();
    return { status: response.status, headers: response.headers, json };
  };
  const post = (path: string, body: unknown = {}, headers: HeadersInit = {}) =>
    call("POST", path, body, headers);
  const get = (path: string) => call("GET", path);

  /** Saves a workflow whose steps may be test steps. */
  const save = async (steps: Steps, output?: unknown, name: string = newId("flow_")) => {
    const catalog = new WorkflowCatalog(env.CATALOG, scope.projectId);
    const deps = {
      stepTypes: { ...STEP_TYPES, ...TEST_STEP_TYPES },
      lookUp: workflowFinder(env, scope.projectId).lookUp,
      add: (workflow: Parameters<typeof catalog.add>[0]) => catalog.add(workflow),
      now: () => 0,
    };
    const body = { steps, ...(output !== undefined && { output }) };
    const saved = await saveWorkflow(deps, { name, description: null, body });
    if (!saved.ok) throw new Error(JSON.stringify(saved.error));
    return saved.value;
  };
  const start = async (steps: Steps, input: unknown = null, output?: unknown) => {
    const { name } = await save(steps, output);
    const started = await post("/runs", { workflow: name, input });
    if (started.status !== 200) throw new Error(JSON.stringify(started.json));
    return started.json.id;
  };
  /** Returns the run once it satisfies the condition of a test. */
  const until = async (id: string, isThere: (run: RunBody) => boolean): Promise<RunBody> =>
    await vi.waitUntil(
      async () => {
        const run: RunBody = await (await fetch(`/runs/${id}`)).json();
        return isThere(run) && run;
      },
      { timeout: 10_000, interval: 10 },
    );
  const settled = (id: string) => until(id, (run) => run.settled_at !== null);
  const waiting = (id: string) => until(id, (run) => run.waiting_for.length > 0);
  return { ...project, call, post, get, save, start, until, settled, waiting };
}

/** The project that `createWorkflowProject` returns. */
export type WorkflowProject = Awaited<ReturnType<typeof createWorkflowProject>>;

/** A step that waits for the signal `approval`. */
export const APPROVAL = { use: "signal@1", with: { name: "approval" } };
/** A step that waits for a signal which is a person's decision. */
export const DECISION = {
  use: "signal@1",
  with: { name: "approval", requires: ["actor", "reason"] },
};
/** Makes a `transform@1` step that returns a value. */
export const echo = (value: unknown, more: object = {}) => ({
  use: "transform@1",
  with: { value },
  ...more,
});
