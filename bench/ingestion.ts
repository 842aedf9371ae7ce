import type { OpenAI } from "openai";

import { fillStore, type Document } from "../scripts/client/fill-store.ts";
import { ProgressBar } from "../scripts/terminal/progress-bar.ts";

/** Number of parallel uploads. */
export const CLIENTS = 16;

/**
 * Uploads documents to a new vector store, and waits until all of them are indexed. Measures the time from the first
 * upload.
 */
export async function timeIngestion(client: OpenAI, documents: readonly Document[], name: string) {
  const bar = new ProgressBar("ingest");
  const startedAt = performance.now();
  const { storeId, failed } = await fillStore(client, documents, {
    storeName: name,
    clients: CLIENTS,
    onProgress: ({ uploaded, indexed, total }) => bar.show(uploaded + indexed, 2 * total),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  bar.end(`${documents.length} files, ${failed.length} failed`);
  return { storeId, seconds, failed: failed.length };
}
