import { z } from "zod";

import type { VectorStoreId } from "../../ids.ts";
import type { GenerationSettings } from "../../knowledge/reindex/generation.ts";
import {
  DENSE_INDEXES,
  type GenerationLayout,
  SHARDS_MAX,
} from "../../knowledge/reindex/layout.ts";
import {
  type Reindex,
  REINDEX_ACTIONS,
  type ReindexAction,
  type ReindexCommand,
} from "../../knowledge/reindex/reindex.ts";
import { type ModelNames, unknownModel } from "../../model-names.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { ANALYZER_VERSIONS } from "../../retrieval/analysis/analyzer.ts";
import { CHANGES } from "../route/declaration.ts";
import { VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { ChunkingParam } from "./knowledge-params.ts";
import { REINDEX_EXAMPLE, ReindexBody, reindexBody } from "./reindex-body.ts";

/** The dependencies of the routes of reindexes. */
export type ReindexDeps = {
  /** The names of the deployment's models. */
  readonly modelNames: ModelNames;
  reindex(id: VectorStoreId, command: ReindexCommand): Promise<Result<Reindex, Refusal>>;
};

const StartBody = z.strictObject({
  embedding_model: z
    .string()
    .min(1)
    .max(256)
    .nullish()
    .describe("The model of the new generation's vectors; that of the store by default."),
  analyzer_version: z
    .literal([...ANALYZER_VERSIONS], {
      error: `this build has the versions ${ANALYZER_VERSIONS.join(" and ")} of the analyzer, and no other`,
    })
    .nullish()
    .describe(
      "The version of the analyzer that makes the index terms; that of the store by default. Version 2 also finds names in other spellings, such as `Wi-Fi` and `wifi`.",
    ),
  chunking_strategy: ChunkingParam.describe(
    "The sizes of chunks that `auto` stands for in the new generation; those of the store by default. A file that was attached with sizes of its own keeps them.",
  ),
  search_shards: z
    .number()
    .int()
    .min(1)
    .max(SHARDS_MAX)
    .nullish()
    .describe(
      "Search shards that the new generation begins with, over which the files are spread evenly; as many as there are by default.",
    ),
  dense_index: z
    .enum(DENSE_INDEXES)
    .nullish()
    .describe(
      "Place of the new generation's vectors: its search shards alone (`shard`), an index of Vectorize (`vectorize`), or what fits the store's size (`auto`); that of the store by default.",
    ),
});

/** A summary, a description and the effect on the example's status, for each action. */
const ACTIONS: Readonly<
  Record<ReindexAction, { readonly summary: string; readonly description: string }>
> = {
  pause: {
    summary: "Pause a reindex",
    description:
      "Copies no more files until it is resumed. New files are still written to both generations.",
  },
  resume: {
    summary: "Resume a reindex",
    description: "Also tries the files again that could not be copied.",
  },
  cancel: {
    summary: "Cancel a reindex",
    description: "Erases the new generation. The generation that serves stays as it is.",
  },
  switch: {
    summary: "Switch to the generation of a reindex",
    description:
      "From now on searches read the new generation. The old one gets all writes and deletes for seven more days, and is then erased.",
  },
  revert: {
    summary: "Revert the switch of a reindex",
    description: "From now on searches read the old generation again. The new one is kept.",
  },
  finish: {
    summary: "Finish a reindex",
    description: "Erases the old generation at once, after which there is no way back.",
  },
};

const route = routesWith<ReindexDeps>();
const OF_PROJECT = {
  access: "project",
  ours: true,
  tag: "Vector stores",
  params: { vector_store_id: VECTOR_STORE_PARAM },
  response: ReindexBody,
} as const;
const PATH = "/v1/vector_stores/{vector_store_id}/reindex";

/**
 * The routes of the reindex of a vector store, an extension by Edgewise: a new generation of its index is built while
 * the old one serves.
 */
export const reindexRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: PATH,
      summary: "Reindex a vector store",
      description:
        "Builds a new generation of the store's index in the background. If a reindex with the same settings goes on, returns its state.",
      body: StartBody,
      idempotency: CHANGES,
      refusals: ["vector_store_expired", "model_not_found", "conflict"],
      example: { body: { embedding_model: "hash-1", search_shards: 4 }, response: REINDEX_EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: id }, body }) => {
      const { embedding_model: model, analyzer_version: analyzer, chunking_strategy } = body;
      const { search_shards: shards, dense_index: denseIndex } = body;
      if (typeof model === "string" && !deps.modelNames.embedding.includes(model)) {
        const refusal = unknownModel(model, deps.modelNames, "embedding");
        return err({ ...refusal, param: "embedding_model" });
      }
      const settings: Partial<GenerationSettings> = {
        ...(typeof model === "string" && { embeddingModel: model }),
        ...(typeof analyzer === "number" && { analyzer }),
        ...(chunking_strategy && { chunking: chunking_strategy }),
      };
      const layout: Partial<GenerationLayout> = {
        ...(typeof shards === "number" && { shards }),
        ...(typeof denseIndex === "string" && { denseIndex }),
      };
      return shown(id, await deps.reindex(id, { kind: "start", settings, layout }));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: PATH,
      summary: "Get the last reindex of a vector store",
      watched: true,
      refusals: ["vector_store_expired"],
      example: { response: REINDEX_EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: id } }) =>
      shown(id, await deps.reindex(id, { kind: "read" })),
  ),
  ...REINDEX_ACTIONS.map((action) =>
    route(
      {
        ...OF_PROJECT,
        ...ACTIONS[action],
        method: "POST",
        path: `${PATH}/${action}`,
        idempotency: CHANGES,
        refusals: ["vector_store_expired", "conflict"],
        example: { response: REINDEX_EXAMPLE },
      },
      async ({ deps, params: { vector_store_id: id } }) =>
        shown(id, await deps.reindex(id, { kind: "act", action })),
    ),
  ),
];

const shown = (id: VectorStoreId, reindex: Result<Reindex, Refusal>) =>
  reindex.ok ? ok(reindexBody(id, reindex.value)) : reindex;
