import { env } from "cloudflare:workers";
import { toFile } from "openai";
import { inject, vi } from "vitest";
import { z } from "zod";

import { objectName, type Scope } from "../../../src/knowledge/scope.ts";
import { addressObject } from "../../../src/platform/objects.ts";
import { useScriptedModel } from "../conversation/answering-project.ts";
import { createProject, type TestProject } from "../project.ts";

const Asked = z.object({ input: z.array(z.string()), model: z.string() });
const Figures = z.object({
  vectors: z.number(),
  bytes: z.number(),
  hits: z.number(),
  misses: z.number(),
  counted_since: z.number().nullable(),
});

/** The embedding model of new stores in these tests, with the texts that it was asked for. */
export type WatchedModel = {
  readonly asked: string[];
  /** Number of dimensions that the vectors get from now on; null for the server's own. */
  dimensions: number | null;
  /** Set while its server answers every call with 503. */
  isAway: boolean;
};

/** Makes a model of the test server, which no other test uses, the embedding model of new stores. */
export function watchEmbeddingModel(): WatchedModel {
  const model = `embeds-${crypto.randomUUID().slice(0, 8)}`;
  useScriptedModel(model);
  Object.assign(env, { EMBEDDING_MODEL: model });
  const watched: WatchedModel = { asked: [], dimensions: null, isAway: false };
  const real = globalThis.fetch;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (request.url !== `${inject("openAiServer")}/embeddings`) return await real(request);
    if (watched.isAway) return new Response("{}", { status: 503 });
    const { input: texts } = Asked.parse(await request.clone().json());
    const response = await real(request);
    if (response.ok) watched.asked.push(...texts);
    const { dimensions } = watched;
    if (!response.ok || dimensions === null) return response;
    const data = texts.map((text, index) => ({
      object: "embedding",
      index,
      embedding: Array.from({ length: dimensions }, (_none, at) => 1 + ((text.length + at) % 5)),
    }));
    return Response.json({ object: "list", data, usage: { prompt_tokens: 1, total_tokens: 1 } });
  });
  return watched;
}

/** Creates a project with functions that index files, search, and read the figures of its embedding cache. */
export async function createEmbeddingProject(project?: TestProject) {
  const made = project ?? (await createProject());
  const { client, fetch, scope } = made;
  const settled = (storeId: string) =>
    vi.waitUntil(
      async () => {
        const { file_counts: counts } = await client.vectorStores.retrieve(storeId);
        return counts.in_progress === 0 && counts;
      },
      { timeout: 20_000, interval: 20 },
    );
  return {
    ...made,
    settled,
    upload: async (text: string, filename = "notes.md") => {
      const file = await toFile(new TextEncoder().encode(text), filename);
      return (await client.files.create({ file, purpose: "assistants" })).id;
    },
    /** Creates a store with files, and waits until they are indexed. Returns its id. */
    index: async (...fileIds: readonly string[]) => {
      const { id } = await client.vectorStores.create({ file_ids: [...fileIds] });
      await settled(id);
      return id;
    },
    search: async (storeId: string, query: string) =>
      await client.vectorStores.search(storeId, { query }),
    /** Searches, and returns the reason for which only words were matched; null if they were not. */
    searchDegraded: async (storeId: string, query: string) => {
      const { response } = await client.vectorStores.search(storeId, { query }).withResponse();
      return response.headers.get("x-edgewise-degraded");
    },
    figures: async () => Figures.parse(await (await fetch("/embedding_cache")).json()),
    cache: cacheStub(scope),
  };
}

/** Returns a stub of the Durable Object of a project's embedding cache. */
export const cacheStub = (scope: Scope) =>
  addressObject(env.EMBEDDING_CACHES, scope, objectName(scope, "embeddings"));
