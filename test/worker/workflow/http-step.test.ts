import { env } from "cloudflare:workers";
import { beforeAll, describe, it, vi } from "vitest";
import { z } from "zod";

import type { Scope } from "../../../src/knowledge/scope.ts";
import { callAsOperator } from "../operator.ts";
import { createProject } from "../project.ts";
import { HOST, VARS, callPath, createCaller } from "./http-calls.ts";
import { readStepFailure, runStep } from "./step-context.ts";

let scope: Scope;
const call = (path: string, given: object = {}, options = {}) =>
  callPath(scope, path, given, options);

/** A call whose response has these bytes, in hex, with a content type. */
const text = (bytes: string, type: string, response?: string) =>
  call(`/text?bytes=${bytes}&type=${encodeURIComponent(type)}`, response ? { response } : {});

beforeAll(async () => {
  scope = await createCaller();
});

describe("http@1", () => {
  it("sends a body under the step's key and returns status, some headers and the body", async ({
    expect,
  }) => {
    const output = await call("/echo?a=1", {
      method: "POST",
      query: { b: "ü" },
      headers: { "X-Tenant": "7" },
      json: { n: 1 },
    });

    expect(output).toEqual({
      status: 200,
      headers: { "content-type": "application/json", etag: '"1"' },
      body: {
        method: "POST",
        query: { a: "1", b: "ü" },
        authorizationLength: 0,
        body: '{"n":1}',
        headers: expect.objectContaining({
          "content-type": "application/json",
          "idempotency-key": "run_1:call",
          "x-tenant": "7",
        }),
      },
    });
  });

  it("reads without a key, and keeps the step's own key", async ({ expect }) => {
    const read = await call("/echo");
    const own = await call("/echo", { method: "DELETE", headers: { "Idempotency-Key": "mine" } });

    expect(JSON.stringify(read)).not.toContain("idempotency-key");
    expect(own).toMatchObject({ body: { headers: { "idempotency-key": "mine" } } });
  });

  it.for<[string, string, string]>([
    [`http://${HOST}/echo`, "127.0.0.1:1", "loopback"],
    ["http://localhost:8787/", "", "private network"],
    ["http://169.254.169.254/latest/meta-data/", "", "metadata"],
    ["http://[::ffff:7f00:1]/", "", "IPv4-mapped"],
    ["http://private.example.com/", "", "10.0.0.7, which is a private address"],
    ["http://metadata.example.com/", "", "169.254.169.254, which is a metadata service"],
    ["http://six.example.com/", "", "::ffff:127.0.0.1, which is an IPv4-mapped address"],
    ["http://missing.example.com/", "", "has no address"],
  ])("refuses to call %s with '%s' on the allow-list", async ([url, entry, why], { expect }) => {
    const other = (await createProject()).scope;
    await callAsOperator(other, "PUT", "/grants", {
      http_hosts: entry ? [entry] : [],
      sql_tables: [],
    });

    expect(await readStepFailure(runStep(other, "http@1", { url }, { vars: VARS }))).toMatchObject({
      name: "FatalStepError",
      message: expect.stringContaining(why),
    });
  });

  it.for<[string, string]>([
    ["http://127.0.0.1:9/", "loopback"],
    ["http://169.254.169.254/latest/meta-data/", "metadata"],
    ["http://2130706433:9/", "loopback"],
    ["http://private.example.com/", "private"],
    ["file:///etc/passwd", "'file:'"],
    ["http://user:password@example.com/", "password"],
  ])("refuses a redirect to %s", async ([to, why], { expect }) => {
    const path = `/redirect?status=302&to=${encodeURIComponent(to)}`;

    expect(await readStepFailure(call(path))).toMatchObject({
      name: "FatalStepError",
      message: expect.stringContaining(why),
    });
  });

  it("retries when a name cannot be resolved", async ({ expect }) => {
    const url = "http://broken.example.com/";
    const broken = await readStepFailure(runStep(scope, "http@1", { url }, { vars: VARS }));

    expect(broken).toEqual({
      name: "Error",
      message: expect.stringContaining("DNS error 2"),
    });
  });

  it("follows redirects by the rules, up to the limit", async ({ expect }) => {
    const post = { method: "POST", json: {}, headers: { authorization: "{{secrets.API_KEY}}" } };
    const see = await call("/redirect?status=303", post);
    const again = await call("/redirect?status=307", post);

    expect(see).toMatchObject({ body: { method: "GET", body: "" } });
    expect(again).toMatchObject({
      body: { method: "POST", headers: { authorization: "{{secrets.API_KEY}}" } },
    });
    expect((await readStepFailure(call("/loop"))).message).toContain("more than 5 times");
    expect((await readStepFailure(call("/loop", { redirect: "error" }))).message).toContain(
      "no redirects",
    );
    expect(await call("/loop", { accept_status: [302] })).toMatchObject({
      status: 302,
      headers: { location: "/loop" },
    });
  });

  it.for<[number, string]>([
    [400, "FatalStepError"],
    [401, "FatalStepError"],
    [404, "FatalStepError"],
    [409, "FatalStepError"],
    [304, "FatalStepError"],
    [408, "Error"],
    [425, "Error"],
    [429, "Error"],
    [500, "Error"],
    [503, "Error"],
  ])("reads status %i as %s", async ([status, kind], { expect }) => {
    expect(await readStepFailure(call(`/status?status=${status}`))).toMatchObject({
      name: kind,
      message: expect.stringContaining(`answered ${status}`),
    });
  });

  it("reports a server's error in our words, and not in the server's", async ({ expect }) => {
    const say = `No customer. ${"x".repeat(1_000)}`;
    const { message } = await readStepFailure(call(`/status?status=422&say=${say}`));

    expect(message).toMatch(/^GET http:\S+\/status answered 422 with a body of .+\. To read it /);
    expect(message).not.toContain("customer");
    expect(message.length).toBeLessThan(300);
  });

  it("returns a server's error where the step accepts its status", async ({ expect }) => {
    const path = "/status?status=422&say=No%20customer.";

    expect(JSON.stringify(await call(path, { accept_status: [422] }))).toContain("No customer.");
  });

  it("retries at the time that the server names", async ({ expect }) => {
    expect(await readStepFailure(call("/status?status=429&after=7"))).toMatchObject({
      name: "RetryLaterError",
      afterMs: 7_000,
    });
  });

  it("retries when the server does not answer", async ({ expect }) => {
    await callAsOperator(scope, "PUT", "/grants", {
      http_hosts: [HOST, "127.0.0.1:9"],
      sql_tables: [],
    });
    const refused = await readStepFailure(runStep(scope, "http@1", { url: "http://127.0.0.1:9/" }));

    expect(refused).toMatchObject({ name: "Error" });
  });

  it("stops reading a response that is too large or endless", async ({ expect }) => {
    for (const path of ["/large", "/endless"]) {
      expect(await readStepFailure(call(path))).toMatchObject({
        name: "FatalStepError",
        message: expect.stringContaining("more than 1000000 bytes"),
      });
    }
    expect(await call("/text?bytes=6162", { max_bytes: 2 })).toMatchObject({ body: "ab" });
    expect((await readStepFailure(call("/text?bytes=616263", { max_bytes: 2 }))).message).toContain(
      "2 b",
    );
    const count = z.object({ body: z.object({ cut: z.number() }) });
    await vi.waitUntil(async () => count.parse(await call("/cut")).body.cut > 0, 3_000);
  });

  it.for(["/stalls", "/silent"])(
    "ends with its attempt when %s does not end",
    async (path, { expect }) => {
      const ended = await readStepFailure(call(path, {}, { signal: AbortSignal.timeout(100) }));

      expect(ended).toEqual({
        name: "Error",
        message: "The call was aborted: the attempt has no time left.",
      });
    },
  );

  it("reads a body in the requested format", async ({ expect }) => {
    const json = "7b2261223a317d";

    expect(await text(json, "application/json")).toMatchObject({ body: { a: 1 } });
    expect(await text(json, "application/hal+json; charset=utf-8")).toMatchObject({
      body: { a: 1 },
    });
    expect(await text(json, "text/plain")).toMatchObject({ body: '{"a":1}' });
    expect(await text(json, "text/plain", "json")).toMatchObject({ body: { a: 1 } });
    expect(await text(json, "application/json", "text")).toMatchObject({ body: '{"a":1}' });
    expect(await text("e4", "text/plain; charset=iso-8859-1")).toMatchObject({ body: "ä" });
    expect(await text("", "application/json")).toMatchObject({ body: null });
    expect((await readStepFailure(text("7b", "application/json"))).message).toContain(
      "is not JSON",
    );
    expect((await readStepFailure(text("3c", "text/html", "json"))).message).toContain(
      "is not JSON",
    );
    expect((await readStepFailure(text("", "text/plain; charset=klingon"))).message).toContain(
      "klingon",
    );
  });

  it("names the part of its input that is wrong", async ({ expect }) => {
    expect(await readStepFailure(runStep(scope, "http@1", { url: 7, method: "GO" }))).toMatchObject(
      {
        name: "FatalStepError",
        message: expect.stringMatching(
          /^The input of the step is not valid: with\.url: .*with\.method: /,
        ),
      },
    );
  });

  it("forgets a deleted secret and a revoked grant within 30 s", async ({ expect }) => {
    const other = (await createProject()).scope;
    await callAsOperator(other, "PUT", "/grants", { http_hosts: [HOST], sql_tables: [] });
    const read = () => runStep(other, "http@1", { url: `http://${HOST}/echo` });
    expect(await read()).toMatchObject({ status: 200 });

    await env.CATALOG.prepare("DELETE FROM project_grant WHERE project_id = ?")
      .bind(other.projectId)
      .run();
    expect(await read()).toMatchObject({ status: 200 });
    vi.setSystemTime(Date.now() + 30_001);
    expect((await readStepFailure(read())).message).toContain("loopback");
    vi.useRealTimers();
  });
});
