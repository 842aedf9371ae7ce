import { describe, it } from "vitest";
import type { z } from "zod";

import { DECLARATIONS } from "../../../../src/http/api.ts";
import { checkBody } from "../../../../src/http/request/request.ts";
import { leastCpuTime } from "../../cpu-time.ts";

/** The most numbers that a body of 8 MB holds. */
const NUMBERS = Array.from({ length: 4_000_000 }, () => 1);
/** The longest time that a refusal may take here. Checking all the numbers takes 20 s and more. */
const REFUSAL_MS_MAX = 1_000;

function schemaOf(method: string, path: string): z.ZodType {
  const body = DECLARATIONS.find((one) => one.method === method && one.path === path)?.body;
  if (!body) throw new Error(`There is no ${method} ${path} with a body.`);
  return body;
}

const HOSTILE: readonly (readonly [string, string, () => unknown])[] = [
  ["items", "/v1/responses", () => ({ model: "a", input: NUMBERS })],
  [
    "parts of a message",
    "/v1/responses",
    () => ({ model: "a", input: [{ role: "user", content: NUMBERS }] }),
  ],
  [
    "parts, shared by many messages",
    "/v1/responses",
    () => ({
      model: "a",
      input: Array.from({ length: 2_000 }, () => ({
        role: "user",
        content: NUMBERS.slice(0, 2_000),
      })),
    }),
  ],
  [
    "items of a conversation",
    "/v1/conversations/{conversation_id}/items",
    () => ({ items: NUMBERS }),
  ],
  [
    "messages",
    "/v1/chat/completions",
    () => ({ model: "a", messages: [{ role: "user", content: NUMBERS }] }),
  ],
  [
    "pairs",
    "/v1/vector_stores",
    () => ({
      metadata: Object.fromEntries(Array.from({ length: 500_000 }, (_, at) => [`k${at}`, 1])),
    }),
  ],
  [
    "filters",
    "/v1/vector_stores/{vector_store_id}/search",
    () => ({ query: "a", filters: { type: "and", filters: NUMBERS } }),
  ],
];

describe("a body with more items than a request has", () => {
  it.for(HOSTILE)("is refused before they are checked: %s", async ([, path, make], { expect }) => {
    const schema = schemaOf("POST", path);
    const body = make();
    const took = await leastCpuTime(REFUSAL_MS_MAX, () => {
      const checked = checkBody(body, schema);
      expect(checked).toMatchObject({ ok: false, error: { code: "invalid_request" } });
    });
    expect(took).toBeLessThan(REFUSAL_MS_MAX);
  });
});

describe("the largest request", () => {
  it("is taken: a batch of 2,000 files with all their attributes", ({ expect }) => {
    const attributes = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`a${at}`, at]));
    const files = Array.from({ length: 2_000 }, (_, at) => ({
      file_id: `file-${at}`,
      attributes,
      chunking_strategy: {
        type: "static",
        static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 },
      },
    }));
    const schema = schemaOf("POST", "/v1/vector_stores/{vector_store_id}/file_batches");
    expect(checkBody({ files }, schema)).toMatchObject({ ok: true });
  });

  it("has a value of any shape that is larger", ({ expect }) => {
    const body = { workflow: "import", input: NUMBERS.slice(0, 100_000) };
    expect(checkBody(body, schemaOf("POST", "/v1/runs"))).toMatchObject({ ok: true });
  });
});
