import { z } from "zod";

import { notFound } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { listData, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { textParam } from "../route/param.ts";
import { routesWith } from "../route/route.ts";

/** A model in the list of models. `ownedBy` names its provider. */
export type ModelListing = { readonly id: string; readonly ownedBy: string };

/** The list of the models that a deployment offers. */
export type ModelsDeps = { list(): readonly ModelListing[] };

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
  })
  .register(COMPONENTS, { id: "Model" });
const ModelListBody = z.strictObject({ object: objectType("list"), data: listData(ModelBody) });

const modelBody = ({ id, ownedBy }: ModelListing): z.input<typeof ModelBody> => ({
  id,
  object: "model",
  created: CREATED,
  owned_by: ownedBy,
});

const EXAMPLE = modelBody({ id: "extractive-1", ownedBy: "edgewise" });
/** Model names contain slashes, as in `@cf/meta/llama`. */
const MODEL = {
  ...textParam("model", "Name of the model; it may contain slashes.", EXAMPLE.id),
  isGreedy: true,
} as const;

const route = routesWith<ModelsDeps>();
const OF_PROJECT = { access: "project", tag: "Models" } as const;

/** The routes of OpenAI's models: those that a deployment can answer and embed with. */
export const modelRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/models",
      summary: "List models",
      response: ModelListBody,
      example: { response: { object: "list", data: [EXAMPLE] } },
    },
    ({ deps }) => ok({ object: "list" as const, data: deps.list().map(modelBody) }),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/models/{model}",
      summary: "Get a model",
      params: { model: MODEL },
      response: ModelBody,
      example: { response: EXAMPLE },
    },
    ({ deps, params: { model: id } }) => {
      const found = deps.list().find((model) => model.id === id);
      return found ? ok(modelBody(found)) : err(notFound("model", id));
    },
  ),
];
