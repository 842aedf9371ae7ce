import type { Hono } from "hono";

import { shorten } from "../../shorten.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { findMissing } from "../missing-endpoints.ts";
import { problem } from "../problem.ts";
import type { Declaration, Method } from "./declaration.ts";

/** A route that can be added to the router: its handler makes its dependencies from the request's bindings. */
export type Mounted = Declaration & { readonly serve: (c: AppContext) => Promise<Response> };

/** Converts a path to Hono's notation: `/v1/files/{file_id}` → `/v1/files/:file_id`. */
function honoPath({ path, params = {} }: Declaration): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    params[name]?.isGreedy ? `:${name}{.+}` : `:${name}`,
  );
}

/** Adds routes to the router. Hono also answers HEAD requests, with the GET route and without the body. */
export function addRoutes(app: Hono<AppEnv>, routes: readonly Mounted[]): void {
  for (const route of routes) app.on(route.method, honoPath(route), (c) => route.serve(c));
}

/** Adds to the router an answer to OPTIONS on every path, which needs no key. */
export function addOptions(app: Hono<AppEnv>, routes: readonly Mounted[]): void {
  for (const [path, methods] of methodsByPath(routes)) {
    const allow = formatAllow(methods);
    app.options(path, (c) => c.body(null, 204, { allow }));
  }
}

/** Adds to the router the refusal (405) of methods that a path does not have. Call it after `addRoutes`. */
export function addMethodRefusals(app: Hono<AppEnv>, routes: readonly Mounted[]): void {
  for (const [path, methods] of methodsByPath(routes)) {
    const allow = formatAllow(methods);
    app.all(path, (c) => {
      const { method, path: asked } = c.req;
      const reason = findMissing(method, asked);
      const rest = reason === null ? "." : `: ${reason}`;
      const message = `${shorten(asked)} does not support ${shorten(method)}${rest} Use one of: ${allow}.`;
      return problem(c, { code: "method_not_allowed", message }, { allow });
    });
  }
}

function methodsByPath(routes: readonly Mounted[]): Map<string, Method[]> {
  const byPath = Map.groupBy(routes, honoPath);
  return new Map(Array.from(byPath, ([path, group]) => [path, group.map(({ method }) => method)]));
}

function formatAllow(methods: readonly Method[]): string {
  const head = methods.includes("GET") ? ["HEAD"] : [];
  return [...methods, ...head, "OPTIONS"].join(", ");
}
