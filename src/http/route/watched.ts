import { z } from "zod";

import type { Declaration, Media } from "./declaration.ts";

/** The query parameter by which a client asks for the changes of a watched route. */
export const STREAM = "stream";

const StreamQuery = z.object({
  [STREAM]: z
    .enum(["true", "false"])
    .optional()
    .describe("Edgewise extension: send the answer as server-sent events, whenever it changes."),
});

/** Formats an answer as the event of a watched route. `id` names its content. */
export const formatSnapshot = (id: string, json: string): string =>
  `event: snapshot\nid: ${id}\ndata: ${json}\n\n`;

/** Adds to the declaration of a watched route the parameter `stream`, and the form of the answer that it asks for. */
export function declareWatched(declaration: Declaration): Declaration {
  const { query = z.strictObject({}), media = [], example } = declaration;
  if (!(query instanceof z.ZodObject)) {
    throw new Error(`The query of ${declaration.path} must be an object, to be watched`);
  }
  const events: Media = {
    contentType: "text/event-stream",
    description:
      "With `stream`: as server-sent events, the answer now and again whenever it changes",
    isByWords: true,
    example: formatSnapshot("3b1f0c5e9a7d4f28", JSON.stringify(example.response)),
  };
  return { ...declaration, query: query.extend(StreamQuery.shape), media: [...media, events] };
}

/** Removes the parameter `stream` from the query of a watched route, whose handler does not know it. */
export function dropStream(query: unknown): unknown {
  if (typeof query !== "object" || query === null) return query;
  return Object.fromEntries(Object.entries(query).filter(([name]) => name !== STREAM));
}
