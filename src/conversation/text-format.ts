import { z } from "zod";

const JSON_SCHEMA_FORMAT = {
  type: z.literal("json_schema").describe("The answer is JSON that matches `schema`."),
  name: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .describe(
      "Name of the format, for the model: at most 64 letters, digits, underscores and dashes.",
    ),
  description: z.string().nullish().describe("Purpose of the format, for the model."),
  schema: z.record(z.string(), z.unknown()).describe("JSON Schema of the answer."),
};
const PlainFormat = z.strictObject({
  type: z.literal("text").describe("The answer is plain text."),
});
const JsonObjectFormat = z.strictObject({
  type: z.literal("json_object").describe("The answer is any JSON object."),
});

/**
 * The schema of the format of an answer's text (plain, JSON object or JSON schema) as it is stored and returned, with
 * defaults filled in.
 */
export const TextFormat = z.discriminatedUnion("type", [
  PlainFormat,
  JsonObjectFormat,
  z.strictObject({
    ...JSON_SCHEMA_FORMAT,
    strict: z.boolean().describe("True when the model must match the schema exactly."),
  }),
]);

/** The schema of the format of an answer's text (plain, JSON object or JSON schema) in a request or workflow step. */
export const TextFormatParam = z.discriminatedUnion("type", [
  PlainFormat,
  JsonObjectFormat,
  z
    .strictObject({
      ...JSON_SCHEMA_FORMAT,
      strict: z
        .boolean()
        .nullish()
        .describe("Ask the model to match the schema exactly; false by default."),
    })
    .transform((format) => ({ ...format, strict: format.strict ?? false })),
]);

/** The format that a request or a workflow step asks for (plain, JSON object or JSON schema), after it was checked. */
export type TextFormatParam = z.output<typeof TextFormatParam>;
