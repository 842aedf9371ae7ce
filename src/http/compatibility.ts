import type { z } from "zod";

import { DECLARATIONS } from "./api.ts";
import type { OtherProperties } from "./request/other-properties.ts";
import { listProperties, type RequestProperty } from "./request/request-properties.ts";

/**
 * The parts of a route's declaration that the compatibility table shows: the schemas of its body and query, and the
 * handling of OpenAI's properties that the schemas lack.
 */
export type RequestShape = {
  readonly body?: z.ZodType;
  readonly others?: OtherProperties;
  readonly query?: z.ZodType;
  readonly ours?: true;
};

/** The request shapes of all routes with a body or a query, by method and path, such as `POST /v1/responses`. */
export const REQUEST_SHAPES: Readonly<Record<string, RequestShape>> = Object.fromEntries(
  DECLARATIONS.filter(({ body, query }) => body !== undefined || query !== undefined).map(
    (declaration) => [`${declaration.method} ${declaration.path}`, declaration],
  ),
);

/**
 * A row of the compatibility table: a property of OpenAI's API, and whether this service supports it, accepts it
 * without effect, or refuses it.
 */
export type PropertyState = {
  readonly path: string;
  readonly state: "supported" | "no effect" | "accepted" | "refused" | "by model";
  readonly note: string;
};

/** Lists the rows of the compatibility table for the body properties of one route. */
export function bodyRows({ body, others = {} }: RequestShape): PropertyState[] {
  const supported = body ? listProperties(body) : [];
  const rows = supported.filter(({ path }) => !isListed(path, others)).map(showState);
  const rest = Object.entries(others).map(([path, other]): PropertyState => {
    if (other === "accepted") return { path, state: "accepted", note: "without effect" };
    if ("byModel" in other) return { path, state: "by model", note: other.byModel };
    const harmless = (other.harmless ?? []).map((value) => `\`${JSON.stringify(value)}\``);
    const exception = harmless.length > 0 ? ` Accepted: ${harmless.join(", ")}.` : "";
    return { path, state: "refused", note: other.refused + exception };
  });
  return [...rows, ...rest];
}

/** True for a property with a row of its own, and for the members of one that the model decides on. */
const isListed = (path: string, others: OtherProperties): boolean =>
  Object.entries(others).some(([listed, other]) => {
    if (path === listed) return true;
    return typeof other === "object" && "byModel" in other && path.startsWith(`${listed}.`);
  });

/**
 * Lists the rows of the compatibility table for the query parameters of one route. Parameters that are not listed are
 * refused as unknown.
 */
export function queryRows({ query }: RequestShape): PropertyState[] {
  return (query ? listProperties(query) : []).map(showState);
}

const showState = ({ path, note, hasEffect }: RequestProperty): PropertyState => ({
  path,
  state: hasEffect ? "supported" : "no effect",
  note: note ?? "",
});
