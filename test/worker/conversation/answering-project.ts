import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { inject, vi } from "vitest";

import { readConversationKey, isResponseId, newId } from "../../../src/ids.ts";
import { objectName } from "../../../src/knowledge/scope.ts";
import { rememberForm } from "../../../src/platform/models/circuit-breakers.ts";
import type { RunBody } from "../../../src/workflow/runs/show-run.ts";
import { BASE_URL, createProject, type TestProject } from "../project.ts";

type Steps = Readonly<Record<string, object>>;

/** Makes functions that call the routes of workflows and runs, which the official client does not have. */
export function createWorkflowCalls({ fetch, scope }: TestProject) {
  const post = async (path: string, body: object = {}) =>
    await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  /** Saves a workflow and returns the member that names it in a request. */
  const save = async (steps: Steps, output?: unknown, name: string = newId("flow_")) => {
    const saved = await post("/workflows", {
      name,
      steps,
      ...(output !== undefined && { output }),
    });
    if (saved.status !== 200) throw new Error(await saved.text());
    return { workflow: name };
  };
  const run = async (id: string): Promise<RunBody> => await (await fetch(`/runs/${id}`)).json();
  const until = async (id: string, isThere: (body: RunBody) => boolean) =>
    await vi.waitUntil(
      async () => {
        const body = await run(id);
        return isThere(body) && body;
      },
      { timeout: 10_000, interval: 10 },
    );
  /** Allows the project's steps to call the test server. */
  const grantHttp = async () => {
    const body = JSON.stringify({ http_hosts: [inject("httpServer")], sql_tables: [] });
    const headers = {
      authorization: "Bearer admin-key-of-tests",
      "content-type": "application/json",
    };
    const path = `${BASE_URL}/organization/projects/${scope.projectId}/grants`;
    await exports.default.fetch(path, { method: "PUT", headers, body });
  };
  return { post, save, run, until, grantHttp };
}

/** Creates a project with its client, and with functions that call the routes of workflows and runs. */
export async function createAnsweringProject() {
  const project = await createProject();
  return { ...project, ...createWorkflowCalls(project) };
}
/** The project that `createAnsweringProject` returns. */
export type AnsweringProject = Awaited<ReturnType<typeof createAnsweringProject>>;

/**
 * Makes a model of the scripted server the service's default model, and hides the warnings that its faults cause. Its
 * form of reasoning is known, so that its first reply is streamed.
 */
export function useScriptedModel(model: string): void {
  rememberForm(new URL(inject("openAiServer")).host, model, { type: "marked" });
  useUnknownModel(model);
}

/** Does the same with a model of which no reply was read. */
export function useUnknownModel(model: string): void {
  Object.assign(env, { LLM_BASE_URL: inject("openAiServer"), LLM_MODEL: model });
  vi.spyOn(console, "warn").mockImplementation(() => {});
}

/** Makes an `http@1` step that calls a path of the scripted HTTP server. */
export const http = (path: string, more: object = {}) => ({
  use: "http@1",
  with: { url: `http://${inject("httpServer")}${path}` },
  ...more,
});

/** Returns a stub of the Durable Object that stores a conversation or a response, by its id. */
export const openConversationStub = ({ scope }: TestProject, id: string) =>
  env.CONVERSATIONS.getByName(
    objectName(scope, isResponseId(id) ? readConversationKey(id) : id.slice(id.indexOf("_") + 1)),
  );

/**
 * Counts the rows of the tables in the object that stores a conversation or a response. Tables without rows are left
 * out.
 */
export const countRows = (project: TestProject, id: string) =>
  runInDurableObject(openConversationStub(project, id), (_object, { storage: { sql } }) => {
    const tables = sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray();
    const counts = tables.map(({ name }) => {
      const { rows } = sql.exec<{ rows: number }>(`SELECT count(*) AS rows FROM "${name}"`).one();
      return [name, rows] as const;
    });
    return Object.fromEntries(counts.filter(([, rows]) => rows > 0));
  });
