import { setTimeout as wait } from "node:timers/promises";

import { z } from "zod";

const PAGE = 50;
const POLL_MS = 250;

const Counts = z.record(z.string(), z.number());
const State = z.object({ id: z.string(), status: z.string(), file_counts: Counts });
const Page = z.object({
  data: z.array(z.object({ id: z.string() })),
  has_more: z.boolean(),
  last_id: z.string(),
});

const Refusal = z.object({ error: z.object({ message: z.string() }) });

/** The service to reconcile, and which files are indexed again: those whose copies differ, or all. */
export type ReconcileTarget = {
  readonly url: string;
  readonly adminKey: string;
  readonly files: "different" | "all";
};

/** A vector store that was reconciled, with the numbers of files that were changed in each way. */
export type Reconciled = {
  readonly projectId: string;
  readonly storeId: string;
  readonly counts: Readonly<Record<string, number>>;
};

/**
 * Reconciles every vector store that the catalog of a service knows, in all its projects, one after the other. Yields
 * each when its copies were compared; files that are indexed again may still be in progress. Throws if the service
 * refuses.
 */
export async function* reconcileStores(target: ReconcileTarget): AsyncGenerator<Reconciled> {
  for await (const { id: projectId } of pages(target, "/projects?include_archived=true")) {
    const path = `/projects/${projectId}/reconciliations`;
    const stores = pages(target, `${path}?limit=${PAGE}`);
    for await (const { id: storeId } of stores) {
      await callService(target, path, { vector_store_id: storeId, files: target.files });
      yield { projectId, storeId, counts: await untilCompleted(target, `${path}/${storeId}`) };
    }
  }
}

async function untilCompleted(target: ReconcileTarget, path: string) {
  for (;;) {
    const { status, file_counts: counts } = State.parse(await callService(target, path));
    if (status === "completed") return counts;
    await wait(POLL_MS);
  }
}

async function* pages(target: ReconcileTarget, path: string): AsyncGenerator<{ id: string }> {
  for (let after = ""; ;) {
    const from = after === "" ? "" : `&after=${after}`;
    const page = Page.parse(await callService(target, path + from));
    yield* page.data;
    if (!page.has_more) return;
    after = page.last_id;
  }
}

/** Calls the API for operators: POST with a body, GET without one. Throws with the message of a refusal. */
async function callService(
  { url, adminKey }: ReconcileTarget,
  path: string,
  body?: object,
): Promise<unknown> {
  const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
  const sent = body ? { method: "POST", body: JSON.stringify(body) } : {};
  const response = await fetch(`${url}/v1/organization${path}`, { headers, ...sent });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const message = Refusal.safeParse(answer).data?.error.message ?? "no message";
  throw new Error(`${url} answered ${response.status} to ${path}: ${message}`);
}
