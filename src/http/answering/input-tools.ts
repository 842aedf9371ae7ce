import { z } from "zod";

import { toAnswerRequest } from "../../conversation/answer-request-of.ts";
import { packItems } from "../../conversation/compaction.ts";
import { readInput } from "../../conversation/read-input.ts";
import { NO_USAGE } from "../../conversation/response-object.ts";
import { CreateResponseBody } from "../../conversation/response-request.ts";
import { newKey, newResponseId } from "../../ids.ts";
import { estimateTokens } from "../../ingest/text/estimate-tokens.ts";
import { ok } from "../../result.ts";
import { CreatedAt, objectType } from "../fields.ts";
import { CREATES_NOTHING } from "../route/declaration.ts";
import { RESPONSE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { CompactionBody } from "./item-body.ts";
import { itemOthers } from "./item-others.ts";
import { UsageBody } from "./response-body.ts";
import { RESPONSE_OTHERS } from "./response-others.ts";
import type { ResponseDeps } from "./responses.ts";

const { shape } = CreateResponseBody;
const Input = shape.input.nullish();
const CompactBody = z.strictObject({
  model: shape.model,
  input: Input.describe("The items to compact, after those of `previous_response_id`."),
  previous_response_id: shape.previous_response_id,
  instructions: shape.instructions.describe("Accepted; instructions are not compacted."),
});
const CountBody = CreateResponseBody.pick({
  model: true,
  previous_response_id: true,
  conversation: true,
  instructions: true,
  tools: true,
  tool_choice: true,
  parallel_tool_calls: true,
  text: true,
  truncation: true,
}).extend({ input: Input.describe("A text or items, as in a response's request.") });

const CompactedBody = z.strictObject({
  id: z.string().describe("Id of this compaction; it is not stored."),
  object: objectType("response.compaction"),
  created_at: CreatedAt,
  output: z
    .array(CompactionBody)
    .describe("The items, as one item. Send it as input in their place."),
  usage: UsageBody.describe("Always zeros: no model is asked."),
});
const CountedBody = z.strictObject({
  object: objectType("response.input_tokens"),
  input_tokens: z
    .number()
    .int()
    .describe("Estimated tokens of the request, without passages that a search would add."),
});

/** Properties that clients send by habit and that cannot change the result. */
const CACHING = {
  prompt_cache_key: "accepted",
  prompt_cache_retention: "accepted",
  prompt_cache_options: "accepted",
  service_tier: "accepted",
} as const;
const { stream_options: _stream, ...COUNT_OTHERS } = RESPONSE_OTHERS;

const route = routesWith<ResponseDeps>();
const OF_PROJECT = { access: "project", tag: "Responses" } as const;
const QUESTION = "How many days of annual leave do I have?";

/** Refusals of the place that `model`, `conversation` and `previous_response_id` name. */
const REFUSALS = [
  "not_found",
  "model_cannot",
  "response_in_progress",
  "model_not_found",
  "vector_store_expired",
] as const;

/**
 * The routes that process the input of a response without answering it: one compacts the input, the other counts its
 * tokens. They store nothing.
 */
export const inputToolRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/responses/compact",
      summary: "Compact items",
      description:
        "Packs the items of a response's history, and further ones, into one item. Nothing is lost: a request with that item is answered as one with all of them.",
      body: CompactBody,
      others: { ...CACHING, ...itemOthers("input") },
      idempotency: CREATES_NOTHING,
      response: CompactedBody,
      refusals: REFUSALS,
      example: {
        body: { model: "extractive-1", previous_response_id: RESPONSE_PARAM.example },
        response: {
          id: RESPONSE_PARAM.example,
          object: "response.compaction",
          created_at: 1_795_000_000,
          output: [
            { type: "compaction", id: "cmp_01k8v3q7cde4f6g8h0jkmnpq", encrypted_content: "ew1.…" },
          ],
          usage: NO_USAGE,
        },
      },
    },
    async ({ deps, body }) => {
      const items = await readInput(deps, body);
      if (!items.ok) return items;
      const packed = packItems(items.value);
      if (!packed.ok) return packed;
      return ok({
        id: newResponseId(newKey()),
        object: "response.compaction" as const,
        created_at: Math.floor(Date.now() / 1000),
        output: [
          { type: "compaction" as const, id: `cmp_${newKey()}`, encrypted_content: packed.value },
        ],
        usage: NO_USAGE,
      });
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/responses/input_tokens",
      summary: "Count input tokens",
      description:
        "Estimates the tokens that a response with this body would read. The estimate needs no tokenizer and is about as wrong in all languages.",
      body: CountBody,
      others: { ...COUNT_OTHERS, personality: "accepted" },
      idempotency: CREATES_NOTHING,
      response: CountedBody,
      refusals: REFUSALS,
      example: {
        body: { model: "extractive-1", input: QUESTION },
        response: { object: "response.input_tokens", input_tokens: 9 },
      },
    },
    async ({ deps, body }) => {
      const items = await readInput(deps, body);
      if (!items.ok) return items;
      const { workflow: _workflow, ...asked } = CreateResponseBody.parse({ input: QUESTION });
      const { conversation: _place, previous_response_id: _previous, ...kept } = body;
      const {
        items: said,
        functions,
        instructions,
      } = toAnswerRequest({ ...asked, ...kept }, items.value);
      const texts = [instructions ?? "", ...functions.map((one) => JSON.stringify(one))];
      const tokens = [...texts, ...said.map((one) => JSON.stringify(one))].map((text) =>
        estimateTokens(text),
      );
      return ok({
        object: "response.input_tokens" as const,
        input_tokens: tokens.reduce((sum, count) => sum + count, 0),
      });
    },
  ),
];
