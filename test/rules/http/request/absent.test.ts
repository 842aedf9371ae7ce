import { describe, it } from "vitest";
import { z } from "zod";

import { checkBody } from "../../../../src/http/request/request.ts";
import { err, ok } from "../../../../src/result.ts";
import { listNullRequests, type NullRequest } from "./null-requests.ts";

/** Members of which null means none, so that an update can clear them; null differs from absent here by design. */
const NONE = [
  "POST /v1/conversations/{conversation_id}: metadata",
  "POST /v1/chat/completions: metadata",
  "POST /v1/vector_stores: metadata",
  "POST /v1/vector_stores/{vector_store_id}: metadata",
  "POST /v1/vector_stores/{vector_store_id}/files: attributes",
  "POST /v1/vector_stores/{vector_store_id}/files/{file_id}: attributes",
  "POST /v1/vector_stores/{vector_store_id}/file_batches: files[0].attributes",
  "POST /v1/vector_stores/{vector_store_id}/file_batches: attributes",
  "POST /v1/schedules: metadata",
  "POST /v1/schedules/{schedule_id}: metadata",
];

const REQUESTS = listNullRequests();

const read = ({ declaration: { body, others } }: NullRequest, value: unknown) =>
  body ? checkBody(value, body, others) : null;

/** A schema may pass null on: no handler distinguishes it from an absent member, except where null clears one. */
const writeWithoutNulls = (value: unknown) =>
  JSON.stringify(value, (_key, member: unknown) => member ?? undefined);

const name = ({ endpoint, param }: NullRequest) => `${endpoint}: ${param}`;

describe("null in a request", () => {
  it("is tried for each member of each body that the declarations know", ({ expect }) => {
    const endpoints = new Set(REQUESTS.map(({ endpoint }) => endpoint));
    expect(endpoints.size).toBeGreaterThanOrEqual(23);
    expect(REQUESTS.length).toBeGreaterThan(250);
  });

  it("counts as absent, wherever the member is", ({ expect }) => {
    const different = REQUESTS.filter((request) => {
      const [withNull, without] = [request.withNull(), request.without()];
      const [given, absent] = [read(request, withNull), read(request, without)];
      return writeWithoutNulls(given) !== writeWithoutNulls(absent);
    });
    expect(different.map(name)).toEqual(NONE);
  });

  it("is dropped from a member that no schema knows, and from metadata", ({ expect }) => {
    expect(readAs({ name: "a", nonsense: null })).toEqual(ok({ name: "a" }));
    expect(readAs({ name: "a", metadata: { a: "b", c: null } })).toEqual(
      ok({ name: "a", metadata: { a: "b" } }),
    );
    expect(readAs({ name: null })).toMatchObject(
      err({ message: "Invalid 'name': it is required." }),
    );
  });

  it("is kept in a JSON value and as an element of a list", ({ expect }) => {
    const input = { a: null, b: [null, { c: null }] };
    expect(readAs({ name: "a", input })).toEqual(ok({ name: "a", input }));
    expect(readAs({ name: "a", input: null })).toEqual(ok({ name: "a", input: null }));
    expect(readAs({ name: "a", list: [null] })).toMatchObject({
      error: { message: "Invalid 'list[0]': it must be a string, not null." },
    });
  });

  it("is kept where one branch of a union gives it a meaning, and dropped in the others", ({
    expect,
  }) => {
    expect(readChoice({ type: "clear", value: null })).toMatchObject({
      value: { choice: { value: null } },
    });
    const kept = readChoice({ type: "keep", value: null });
    expect(kept).toEqual(ok({ name: "a", choice: { type: "keep" } }));
  });
});

function readAs(body: object) {
  const result = checkBody(body, Body);
  return result.ok ? ok(result.value.value) : result;
}
const readChoice = (choice: object) => readAs({ name: "a", choice });

const Body = z.strictObject({
  name: z.string(),
  metadata: z.record(z.string(), z.string()).optional(),
  input: z.unknown().optional(),
  list: z.array(z.string()).optional(),
  choice: z
    .union([
      z.strictObject({ type: z.literal("keep"), value: z.string().optional() }),
      z.strictObject({ type: z.literal("clear"), value: z.string().nullable() }),
    ])
    .optional(),
});
