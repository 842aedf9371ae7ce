import { z } from "zod";

import { estimateTokens } from "../../ingest/text/estimate-tokens.ts";
import { type ModelNames, unknownModel } from "../../model-names.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import type { Embedder } from "../../retrieval/search-types.ts";
import { objectType } from "../fields.ts";
import { CREATES_NOTHING } from "../route/declaration.ts";
import { routesWith } from "../route/route.ts";

/** The dependencies of the embeddings route: the look-up of the deployment's embedding models. */
export type EmbeddingsDeps = {
  readonly modelNames: ModelNames;
  /** Returns the embedding model of this name; null if there is none. */
  embedder(model: string): Pick<Embedder, "embed"> | null;
};

const TEXTS_MAX = 2_048;
const Text = z
  .string()
  .min(1, { error: "an empty text has no embedding; leave it out" })
  .max(100_000);
const EmbeddingsBody = z.strictObject({
  model: z.string().min(1).describe("Name of an embedding model; `GET /v1/models` lists them."),
  input: z
    .union([Text, z.array(Text).min(1).max(TEXTS_MAX)], {
      error: "expected a text or a list of texts; token numbers are not supported",
    })
    .describe("A text, or up to 2,048 texts, of 1 to 100,000 characters each."),
  encoding_format: z
    .enum(["float", "base64"])
    .nullish()
    .transform((format) => format ?? "float")
    .describe(
      "The form of each vector: a list of numbers, or little-endian 32-bit floats in Base64; `float` by default.",
    ),
  dimensions: z
    .number()
    .int()
    .min(1)
    .nullish()
    .describe("The length of the vectors. Models here have one length, and refuse another."),
});

const EmbeddingsResultBody = z.strictObject({
  object: objectType("list"),
  model: z.string().describe("Name of the model."),
  data: z
    .array(
      z.strictObject({
        object: objectType("embedding"),
        index: z.number().int().describe("Position of the text in `input`, from 0."),
        embedding: z
          .union([z.array(z.number()), z.string()])
          .describe("The vector, in the requested form."),
      }),
    )
    .describe("One vector for each text, in the same order."),
  usage: z
    .strictObject({
      prompt_tokens: z.number().int().describe("Estimated number of tokens in the texts."),
      total_tokens: z.number().int().describe("The same number."),
    })
    .describe("Tokens that were read."),
});

const route = routesWith<EmbeddingsDeps>();

/** The route of OpenAI's embeddings, which embeds texts with the models that vector stores use. */
export const embeddingRoutes = [
  route(
    {
      access: "project",
      tag: "Models",
      method: "POST",
      path: "/v1/embeddings",
      summary: "Create embeddings",
      body: EmbeddingsBody,
      others: { user: "accepted" },
      idempotency: CREATES_NOTHING,
      response: EmbeddingsResultBody,
      refusals: ["model_not_found", "model_cannot"],
      example: {
        body: { model: "hash-1", input: "annual leave" },
        response: {
          object: "list",
          model: "hash-1",
          data: [{ object: "embedding", index: 0, embedding: [0.12, -0.03] }],
          usage: { prompt_tokens: 2, total_tokens: 2 },
        },
      },
    },
    async ({ c, deps, body: { model, input, encoding_format: format, dimensions } }) => {
      const embedder = deps.embedder(model);
      if (!embedder) return err(unknownModel(model, deps.modelNames, "embedding"));
      const texts = typeof input === "string" ? [input] : input;
      const vectors = await embedder.embed(texts, c.req.raw.signal);
      const length = vectors[0]?.length ?? 0;
      if (dimensions && dimensions !== length) return err(fixedLength(model, length));
      const tokens = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
      return ok({
        object: "list" as const,
        model,
        data: vectors.map((vector, index) => ({
          object: "embedding" as const,
          index,
          embedding: format === "base64" ? encodeBase64(vector) : Array.from(vector),
        })),
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      });
    },
  ),
];

/** Encodes little-endian 32-bit floats, as the official clients decode them. */
function encodeBase64(vector: Float32Array): string {
  const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

const fixedLength = (model: string, length: number): Refusal => ({
  code: "model_cannot",
  message: `Vectors of '${model}' have ${length} dimensions, which cannot be changed. Leave out 'dimensions'.`,
  param: "dimensions",
});
