import { z } from "zod";

import { isVectorStoreId, type VectorStoreId } from "../../ids.ts";
import type { Projects } from "../../knowledge/project.ts";
import {
  RECONCILED_FILES,
  type ReconciledFiles,
  type Reconciliation,
} from "../../knowledge/reconciliation.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { cutPage } from "../../page.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { objectType } from "../fields.ts";
import { cursorOf, declareList, listBody, listOfOne, ListQuery } from "../list.ts";
import { COMPONENTS } from "../route/components.ts";
import { CHANGES } from "../route/declaration.ts";
import { PROJECT_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";

/** The dependencies of the routes of reconciliations. */
export type ReconcileDeps = {
  readonly projects: Projects;
  readonly reconciliations: {
    reconcile(
      scope: Scope,
      id: VectorStoreId,
      files: ReconciledFiles,
    ): Promise<Result<Reconciliation, Refusal>>;
    /** Lists at most `limit` vector stores of the project, deleted ones included, those after the id `after`. */
    listStoreIds(scope: Scope, after: string, limit: number): Promise<VectorStoreId[]>;
    /** Returns the last reconciliation of a store; null if there was none. */
    reconciliation(scope: Scope, id: VectorStoreId): Promise<Reconciliation | null>;
  };
};

const CreateReconciliation = z.strictObject({
  vector_store_id: z
    .string()
    .refine(isVectorStoreId, { error: "it must be the id of a vector store" })
    .describe(
      "The vector store, which may also be a deleted one or one that the lists do not show.",
    ),
  files: z
    .enum(RECONCILED_FILES)
    .default("different")
    .describe("`different`: index only files again whose copies differ. `all`: rebuild the index."),
});
const ListReconciliations = z.strictObject({
  limit: ListQuery.shape.limit,
  after: cursorOf(
    "a vector store",
    isVectorStoreId,
    "Id of the vector store that the page begins after.",
  ),
});

const count = (description: string) => z.number().int().describe(description);
const ReconciliationBody = z
  .strictObject({
    object: objectType("vector_store.reconciliation"),
    id: z.string().describe("Id of the vector store."),
    status: z
      .enum(["not_started", "in_progress", "completed"])
      .describe(
        "`completed`: all copies were compared. Files that are indexed again may be in progress.",
      ),
    files: z.enum(RECONCILED_FILES).nullable().describe("The files that it indexes again."),
    created_at: z.number().int().nullable().describe("When it began, in Unix seconds."),
    completed_at: z.number().int().nullable().describe("When it was completed, in Unix seconds."),
    file_counts: z
      .strictObject({
        checked: count("Attached files that were compared with their copies."),
        indexed: count("Attached files that are indexed again."),
        attached: count("Files that only newer copies knew, and that are attached again."),
        detached: count("Attached files that no longer exist, or that were detached later."),
        purged: count("Copies of chunks that belonged to no attached file."),
        catalogued: count("Files whose row in the catalog was missing, and was written again."),
      })
      .describe("Numbers of files so far."),
  })
  .register(COMPONENTS, { id: "Reconciliation" });

const NONE = { checked: 0, indexed: 0, attached: 0, detached: 0, purged: 0, catalogued: 0 };
const EXAMPLE = {
  object: "vector_store.reconciliation",
  id: VECTOR_STORE_PARAM.example,
  status: "completed",
  files: "different",
  created_at: 1_795_000_000,
  completed_at: 1_795_000_004,
  file_counts: { ...NONE, checked: 1_200, indexed: 17, catalogued: 17 },
} satisfies z.input<typeof ReconciliationBody>;

const RECONCILED_PARAM = { ...VECTOR_STORE_PARAM, kind: "reconciliation" };
const route = routesWith<ReconcileDeps>();
const OF_ADMIN = {
  access: "admin",
  tag: "Reconciliations",
  ours: true,
  path: "/v1/organization/projects/{project_id}/reconciliations",
  params: { project_id: PROJECT_PARAM },
} as const;

/**
 * The routes of reconciliations, an extension by Edgewise: after a restore, they bring the copies of a vector store in
 * line, and they rebuild its index.
 */
export const reconciliationRoutes = [
  route(
    {
      ...OF_ADMIN,
      method: "POST",
      summary: "Reconcile a vector store",
      description:
        "Compares the copies of the store's data, and brings them in line: the newer copy wins. If a reconciliation of the store is going on, returns its state.",
      body: CreateReconciliation,
      idempotency: CHANGES,
      response: ReconciliationBody,
      example: {
        body: { vector_store_id: VECTOR_STORE_PARAM.example },
        response: { ...EXAMPLE, status: "in_progress", completed_at: null, file_counts: NONE },
      },
    },
    async ({ deps, params: { project_id: projectId }, body }) => {
      const scope = await findScope(deps, projectId);
      if (!scope.ok) return scope;
      const { vector_store_id: id, files } = body;
      const state = await deps.reconciliations.reconcile(scope.value, id, files);
      return state.ok ? ok(reconciliationBody(id, state.value)) : state;
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "GET",
      summary: "List the last reconciliations of a project's vector stores",
      description: "Lists every vector store that the catalog knows, deleted ones included.",
      query: ListReconciliations,
      response: declareList(ReconciliationBody),
      example: { query: { limit: "20" }, response: listOfOne(EXAMPLE) },
    },
    async ({ deps, params: { project_id: projectId }, query: { limit, after } }) => {
      const scope = await findScope(deps, projectId);
      if (!scope.ok) return scope;
      const { reconciliations } = deps;
      const ids = await reconciliations.listStoreIds(scope.value, after ?? "", limit + 1);
      const { rows, hasMore } = cutPage(ids, { limit, after, order: "asc" });
      const bodies = await Promise.all(
        rows.map(async (id) =>
          reconciliationBody(id, await reconciliations.reconciliation(scope.value, id)),
        ),
      );
      return ok(listBody({ rows: bodies, hasMore }));
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "GET",
      path: `${OF_ADMIN.path}/{vector_store_id}`,
      params: { project_id: PROJECT_PARAM, vector_store_id: RECONCILED_PARAM },
      summary: "Get the last reconciliation of a vector store",
      response: ReconciliationBody,
      example: { response: EXAMPLE },
    },
    async ({ deps, params: { project_id: projectId, vector_store_id: id } }) => {
      const scope = await findScope(deps, projectId);
      if (!scope.ok) return scope;
      const last = await deps.reconciliations.reconciliation(scope.value, id);
      return last ? ok(reconciliationBody(id, last)) : err(notFound("reconciliation", id));
    },
  ),
];

/** Returns the scope of a project, also of an archived one: its data is kept, and must be restored too. */
async function findScope(
  { projects }: ReconcileDeps,
  projectId: string,
): Promise<Result<Scope, Refusal>> {
  const project = await projects.get(projectId);
  if (!project) return err(notFound("project", projectId));
  return ok({ projectId: project.id, region: project.region });
}

function reconciliationBody(
  id: VectorStoreId,
  last: Reconciliation | null,
): z.input<typeof ReconciliationBody> {
  const ended = last?.completedAt ? "completed" : "in_progress";
  return {
    object: "vector_store.reconciliation",
    id,
    status: last ? ended : "not_started",
    files: last?.files ?? null,
    created_at: last?.startedAt ?? null,
    completed_at: last?.completedAt ?? null,
    file_counts: last?.counts ?? NONE,
  };
}
