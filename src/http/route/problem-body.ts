import { z } from "zod";

import { COMPONENTS } from "./components.ts";

/** Body of every error: RFC 9457 members, and OpenAI's `error` for its clients. */
export const ProblemBody = z
  .strictObject({
    type: z.string().describe("`urn:edgewise:problem:` and the code."),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string().describe("Id of the request, the same as in the header `x-request-id`."),
    error: z.strictObject({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable().describe("The part of the request that is wrong."),
      code: z.string(),
    }),
    errors: z
      .array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .describe("All problems, when there can be more than one."),
  })
  .register(COMPONENTS, { id: "Problem" });
