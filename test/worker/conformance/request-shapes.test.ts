import { it } from "vitest";

import { REQUEST_SHAPES } from "../../../src/http/compatibility.ts";
import { app } from "../../../src/index.ts";

/** Endpoints that read neither a body nor a query. */
const BARE: readonly RegExp[] = [
  /^DELETE /,
  /^GET \S+\/\{\}$/,
  /^GET \S+\/content$/,
  /^GET \/v1\/models$/,
  /^POST \S+\/(cancel|archive)$/,
];
/** Our own endpoints, of which the table of compatibility says nothing; docs/workflows.md has them. */
const OURS = /^\w+ \/v1\/(workflows|runs|schedules|organization\/projects\/\{\}\/(secrets|grants))/;

const withoutNames = (endpoint: string) =>
  endpoint.replaceAll(/:\w+\{[^}]*\}|\{\w+\}|:\w+/g, "{}").replace(/\/$/, "");

it("every route says what it reads of a request", ({ expect }) => {
  const declared = new Set(Object.keys(REQUEST_SHAPES).map(withoutNames));
  const routes = app.routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/v1"))
    .map(({ method, path }) => withoutNames(`${method} ${path}`));
  const silent = [...new Set(routes)].filter(
    (route) => !declared.has(route) && !OURS.test(route) && !BARE.some((bare) => bare.test(route)),
  );
  const gone = [...declared].filter((endpoint) => !routes.includes(endpoint));
  expect(
    { silent, gone },
    "Give the route an entry in the …_REQUESTS beside it, made of the schemas that it validates with, and name a new list" +
      " of them in src/http/compatibility.ts; a route that reads neither body nor query is named in BARE of this test.",
  ).toEqual({ silent: [], gone: [] });
});
