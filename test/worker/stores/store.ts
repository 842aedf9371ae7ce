import { env } from "cloudflare:workers";

import { newId } from "../../../src/ids.ts";
import { CHUNKING_AUTO } from "../../../src/ingest/ingest-types.ts";
import type { AttachRequest } from "../../../src/knowledge/vector-store-types.ts";
import { vectorStoreOf } from "../../../src/platform/objects.ts";
import { createProject } from "../project.ts";

/** A store of a project of its own, asked as the other parts of the service ask it. */
export async function createStore(settings: { expiresAfterDays?: number } = {}) {
  const project = await createProject();
  const { scope } = project;
  const id = newId("vs_");
  const store = vectorStoreOf(env, scope, id);
  const init = { name: "", metadata: {}, expiresAfterDays: settings.expiresAfterDays ?? null };
  await store.create({ ...init, id, scope, embeddingModel: "hash-1" });
  return { ...project, id, store };
}

export function fileToAttach(changes: Partial<AttachRequest> = {}): AttachRequest {
  const fileId = newId("file-");
  return {
    fileId,
    filename: "notes.txt",
    bytes: 2_000,
    sha256: fileId,
    corpusShard: 0,
    attributes: {},
    chunking: CHUNKING_AUTO,
    ...changes,
  };
}
