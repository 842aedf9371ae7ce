import { z } from "zod";

import { ok } from "../../result.ts";
import { routesWith } from "../route/route.ts";

/** The dependencies of the routes that describe the service. */
export type ServiceDeps = {
  /** Returns the OpenAPI document as JSON text. */
  describe(): string;
};

const HealthBody = z.strictObject({
  status: z.literal("ok").describe("Always `ok` when the service answers."),
});
const DescriptionBody = z.looseObject({ openapi: z.string().describe("Version of OpenAPI.") });

const route = routesWith<ServiceDeps>();
const FOR_ALL = { access: "public", tag: "Service", ours: true } as const;

/** The routes that report the health of the service and describe its API. They need no key. */
export const serviceRoutes = [
  route(
    {
      ...FOR_ALL,
      method: "GET",
      path: "/health",
      summary: "Check the health",
      response: HealthBody,
      example: { response: { status: "ok" } },
    },
    () => ok({ status: "ok" as const }),
  ),
  route(
    {
      ...FOR_ALL,
      method: "GET",
      path: "/openapi.json",
      summary: "Get the API description",
      description: "OpenAPI 3.1, for generators of clients and for viewers.",
      response: DescriptionBody,
      example: { response: { openapi: "3.1.0" } },
    },
    ({ c, deps }) =>
      ok(c.body(deps.describe(), 200, { "content-type": "application/json; charset=utf-8" })),
  ),
];
