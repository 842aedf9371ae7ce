import { Hono } from "hono";
import { z } from "zod";

import { estimateTokens } from "../../ingest/estimate-tokens.ts";
import type { Refusal } from "../../refusal.ts";
import type { Embedder } from "../../retrieval/search-types.ts";
import type { AppEnv } from "../app-env.ts";
import { problem } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { readJson } from "../request/request.ts";

export type EmbeddingsDeps = {
  /** Null when there is no model of that name. */
  embedder(model: string): Embedder | null;
};

const TEXTS_MAX = 2_048;
const Text = z.string().min(1, { error: "an empty text has no embedding" }).max(100_000);
const EmbeddingsBody = z.strictObject({
  model: z.string().min(1),
  input: z.union([Text, z.array(Text).min(1).max(TEXTS_MAX)], {
    error: "expected a text or a list of texts; token numbers are not supported",
  }),
  encoding_format: z
    .enum(["float", "base64"])
    .nullish()
    .transform((format) => format ?? "float"),
  dimensions: z.number().int().min(1).nullish(),
});

const EMBEDDINGS_OTHERS = { user: "accepted" } as const;

export const EMBEDDINGS_REQUESTS: RequestShapes = {
  "POST /v1/embeddings": { body: EmbeddingsBody, others: EMBEDDINGS_OTHERS },
};

/** Turns texts into vectors with the models that stores are embedded with. */
export const embeddingRoutes = (depsFor: (env: Env) => EmbeddingsDeps) =>
  new Hono<AppEnv>().post("/", async (c) => {
    const body = await readJson(c, EmbeddingsBody, EMBEDDINGS_OTHERS);
    if (!body.ok) return problem(c, body.error);
    const { model, input, encoding_format: format, dimensions } = body.value;
    const embedder = depsFor(c.env).embedder(model);
    if (!embedder) return problem(c, unknownModel(model));
    const texts = typeof input === "string" ? [input] : input;
    const vectors = await embedder.embed(texts, c.req.raw.signal);
    const length = vectors[0]?.length ?? 0;
    if (dimensions && dimensions !== length) return problem(c, fixedLength(model, length));
    const tokens = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
    return c.json({
      object: "list",
      model,
      data: vectors.map((vector, index) => ({
        object: "embedding",
        index,
        embedding: format === "base64" ? base64Of(vector) : Array.from(vector),
      })),
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  });

/** Little-endian 32-bit floats, as the official clients decode them. */
function base64Of(vector: Float32Array): string {
  const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

const unknownModel = (model: string): Refusal => ({
  code: "model_not_found",
  message: `The embedding model '${model}' does not exist. GET /v1/models lists those that do.`,
  param: "model",
});

const fixedLength = (model: string, length: number): Refusal => ({
  code: "model_cannot",
  message: `Vectors of '${model}' have ${length} dimensions, and no other number.`,
  param: "dimensions",
});
