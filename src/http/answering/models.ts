import { z } from "zod";

import type { VectorStoreId } from "../../ids.ts";
import type { ProjectSettings } from "../../knowledge/project-settings.ts";
import type { StoreView } from "../../knowledge/vector-store-types.ts";
import {
  type ModelNames,
  nameStoreModel,
  readStoreModel,
  unknownModel,
} from "../../model-names.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { listData, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { textParam } from "../route/param.ts";
import { routesWith } from "../route/route.ts";

/** A model in the list of models. `ownedBy` names its provider. */
type ModelListing = {
  readonly id: string;
  readonly ownedBy: string;
  readonly use: keyof ModelNames;
};
/** The names of the models of requests and vector stores that name none. */
type Defaults = { readonly [Use in keyof ModelNames]: string };

/**
 * The dependencies of the routes of models: the deployment's models, and the project's vector stores, whose names can
 * be used like those of models.
 */
export type ModelsDeps = {
  readonly modelNames: ModelNames;
  list(): readonly ModelListing[];
  /** Returns the deployment's defaults; a project may have a default of its own for answers. */
  readonly defaults: Defaults;
  settings(): Promise<ProjectSettings>;
  /** Reads a vector store. Refuses one that does not exist or has expired. */
  store(id: VectorStoreId): Promise<Result<StoreView, Refusal>>;
  /** Reads the newest vector stores of the project, at most `limit`. */
  stores(limit: number): Promise<readonly StoreView[]>;
};

/** Maximum number of vector stores in the list of models, which has no pages. */
const STORES_LISTED_MAX = 1_000;

/** Creation date of this service's own models; models of a configured server have no better date. */
const CREATED = Date.UTC(2026, 10, 24) / 1000;

/** OpenAI's model object. */
const ModelBody = z
  .strictObject({
    id: z.string().describe("Name of the model, as requests give it."),
    object: objectType("model"),
    created: z
      .number()
      .int()
      .describe("Time since which the service has the model, in Unix seconds."),
    owned_by: z.string().describe("Operator of the model: `edgewise` for built-in ones."),
    name: z
      .string()
      .optional()
      .describe(
        "Edgewise extension: name of the vector store, if the model is one that has a name.",
      ),
    used_for: z
      .enum(["answers", "embeddings"])
      .optional()
      .describe("Edgewise extension: use of the model; absent for vector stores."),
    default: z
      .boolean()
      .optional()
      .describe(
        "Edgewise extension: true for the model of requests and new vector stores of this project that name none.",
      ),
  })
  .register(COMPONENTS, { id: "Model" });
const ModelListBody = z.strictObject({ object: objectType("list"), data: listData(ModelBody) });

const modelBody = (
  { id, ownedBy, use }: ModelListing,
  defaults: Defaults,
): z.input<typeof ModelBody> => ({
  id,
  object: "model",
  created: CREATED,
  owned_by: ownedBy,
  used_for: USES[use],
  default: defaults[use] === id,
});
const USES = { answering: "answers", embedding: "embeddings" } as const;

/** Reads the defaults of a project. */
async function readDefaults(deps: ModelsDeps): Promise<Defaults> {
  const { default_model: own } = await deps.settings();
  return { ...deps.defaults, ...(own !== null && { answering: own }) };
}

/** Converts a vector store to the model that answers from it. */
const storeBody = ({ id, name, createdAt }: StoreView): z.input<typeof ModelBody> => ({
  id: nameStoreModel(id),
  object: "model",
  created: createdAt,
  owned_by: "edgewise",
  ...(name !== "" && { name }),
});

const EXAMPLE = modelBody(
  { id: "extractive-1", ownedBy: "edgewise", use: "answering" },
  { answering: "extractive-1", embedding: "hash-1" },
);
/** Model names contain slashes, as in `@cf/meta/llama`. */
const MODEL = {
  ...textParam(
    "model",
    "Name of the model, which may contain slashes and colons; `store:` and an id for a vector store.",
    EXAMPLE.id,
  ),
  isGreedy: true,
} as const;

const route = routesWith<ModelsDeps>();
const OF_PROJECT = { access: "project", tag: "Models" } as const;

/** The routes of OpenAI's models, which list the models that answer or embed in this deployment. */
export const modelRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/models",
      summary: "List models",
      watched: true,
      description:
        "Lists the deployment's models, with the default of each use, and, if the project's settings say `list_stores_as_models`, its newest 1,000 vector stores that have not expired. There are no pages.",
      response: ModelListBody,
      example: { response: { object: "list", data: [EXAMPLE] } },
    },
    async ({ deps }) => {
      const { list_stores_as_models: isListed } = await deps.settings();
      const stores = isListed ? await deps.stores(STORES_LISTED_MAX) : [];
      const live = stores.filter(({ status }) => status !== "expired");
      const defaults = await readDefaults(deps);
      const models = deps.list().map((model) => modelBody(model, defaults));
      const data = [...models, ...live.map(storeBody)];
      return ok({ object: "list" as const, data });
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/models/{model}",
      summary: "Get a model",
      params: { model: MODEL },
      response: ModelBody,
      refusals: ["model_not_found", "vector_store_expired"],
      example: { response: EXAMPLE },
    },
    async ({ deps, params: { model: id } }) => {
      const storeId = readStoreModel(id);
      if (storeId !== null) return await findStore(deps, storeId);
      const found = deps.list().find((model) => model.id === id);
      return found
        ? ok(modelBody(found, await readDefaults(deps)))
        : err(unknownModel(id, deps.modelNames, "listing"));
    },
  ),
];

async function findStore(deps: ModelsDeps, id: VectorStoreId) {
  const found = await deps.store(id);
  if (found.ok) return ok(storeBody(found.value));
  if (found.error.code !== "not_found") return err({ ...found.error, param: "model" });
  return err(unknownModel(nameStoreModel(id), deps.modelNames, "listing"));
}
