import { describe, it } from "vitest";

import { Dice } from "../../../scripts/http-fuzz/dice.ts";
import { type Draft, encode, setJson } from "../../../scripts/http-fuzz/draft.ts";
import { judge } from "../../../scripts/http-fuzz/judge.ts";
import { JSON_MUTATIONS } from "../../../scripts/http-fuzz/mutate-json.ts";
import { shrink } from "../../../scripts/http-fuzz/shrink.ts";
import { Values } from "../../../scripts/http-fuzz/values.ts";

const SENT = {
  text:
    'POST /v1/files HTTP/1.1\r\n\r\n{"a":"kernel_run"}' +
    `{"${"l".repeat(150)}":"${"o".repeat(90)}"}`,
  method: "POST",
  codes: new Set(["invalid_request"]),
  isForPlatform: false,
};

function refusal(status: number, message: string, code = "invalid_request") {
  const body = JSON.stringify({
    type: "urn:edgewise:problem:x",
    title: "T",
    status,
    detail: message,
    instance: "req_1",
    error: { message, type: "invalid_request_error", param: null, code },
  });
  const headers = new Map([["content-type", "application/problem+json"]]);
  return { answer: { status, headers, body }, ms: 1, isHung: false };
}

const PLAIN = { status: 404, headers: new Map([["content-type", "text/plain"]]), body: "" };

function draftOf(json: unknown): Draft {
  const draft: Draft = {
    method: "POST",
    path: "/v1/files",
    query: [["a", "1"]],
    headers: [["x-a", "b"]],
    body: null,
    json: undefined,
    framing: "length",
    isForPlatform: false,
  };
  setJson(draft, json);
  return draft;
}

function mutateMany(seed: string): string[] {
  const dice = new Dice(seed);
  return Array.from({ length: 50 }, () => {
    const draft = draftOf({ a: [{ b: "text" }], c: 1 });
    dice.pick(JSON_MUTATIONS).apply(draft, dice);
    return encode(draft, "localhost").toString("latin1");
  });
}

describe("the judge of answers", () => {
  it("accepts a refusal in the shape of errors, and words of the request in it", ({ expect }) => {
    expect(judge(SENT, refusal(400, "Invalid 'a': kernel_run is too long."))).toEqual([]);
    const longest = `Unknown: '${"l".repeat(150)}', '${"o".repeat(50)}'. ${"Leave it out. ".repeat(10)}`;
    expect(judge(SENT, refusal(400, longest))).toEqual([]);
  });

  it.for<[string, Parameters<typeof judge>[1]]>([
    ["is answered with 500", refusal(500, "The service failed.")],
    ['has an error that says "corpus_shard"', refusal(400, "no such table: corpus_shard")],
    ['has an error that says "TypeError"', refusal(400, "TypeError: x")],
    [
      "is refused with not_found, which the operation does not declare",
      refusal(404, "No file found.", "not_found"),
    ],
    [
      "has an error that repeats too much of the request",
      refusal(400, `Unknown: '${"l".repeat(150)}', '${"o".repeat(90)}'.`),
    ],
    ["is closed without an answer", { answer: null, ms: 1, isHung: false }],
    ["has no complete answer in time", { answer: null, ms: 10_000, isHung: true }],
    ["has an error 404 of the type text/plain", { answer: PLAIN, ms: 1, isHung: false }],
  ])("finds that a request %s", ([problem, exchanged], { expect }) => {
    expect(judge(SENT, exchanged)).toContain(problem);
  });
});

describe("mutations", () => {
  it("are the same for the same seed", ({ expect }) => {
    expect(mutateMany("one")).toEqual(mutateMany("one"));
    expect(mutateMany("one")).not.toEqual(mutateMany("two"));
    expect(new Set(mutateMany("one")).size).toBeGreaterThan(20);
  });

  it("nest a member in itself", ({ expect }) => {
    const nest = JSON_MUTATIONS.find(({ name }) => name === "nested in itself");
    const draft = draftOf({ filters: { type: "and", filters: [{ key: "a" }] } });
    expect(nest?.apply(draft, new Dice("x"))).toBe(true);

    expect((draft.body?.toString() ?? "").length).toBeGreaterThan(500);
  });
});

describe("values", () => {
  it("are what a schema takes, also where it refers to itself", ({ expect }) => {
    const schemas = {
      Tree: {
        type: "object",
        required: ["of"],
        properties: { of: { type: "array", items: { $ref: "#/components/schemas/Tree" } } },
      },
    };
    const values = new Values(new Dice("a"), schemas, () => "known");

    expect(values.make({ $ref: "#/components/schemas/Tree" })).toHaveProperty("of");
    expect(values.make({ enum: ["a"] })).toBe("a");
    expect(values.make({ type: "string" }, "file_id")).toBe("known");
  });
});

describe("shrinking", () => {
  it("leaves a body that Node cannot write as it is", async ({ expect }) => {
    const draft = draftOf({});
    draft.body = Buffer.from("[".repeat(20_000) + "]".repeat(20_000));
    const smallest = await shrink(draft, async ({ body }) => body !== null);

    expect(smallest.body).toBe(draft.body);
  });

  it("leaves what the problem needs", async ({ expect }) => {
    const draft = draftOf({ keep: { deep: [1, 2, "bad"] }, drop: "x".repeat(100) });
    const smallest = await shrink(draft, async ({ body }) => body?.includes("bad") ?? false);

    expect(smallest).toMatchObject({ query: [], headers: [] });
    expect(smallest.body?.toString()).toBe('{"keep":{"deep":["bad"]}}');
  });
});
