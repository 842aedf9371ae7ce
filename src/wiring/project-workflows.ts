import type { PinnedWorkflow } from "../kernel/rules/pinned-workflow.ts";
import type { Scope } from "../knowledge/scope.ts";
import { notFound, type Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { pinWorkflow } from "../workflow/pin-workflow.ts";
import { parseReference } from "../workflow/stored-workflow.ts";
import { workflowFinder } from "./workflow-finder.ts";

/** As for API keys: a new version takes effect within this time, and a warm answer makes no D1 query. */
const CACHE_MS = 30_000;
const CACHED_MAX = 1_000;

type Found = Result<PinnedWorkflow | null, Refusal>;

const cache = new Map<string, { readonly found: Found; readonly until: number }>();

/**
 * Finds the workflow by which a project replaces the built-in one for answers or ingestion; null if it has none. Cached
 * in the isolate for 30 s.
 */
export async function ownWorkflow(
  env: Env,
  scope: Scope,
  name: "answer" | "ingest",
): Promise<Result<PinnedWorkflow | null, Refusal>> {
  const { projectId } = scope;
  return await cached(`${projectId} own ${name}`, async () => {
    const finder = workflowFinder(env, projectId);
    const own = await finder.find(name, null);
    const here = name === "answer" ? "answers" : "ingestion";
    return own ? await pinWorkflow(finder, own, here) : ok(null);
  });
}

/**
 * Finds the workflow that a request names as `name` or `name@version`, or refuses the request. Cached in the isolate
 * for 30 s.
 */
export async function namedWorkflow(
  env: Env,
  { projectId }: Scope,
  reference: string,
): Promise<Result<PinnedWorkflow | null, Refusal>> {
  return await cached(`${projectId} named ${reference}`, async () => {
    const parsed = parseReference(reference);
    const finder = workflowFinder(env, projectId);
    const found = parsed && (await finder.lookUp(parsed));
    if (!found) return err(notFound("workflow", reference, "workflow"));
    return await pinWorkflow(finder, found, "answers");
  });
}

/** Caches found workflows. A refusal is not cached, so that a workflow can be used as soon as it is saved. */
async function cached(key: string, find: () => Promise<Found>): Promise<Found> {
  const known = cache.get(key);
  if (known && known.until > Date.now()) return known.found;
  const found = await find();
  if (cache.size >= CACHED_MAX) cache.clear();
  if (found.ok) cache.set(key, { found, until: Date.now() + CACHE_MS });
  return found;
}

/**
 * Empties the cache of workflows after a change, which then takes effect at once in this isolate, and within 30 s in
 * others.
 */
export function forgetWorkflows(): void {
  cache.clear();
}
