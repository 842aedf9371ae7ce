import type { z } from "zod";

import { DECLARATIONS } from "./api.ts";
import type { OtherProperties } from "./request/other-properties.ts";
import { listProperties, type RequestProperty } from "./request/request-properties.ts";

/** The parts of a request that an endpoint reads. */
export type RequestShape = {
  readonly body?: z.ZodType;
  readonly others?: OtherProperties;
  readonly query?: z.ZodType;
  readonly ours?: true;
};

/** Endpoints with a body or a query, by method and path in OpenAI's notation. */
export const REQUEST_SHAPES: Readonly<Record<string, RequestShape>> = Object.fromEntries(
  DECLARATIONS.filter(({ body, query }) => body !== undefined || query !== undefined).map(
    (declaration) => [`${declaration.method} ${declaration.path}`, declaration],
  ),
);

/** One row of the compatibility table. */
export type PropertyState = {
  readonly path: string;
  readonly state: "supported" | "no effect" | "accepted" | "refused";
  readonly note: string;
};

/** Lists the table rows for the body of one endpoint. */
export function bodyRows({ body, others = {} }: RequestShape): PropertyState[] {
  const supported = body ? listProperties(body) : [];
  const rows = supported.filter(({ path }) => !Object.hasOwn(others, path)).map(showState);
  const rest = Object.entries(others).map(([path, other]): PropertyState => {
    if (other === "accepted") return { path, state: "accepted", note: "without effect" };
    const harmless = (other.harmless ?? []).map((value) => `\`${JSON.stringify(value)}\``);
    const exception = harmless.length > 0 ? ` Accepted: ${harmless.join(", ")}.` : "";
    return { path, state: "refused", note: other.refused + exception };
  });
  return [...rows, ...rest];
}

/** Lists the table rows for the query of one endpoint. Any other query parameter is refused as unknown. */
export function queryRows({ query }: RequestShape): PropertyState[] {
  return (query ? listProperties(query) : []).map(showState);
}

const showState = ({ path, note, hasEffect }: RequestProperty): PropertyState => ({
  path,
  state: hasEffect ? "supported" : "no effect",
  note: note ?? "",
});
