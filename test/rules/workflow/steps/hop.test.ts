import { describe, expect, it } from "vitest";

import { firstHop, type Hop, nextHop } from "../../../../src/workflow/steps/http-call/hop.ts";
import { HttpWith } from "../../../../src/workflow/steps/http-call/http-with.ts";

const hop = (method: string, body: string | null = null): Hop => ({
  url: "https://api.example.com/a/b?x=1",
  method,
  headers: {
    accept: "text/plain",
    authorization: "Bearer literal",
    cookie: "a=b",
    "x-api-key": "from a secret",
    "accept-language": "from a secret too",
    "idempotency-key": "run:step",
    "content-type": "application/json",
  },
  body,
  secretHeaders: new Set(["x-api-key", "accept-language"]),
});

describe("nextHop", () => {
  it.each([
    ["POST", 301, "GET"],
    ["POST", 302, "GET"],
    ["POST", 303, "GET"],
    ["POST", 307, "POST"],
    ["POST", 308, "POST"],
    ["PUT", 301, "PUT"],
    ["PATCH", 302, "PATCH"],
    ["DELETE", 303, "GET"],
    ["GET", 303, "GET"],
    ["HEAD", 303, "HEAD"],
    ["HEAD", 302, "HEAD"],
  ])("turns %s after %i into %s", (method, status, next) => {
    const after = nextHop(hop(method, "{}"), status, "/next");

    expect(after).toMatchObject({ method: next, url: "https://api.example.com/next" });
    expect(after?.body).toBe(next === method ? "{}" : null);
    expect("content-type" in (after?.headers ?? {})).toBe(next === method);
    expect("idempotency-key" in (after?.headers ?? {})).toBe(next === method);
  });

  it("sends all headers to the same origin", () => {
    const before = hop("GET");

    expect(nextHop(before, 302, "../c")?.headers).toEqual(before.headers);
  });

  it.each([
    "https://evil.example.com/",
    "https://example.com/",
    "http://api.example.com/",
    "https://api.example.com:8443/",
    "//other.example/",
  ])("sends nothing that identifies the caller to %s", (location) => {
    expect(nextHop(hop("POST", "{}"), 307, location)?.headers).toEqual({
      accept: "text/plain",
      "idempotency-key": "run:step",
      "content-type": "application/json",
    });
  });

  it("does not restore removed headers when a redirect returns", () => {
    const away = nextHop(hop("GET"), 302, "https://evil.example.com/");
    const back = away && nextHop(away, 302, "https://api.example.com/");

    expect(back?.headers).not.toHaveProperty("authorization");
  });

  it("refuses a target that is not a URL", () => {
    expect(nextHop(hop("GET"), 302, "https://")).toBeNull();
  });
});

describe("firstHop", () => {
  const none = { headers: {}, secretHeaders: new Set<string>() };

  it("adds the query and sends a body as JSON under the step's key", () => {
    const given = HttpWith.parse({
      url: "https://api.example.com/a?x=1",
      method: "POST",
      query: { q: "ö&=", n: 2 },
      json: { a: [1] },
    });

    expect(firstHop(given, none, "run:step")).toMatchObject({
      url: "https://api.example.com/a?x=1&q=%C3%B6%26%3D&n=2",
      body: '{"a":[1]}',
      headers: { "content-type": "application/json", "idempotency-key": "run:step" },
    });
  });

  it("keeps the step's own key and content type, and sends reads without a key", () => {
    const own = { "idempotency-key": "mine", "content-type": "application/merge-patch+json" };
    const patch = HttpWith.parse({ url: "https://a.example", method: "PATCH", json: null });
    const get = HttpWith.parse({ url: "https://a.example" });

    expect(firstHop(patch, { ...none, headers: own }, "run:step")).toMatchObject({
      headers: own,
      body: "null",
    });
    expect(firstHop(get, none, "run:step").headers).not.toHaveProperty("idempotency-key");
  });
});

describe("HttpWith", () => {
  it.each([
    [{ method: "GET", json: {} }, "GET cannot have a body"],
    [{ method: "HEAD", body: "" }, "HEAD cannot have a body"],
    [{ method: "POST", json: {}, body: "" }, "not both"],
    [{ method: "TRACE" }, "Invalid option"],
    [{ headers: { Host: "other" } }, "sets itself"],
    [{ headers: { "Content-Length": "1" } }, "sets itself"],
    [{ headers: { "a b": "1" } }, "not a valid header name"],
    [{ headers: { a: "b\r\nc: d" } }, "are invalid"],
    [{ headers: { a: "1", A: "2" } }, "have the same name"],
    [{ query: { key: "{{secrets.KEY}}" } }, "headers only"],
    [{ url: "https://a.example/{{secrets.KEY}}" }, "headers only"],
    [{ max_bytes: 1_000_001 }, "Too big"],
    [{ accept_status: [99] }, "Too small"],
    [{ timeout: 1 }, "Unrecognized key"],
  ])("refuses %j", (wrong, message) => {
    const parsed = HttpWith.safeParse({ url: "https://a.example/", ...wrong });

    expect(JSON.stringify(parsed.error?.issues)).toContain(message);
  });
});
