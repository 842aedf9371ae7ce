import { z } from "zod";

import { isWorkflowId, type WorkflowId } from "../../ids.ts";
import { cutPage, type Page } from "../../page.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import type { Created, RequestKey } from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";
import { WORKFLOW_NAME } from "../../workflow/compile/workflow-body.ts";
import { renderMermaid } from "../../workflow/mermaid.ts";
import type { WorkflowToSave } from "../../workflow/save-workflow.ts";
import { parseReference, type StoredWorkflow } from "../../workflow/stored-workflow.ts";
import { objectType } from "../fields.ts";
import {
  deletion,
  listBody,
  listOfOne,
  ListQuery,
  declareList,
  declareListQuery,
  nameFilter,
} from "../list.ts";
import { replayable } from "../request/idempotency-key.ts";
import { COMPONENTS } from "../route/components.ts";
import { textParam } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { MERMAID, mermaidText, wantsMermaid } from "./mermaid-text.ts";

const SaveBody = z.strictObject({
  name: z
    .string()
    .regex(
      WORKFLOW_NAME,
      "must be letters, digits, _ and -, begin with a letter, and have at most 64 characters",
    )
    .describe(
      "Name of the workflow: at most 64 letters, digits, _ and -, beginning with a letter.",
    ),
  description: z
    .string()
    .max(4_096)
    .nullish()
    .describe("Purpose of the workflow, up to 4,096 characters."),
  // Checked with the whole workflow, so that all of its problems are listed at once.
  steps: z.unknown().optional().describe("Steps by name; see docs/workflows.md."),
  output: z.unknown().optional().describe("A template of the run's output."),
});
const FetchQuery = z.strictObject({
  version: z.coerce
    .number()
    .int()
    .min(1)
    .max(999_999_999)
    .optional()
    .describe("The version to show; the newest by default."),
  format: z
    .enum(["json", "mermaid"])
    .optional()
    .describe("The form of the answer; json by default."),
});
const WorkflowsQuery = declareListQuery("a workflow", isWorkflowId).extend({
  ...nameFilter("workflows"),
  kind: z
    .enum(["own", "built_in"])
    .optional()
    .describe(
      "`own`: only those that the project has saved. `built_in`: only those of the service.",
    ),
});
const NO_WORKFLOWS: Page<StoredWorkflow> = { rows: [], hasMore: false };
const filterNames = (names: readonly string[], text = "") =>
  names.filter((name) => name.toLowerCase().includes(text.toLowerCase()));
const VersionsQuery = z.strictObject({
  limit: ListQuery.shape.limit,
  after: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe("Number of the version that the page begins after."),
});

/** The dependencies of the routes of workflows. */
export type WorkflowDeps = {
  /** Saves a workflow. With the idempotency key of an earlier request, returns the version that it has saved. */
  save(
    workflow: WorkflowToSave,
    key: RequestKey | null,
  ): Promise<Result<Created<StoredWorkflow>, Refusal>>;
  /**
   * Deletes all versions of a workflow. Returns the id of the latest one; null if the project has no workflow of that
   * name.
   */
  remove(name: string): Promise<WorkflowId | null>;
  /** Finds a version of a workflow, or the latest one if `version` is null. Returns null if there is none. */
  find(name: string, version: number | null): Promise<StoredWorkflow | null>;
  list(query: ListQuery & { readonly name?: string | undefined }): Promise<Page<StoredWorkflow>>;
  versions(name: string, before: number | null, limit: number): Promise<readonly StoredWorkflow[]>;
  readonly builtIns: readonly string[];
};

/** One version of a workflow, without its steps. `created_at` is in Unix seconds. */
const SummaryBody = z
  .strictObject({
    id: z.string().describe("Id of this version."),
    object: objectType("workflow"),
    name: z.string().describe("Name of the workflow."),
    version: z.number().int().describe("Number of the version, from 1."),
    hash: z
      .string()
      .describe("Hash of the steps and the output; equal workflows have equal hashes."),
    description: z
      .string()
      .nullable()
      .describe("Purpose of the workflow; null when none was given."),
    created_at: z.number().int().describe("Time at which this version was saved, in Unix seconds."),
  })
  .register(COMPONENTS, { id: "WorkflowSummary" });
const WorkflowBody = SummaryBody.extend({
  steps: z.unknown().describe("The steps by name, as they were saved."),
  output: z.unknown().optional().describe("The template of a run's output, as it was saved."),
}).register(COMPONENTS, { id: "Workflow" });
const WorkflowListBody = declareList(SummaryBody).extend({
  built_in: z.array(z.string()).describe("Workflows that are part of the service."),
});

