import { z } from "zod";

import { COMPONENTS } from "./components.ts";

/** The schema of the body of every error response: the fields of RFC 9457, and OpenAI's `error` for its clients. */
export const ProblemBody = z
  .strictObject({
    type: z.string().describe("`urn:edgewise:problem:` and the code."),
    title: z
      .string()
      .describe("The kind of problem, in a few words; the same for every problem of this type."),
    status: z.number().int().describe("The HTTP status of this answer."),
    detail: z.string().describe("The fault in this request, and the remedy."),
    instance: z.string().describe("Id of the request, the same as in the header `x-request-id`."),
    id: z
      .string()
      .optional()
      .describe("Id of the failed response, where a model was away and the response is stored."),
    error: z
      .strictObject({
        message: z.string().describe("The same as `detail`."),
        type: z
          .string()
          .describe("The class of the error in OpenAI's clients, such as `invalid_request_error`."),
        param: z.string().nullable().describe("The part of the request that is wrong."),
        code: z.string().describe("The code of the problem; docs/errors.md lists all codes."),
        reason: z
          .string()
          .optional()
          .describe("Reason for which a model was away, as a code; docs/errors.md lists them."),
      })
      .describe("The same error in the form that OpenAI's clients read."),
    errors: z
      .array(
        z.strictObject({
          path: z.string().describe("The part of the request that is wrong."),
          code: z.string().describe("The code of this problem."),
          message: z.string().describe("The fault, and the remedy."),
        }),
      )
      .optional()
      .describe("All problems, when there can be more than one."),
  })
  .register(COMPONENTS, { id: "Problem" });
