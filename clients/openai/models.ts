import assert from "node:assert/strict";

import type { Call } from "../call.ts";
import { BUILT_IN, LEAVE } from "../world.ts";

const EMBEDDING = "hash-1";

/** The test calls of `openai.models` and `openai.embeddings`. */
export const MODEL_CALLS: readonly Call[] = [
  {
    name: "models.list()",
    run: async ({ openai }) => {
      const ids: string[] = [];
      for await (const { id } of openai.models.list()) ids.push(id);
      assert.ok(ids.includes(BUILT_IN));
    },
  },
  {
    name: "models.retrieve()",
    run: async ({ openai }) => {
      assert.equal((await openai.models.retrieve(BUILT_IN)).object, "model");
    },
  },
  {
    name: "models.delete()",
    refused: { status: 405, documented: "DELETE /v1/models/{model}" },
    run: ({ openai }) => openai.models.delete(BUILT_IN),
  },
  {
    name: "embeddings.create({input: text})",
    run: async ({ openai }) => {
      const made = await openai.embeddings.create({ model: EMBEDDING, input: LEAVE.question });
      assert.ok((made.data[0]?.embedding.length ?? 0) > 100);
    },
  },
  {
    name: "embeddings.create({input: texts})",
    run: async ({ openai }) => {
      const made = await openai.embeddings.create({
        model: EMBEDDING,
        input: [LEAVE.question, "b"],
      });
      assert.equal(made.data.length, 2);
    },
  },
  {
    name: "embeddings.create({encoding_format: float, user})",
    run: async ({ openai }) => {
      const made = await openai.embeddings.create({
        model: EMBEDDING,
        input: LEAVE.question,
        encoding_format: "float",
        user: "someone",
      });
      assert.equal(typeof made.data[0]?.embedding[0], "number");
    },
  },
  {
    name: "embeddings.create({encoding_format: base64})",
    run: async ({ openai }) => {
      const made = await openai.embeddings.create({
        model: EMBEDDING,
        input: LEAVE.question,
        encoding_format: "base64",
      });
      assert.equal(typeof made.data[0]?.embedding, "string");
    },
  },
  {
    name: "embeddings.create({dimensions})",
    run: async ({ openai }) => {
      const { data } = await openai.embeddings.create({ model: EMBEDDING, input: "a" });
      const dimensions = data[0]?.embedding.length ?? 0;
      const made = await openai.embeddings.create({ model: EMBEDDING, input: "a", dimensions });
      assert.equal(made.data[0]?.embedding.length, dimensions);
    },
  },
  {
    name: "models.retrieve() of a model for embeddings",
    run: async ({ openai }) => {
      assert.equal((await openai.models.retrieve(EMBEDDING)).id, EMBEDDING);
    },
  },
];
