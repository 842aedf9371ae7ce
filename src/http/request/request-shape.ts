import type { z } from "zod";

import type { OtherProperties } from "./other-properties.ts";

/** What an endpoint reads of a request: the same schemas validate it and make the table of compatibility. */
export type RequestShape = {
  readonly body?: z.ZodType;
  readonly others?: OtherProperties;
  readonly query?: z.ZodType;
};

/** By method and path as OpenAI writes it: `POST /v1/vector_stores/{vector_store_id}`. */
export type RequestShapes = Readonly<Record<string, RequestShape>>;
