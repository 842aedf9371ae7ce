import type { PinnedWorkflow } from "../kernel/rules/pinned-workflow.ts";
import type { Scope } from "../knowledge/scope.ts";
import { IsolateCache } from "../platform/isolate-cache.ts";
import { notFound, type Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { pinWorkflow } from "../workflow/pin-workflow.ts";
import { parseReference } from "../workflow/stored-workflow.ts";
import { workflowFinder } from "./workflow-finder.ts";

type Found = Result<PinnedWorkflow | null, Refusal>;

/** Found workflows. A refusal is not cached, so that a workflow can be used as soon as it is saved. */
const cache = new IsolateCache<Found>({ ownersMax: 1_000, isKept: (found) => found.ok });

/**
 * Finds the project's own workflow with the name `answer` or `ingest`, which replaces the built-in workflow for that
 * task. Returns null if the project has none. The result is cached in the isolate for 30 s.
 */
export async function ownWorkflow(
  env: Env,
  scope: Scope,
  name: "answer" | "ingest",
): Promise<Result<PinnedWorkflow | null, Refusal>> {
  const { projectId } = scope;
  return await cache.read({ owner: projectId, name: `own ${name}` }, async () => {
    const finder = workflowFinder(env, projectId);
    const own = await finder.find(name, null);
    const here = name === "answer" ? "answers" : "ingestion";
    return own ? await pinWorkflow(finder, own, here) : ok(null);
  });
}

/**
 * Finds the workflow that a request refers to as `name` or `name@version`. Refuses the request if there is none. The
 * result is cached in the isolate for 30 s.
 */
export async function namedWorkflow(
  env: Env,
  { projectId }: Scope,
  reference: string,
): Promise<Result<PinnedWorkflow | null, Refusal>> {
  return await cache.read({ owner: projectId, name: `named ${reference}` }, async () => {
    const parsed = parseReference(reference);
    const finder = workflowFinder(env, projectId);
    const found = parsed && (await finder.lookUp(parsed));
    if (!found) return err(notFound("workflow", reference, "workflow"));
    return await pinWorkflow(finder, found, "answers");
  });
}

/**
 * Removes a project's workflows from the cache. Called after one is saved or deleted: this isolate uses the change at
 * once, other isolates within 30 s.
 */
export function forgetWorkflows(projectId: string): void {
  cache.forget(projectId);
}
