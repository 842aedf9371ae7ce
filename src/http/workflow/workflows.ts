import { Hono } from "hono";
import { z } from "zod";

import type { WorkflowId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import type { Result } from "../../result.ts";
import { WORKFLOW_NAME } from "../../workflow/compile/workflow-body.ts";
import { renderMermaid } from "../../workflow/mermaid.ts";
import type { WorkflowToSave } from "../../workflow/save-workflow.ts";
import { parseReference, type StoredWorkflow } from "../../workflow/stored-workflow.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { listBody, ListQuery } from "../list.ts";
import { problem } from "../problem.ts";
import { readJson, readQuery } from "../request/request.ts";

const MERMAID = "text/vnd.mermaid";

const SaveBody = z.strictObject({
  name: z
    .string()
    .regex(
      WORKFLOW_NAME,
      "must be letters, digits, _ and -, begin with a letter, and have at most 64 characters",
    ),
  description: z.string().max(4_096).nullish(),
  // What they say is checked with the whole workflow, so that all of its mistakes are told at once.
  steps: z.unknown().optional(),
  output: z.unknown().optional(),
});
const FetchQuery = z.strictObject({
  version: z.coerce.number().int().min(1).max(999_999_999).optional(),
  format: z.enum(["json", "mermaid"]).optional(),
});
const VersionsQuery = z.strictObject({
  limit: ListQuery.shape.limit,
  after: z.coerce.number().int().min(1).optional(),
});

export type WorkflowDeps = {
  save(workflow: WorkflowToSave): Promise<Result<StoredWorkflow, Refusal>>;
  /** The id of the version that was the latest; null when the project has no workflow of that name. */
  remove(name: string): Promise<WorkflowId | null>;
  /** The latest version when `version` is null. */
  find(name: string, version: number | null): Promise<StoredWorkflow | null>;
  /** One row more than the limit when there are more. */
  list(query: ListQuery): Promise<readonly StoredWorkflow[]>;
  versions(name: string, before: number | null, limit: number): Promise<readonly StoredWorkflow[]>;
  readonly builtIns: readonly string[];
};

/** Workflows: saved by version, fetched, drawn, taken back. */
export const workflowRoutes = (depsFor: (env: Env, scope: Scope) => WorkflowDeps) =>
  new Hono<AppEnv>()
    .post("/", async (c) => {
      const body = await readJson(c, SaveBody);
      if (!body.ok) return problem(c, body.error);
      const { name, description = null, steps, output } = body.value;
      const json = { steps, ...(output !== undefined && { output }) };
      const saved = await depsFor(c.env, c.get("scope")).save({ name, description, body: json });
      return saved.ok ? c.json(workflowBody(saved.value)) : problem(c, saved.error);
    })
    .get("/", async (c) => {
      const query = readQuery(c, ListQuery);
      if (!query.ok) return problem(c, query.error);
      const deps = depsFor(c.env, c.get("scope"));
      const { limit, before } = query.value;
      const found = await deps.list(query.value);
      const page = pageOf(found, limit, before !== undefined).map(workflowSummary);
      const list = { ...listBody(page, limit), has_more: found.length > limit };
      return c.json({ ...list, built_in: deps.builtIns });
    })
    .get("/:name", async (c) => {
      const query = readQuery(c, FetchQuery);
      if (!query.ok) return problem(c, query.error);
      const name = c.req.param("name");
      const reference = parseReference(name);
      const version = query.value.version ?? reference?.version ?? null;
      const deps = depsFor(c.env, c.get("scope"));
      const found = reference && (await deps.find(reference.name, version));
      if (!found)
        return problem(
          c,
          notFound(
            version === null ? "workflow" : `version ${version} of a workflow`,
            reference?.name ?? name,
          ),
        );
      return wantsMermaid(c, query.value.format)
        ? mermaidText(c, renderMermaid(found.definition))
        : c.json(workflowBody(found));
    })
    .get("/:name/versions", async (c) => {
      const query = readQuery(c, VersionsQuery);
      if (!query.ok) return problem(c, query.error);
      const name = c.req.param("name");
      const { limit, after = null } = query.value;
      const versions = await depsFor(c.env, c.get("scope")).versions(name, after, limit);
      if (versions.length === 0 && after === null) return problem(c, notFound("workflow", name));
      return c.json(listBody(versions.map(workflowSummary), limit));
    })
    .delete("/:name", async (c) => {
      const name = c.req.param("name");
      const id = await depsFor(c.env, c.get("scope")).remove(name);
      if (id === null) return problem(c, notFound("workflow", name));
      return c.json({ id, object: "workflow.deleted", name, deleted: true });
    });

export function wantsMermaid(c: AppContext, format: "json" | "mermaid" | undefined): boolean {
  if (format !== undefined) return format === "mermaid";
  return c.req.header("accept")?.includes(MERMAID) ?? false;
}

export const mermaidText = (c: AppContext, text: string) =>
  c.body(text, 200, { "content-type": `${MERMAID}; charset=utf-8` });

/** A page of rows, of which one too many was read; those before a cursor were read backwards. */
export function pageOf<Row>(rows: readonly Row[], limit: number, isBackwards: boolean): Row[] {
  const page = rows.slice(0, limit);
  return isBackwards ? page.toReversed() : page;
}

const workflowSummary = ({ id, name, version, hash, description, createdAt }: StoredWorkflow) => ({
  id,
  object: "workflow",
  name,
  version,
  hash,
  description,
  created_at: createdAt,
});

const workflowBody = (workflow: StoredWorkflow) => ({
  ...workflowSummary(workflow),
  ...workflow.body,
});