const NAME = textParam(
  "workflow",
  "Name of the workflow, or `name@version` for one version.",
  "refund",
);
const STEPS = { steps: { approve: { use: "signal@1", with: { name: "approval" } } } };
const SUMMARY_EXAMPLE = {
  id: "wf_01k8v3q7cde4f6g8h0jkmnpq",
  object: "workflow",
  name: "refund",
  version: 3,
  hash: "9f2c5e0a7b1d4c3e",
  description: null,
  created_at: 1_795_000_000,
} satisfies z.input<typeof SummaryBody>;
const EXAMPLE = { ...SUMMARY_EXAMPLE, ...STEPS } satisfies z.input<typeof WorkflowBody>;
const LIST_EXAMPLE = { ...listOfOne(SUMMARY_EXAMPLE), built_in: ["customer_service"] };

const DELETED = deletion("workflow.deleted");
const DeletedBody = DELETED.schema.extend({ name: z.string().describe("Name of the workflow.") });
const route = routesWith<WorkflowDeps>();
const OF_PROJECT = { access: "project", tag: "Workflows", ours: true } as const;
const params = { name: NAME };

/** The routes of workflows, an extension by Edgewise: save as a new version, list, get, draw as a chart, delete. */
export const workflowRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/workflows",
      summary: "Save a workflow",
      description:
        "Creates the latest version of the name. An unchanged body creates no new version.",
      body: SaveBody,
      idempotency: "by key",
      response: WorkflowBody,
      refusals: ["invalid_workflow"],
      example: { body: { name: "refund", ...STEPS }, response: EXAMPLE },
    },
    async ({ c, deps, body: { name, description = null, steps, output }, key }) => {
      const json = { steps, ...(output !== undefined && { output }) };
      const saved = replayable(c, await deps.save({ name, description, body: json }, key));
      return saved.ok ? ok(workflowBody(saved.value)) : saved;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/workflows",
      summary: "List workflows",
      watched: true,
      query: WorkflowsQuery,
      response: WorkflowListBody,
      example: { response: LIST_EXAMPLE },
    },
    async ({ deps, query }) => {
      const { kind, ...named } = query;
      const page = kind === "built_in" ? NO_WORKFLOWS : await deps.list(named);
      const list = listBody({ ...page, rows: page.rows.map(workflowSummary) }, query);
      return ok({
        ...list,
        built_in: kind === "own" ? [] : filterNames(deps.builtIns, query.name),
      });
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/workflows/{name}",
      summary: "Get a workflow",
      watched: true,
      params,
      query: FetchQuery,
      response: WorkflowBody,
      media: [MERMAID],
      example: { response: EXAMPLE },
    },
    async ({ c, deps, params: { name }, query }) => {
      const reference = parseReference(name);
      const version = query.version ?? reference?.version ?? null;
      const found = reference && (await deps.find(reference.name, version));
      if (!found) {
        const kind = version === null ? "workflow" : `version ${version} of a workflow`;
        return err(notFound(kind, reference?.name ?? name));
      }
      if (wantsMermaid(c, query.format)) return ok(mermaidText(c, renderMermaid(found.definition)));
      return ok(workflowBody(found));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/workflows/{name}/versions",
      summary: "List the versions of a workflow",
      params,
      query: VersionsQuery,
      response: declareList(SummaryBody),
      example: { response: listOfOne(SUMMARY_EXAMPLE) },
    },
    async ({ deps, params: { name }, query: { limit, after = null } }) => {
      const versions = await deps.versions(name, after, limit);
      if (versions.length === 0 && after === null) return err(notFound("workflow", name));
      const { rows, hasMore } = cutPage(versions, { limit, order: "desc", after });
      return ok(listBody({ rows: rows.map(workflowSummary), hasMore }));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "DELETE",
      path: "/v1/workflows/{name}",
      summary: "Delete a workflow",
      description: "Open runs continue, since each keeps the version that it began with.",
      params,
      response: DeletedBody,
      example: { response: { ...DELETED.body(SUMMARY_EXAMPLE.id), name: "refund" } },
    },
    async ({ deps, params: { name } }) => {
      const id = await deps.remove(name);
      return id === null ? err(notFound("workflow", name)) : ok({ ...DELETED.body(id), name });
    },
  ),
];

const workflowSummary = ({ id, name, version, hash, description, createdAt }: StoredWorkflow) => ({
  id,
  object: "workflow" as const,
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
