import { z } from "zod";

import { ok } from "../../result.ts";
import type { CacheFigures } from "../../retrieval/embedding-cache/cache-client.ts";
import { objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { routesWith } from "../route/route.ts";

/** The dependencies of the routes of a project's embedding cache. */
export type EmbeddingCacheDeps = {
  cacheFigures(): Promise<CacheFigures>;
  emptyCache(): Promise<void>;
};

const CacheBody = z
  .strictObject({
    object: objectType("embedding_cache"),
    vectors: z.number().int().describe("Number of texts whose vector is kept."),
    bytes: z.number().int().describe("Bytes of the vectors and of the digests of their texts."),
    max_vectors: z
      .number()
      .int()
      .describe("Bound of `vectors`. The ones that were not used for the longest time go first."),
    max_bytes: z.number().int().describe("Bound of `bytes`."),
    hits: z.number().int().describe("Texts that cost no call of a model, since `counted_since`."),
    misses: z.number().int().describe("Texts that a model has embedded, since `counted_since`."),
    counted_since: z
      .number()
      .int()
      .nullable()
      .describe("Time from which on hits and misses are counted, in Unix seconds; null if unused."),
  })
  .register(COMPONENTS, { id: "EmbeddingCache" });

const cacheBody = (figures: CacheFigures): z.input<typeof CacheBody> => ({
  object: "embedding_cache",
  vectors: figures.vectors,
  bytes: figures.bytes,
  max_vectors: figures.vectorsMax,
  max_bytes: figures.bytesMax,
  hits: figures.hits,
  misses: figures.misses,
  counted_since: figures.since === null ? null : Math.floor(figures.since / 1000),
});

const BOUNDS = { vectorsMax: 100_000, bytesMax: 67_108_864 };
const EXAMPLE = cacheBody({
  ...BOUNDS,
  vectors: 1_200,
  bytes: 1_248_000,
  hits: 1_310,
  misses: 1_200,
  since: 1_795_000_000_000,
});
const EMPTY = cacheBody({ ...BOUNDS, vectors: 0, bytes: 0, hits: 0, misses: 0, since: null });

const route = routesWith<EmbeddingCacheDeps>();
const OF_CACHE = {
  access: "project",
  tag: "Models",
  ours: true,
  path: "/v1/embedding_cache",
  response: CacheBody,
} as const;

/** The routes of the embedding cache of a project, an extension by Edgewise. */
export const embeddingCacheRoutes = [
  route(
    {
      ...OF_CACHE,
      method: "GET",
      summary: "Get the embedding cache",
      description:
        "The vectors of texts that the project's embedding models have made: of chunks and of questions. A text that comes again costs no call. `hash-1` needs no cache. Counts of the last minute may be missing after a pause.",
      example: { response: EXAMPLE },
    },
    async ({ deps }) => ok(cacheBody(await deps.cacheFigures())),
  ),
  route(
    {
      ...OF_CACHE,
      method: "DELETE",
      summary: "Empty the embedding cache",
      description:
        "Drops all vectors, for a model that was replaced under its name. Vector stores keep theirs. The cache fills again with the next texts.",
      example: { response: EMPTY },
    },
    async ({ deps }) => {
      await deps.emptyCache();
      return ok(cacheBody(await deps.cacheFigures()));
    },
  ),
];
