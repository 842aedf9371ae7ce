import { Hono } from "hono";

import { notFound } from "../../refusal.ts";
import type { AppEnv } from "../app-env.ts";
import { problem } from "../problem.ts";

export type ModelListing = { readonly id: string; readonly ownedBy: string };

export type ModelsDeps = { list(): readonly ModelListing[] };

/** When this service's own models were made; a configured server's models have no better date. */
const CREATED = Date.UTC(2026, 10, 24) / 1000;

/** The models that a deployment answers and embeds with. */
export const modelRoutes = (depsFor: (env: Env) => ModelsDeps) =>
  new Hono<AppEnv>()
    .get("/", (c) => {
      const data = depsFor(c.env).list().map(modelBody);
      return c.json({ object: "list", data });
    })
    // Names of models contain slashes, as in `@cf/meta/llama`.
    .get("/:id{.+}", (c) => {
      const id = c.req.param("id");
      const found = depsFor(c.env)
        .list()
        .find((model) => model.id === id);
      return found ? c.json(modelBody(found)) : problem(c, notFound("model", id));
    });

const modelBody = ({ id, ownedBy }: ModelListing) => ({
  id,
  object: "model",
  created: CREATED,
  owned_by: ownedBy,
});
