import { env } from "cloudflare:workers";
import { beforeEach, describe, inject, it, vi } from "vitest";

import { createProject, type TestProject } from "../project.ts";
import { useScriptedModel } from "./answering-project.ts";
import { collect } from "./collect.ts";

/** An outage: the script of the server or its address, and what a request that waits gets. */
type Outage = readonly [name: string, script: string, address: string | null, status: number];

const OUTAGES: readonly Outage[] = [
  ["connection_refused", "", "http://127.0.0.1:1/v1", 503],
  ["dns_failed", "", "http://no-such-host.invalid/v1", 502],
  ["unauthorized", "leaks-401", null, 502],
  ["unauthorized", "leaks-403", null, 502],
  ["misconfigured", "leaks-402", null, 502],
  ["not_found", "leaks-404", null, 502],
  ["rate_limited", "leaks-429", null, 503],
  ["server_error", "leaks-500", null, 503],
  ["server_error", "leaks-in-stream", null, 503],
  ["interrupted", "breaks-at-once", null, 503],
  ["interrupted", "thinks-then-fails", null, 503],
];
const TOOL = {
  type: "function" as const,
  name: "lookup",
  parameters: { type: "object", properties: {} },
  strict: false,
};
const CHAT_TOOL = { type: "function" as const, function: { name: "lookup", parameters: {} } };

let project: TestProject;
/** Gives each test a model of its own, whose circuit no other test has opened. */
let model = "";
beforeEach(async () => {
  model = `away-${crypto.randomUUID().slice(0, 8)}`;
  useScriptedModel(model);
  project = await createProject();
});

const place = (address: string | null) =>
  Object.assign(env, { LLM_BASE_URL: address ?? inject("openAiServer") });
const question = (script: string) => (script === "" ? "What now?" : `What now? #${script}`);

describe("a model that is away", () => {
  it.for(OUTAGES)(
    "fails a request with functions by its reason: %s, %s",
    { timeout: 60_000 },
    async ([reason, script, address, status], { expect }) => {
      place(address);
      const { client, fetch: get } = project;
      const body = { model, input: question(script), tools: [TOOL] };
      const messages = [{ role: "user" as const, content: question(script) }];
      const failed = await client.responses.create(body).then(null, (error: unknown) => error);
      const events = await collect(await client.responses.create({ ...body, stream: true }));
      const chatted = client.chat.completions.create({ model, messages, tools: [CHAT_TOOL] });

      expect(failed).toMatchObject({
        status,
        code: status === 502 ? "model_out_of_service" : "model_unavailable",
        error: { reason, message: expect.stringContaining(`The provider of the model '${model}'`) },
      });
      // The circuit opens after some failures, which is a reason of its own.
      const last = events.at(-1);
      expect(last).toMatchObject({
        type: "response.failed",
        response: { error: { reason: expect.stringMatching(`${reason}|circuit_open`) } },
      });
      await expect(chatted).rejects.toMatchObject({
        status: expect.toSatisfy((one) => one === status || one === 503),
      });
      const shown = JSON.stringify([failed, events]);
      expect(shown).not.toMatch(/gpu-7|sk-leaky|TOP-SECRET|127\.0\.0\.1|no-such-host/);
      if (failed instanceof Error && "headers" in failed && failed.headers instanceof Headers) {
        const { headers } = failed;
        expect(headers.get(status === 503 ? "retry-after" : "x-should-retry")).toMatch(
          reason === "rate_limited" ? /^3600$/ : /^(\d+|false)$/,
        );
      } else {
        expect.unreachable("an error of the client has headers");
      }
      const listed = await get("/models");
      expect(listed.status).toBe(200);
    },
  );

  it("leaves the failed response to be read, under the id in the error", async ({ expect }) => {
    const response = await project.fetch("/responses", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, input: "What? #leaks-401", tools: [TOOL] }),
    });
    const { id }: { id: string } = await response.json();

    expect(response.status).toBe(502);
    expect(await project.client.responses.retrieve(id)).toMatchObject({
      status: "failed",
      output: [],
      error: { code: "server_error", reason: "unauthorized" },
    });
  });

  it.for(["leaks-400", "leaks-413", "leaks-422"])(
    "fails a request that its provider refuses, and clients do not repeat it: %s",
    async (script, { expect }) => {
      const { client, fetch: get } = project;
      const input = `What now? #${script}`;
      const failed = { status: 400, code: "invalid_request" };
      const body = JSON.stringify({ model, input });
      const headers = { "content-type": "application/json" };
      const response = await get("/responses", { method: "POST", headers, body });
      const { id }: { id: string } = await response.json();

      await expect(client.responses.create({ model, input })).rejects.toMatchObject(failed);
      await expect(
        client.chat.completions.create({ model, messages: [{ role: "user", content: input }] }),
      ).rejects.toMatchObject(failed);
      expect(await client.responses.retrieve(id)).toMatchObject({
        status: "failed",
        error: { code: "invalid_prompt" },
      });
    },
  );

  it("never has a substitute where JSON or a function is asked for", async ({ expect }) => {
    const { client } = project;
    const input = "What? #leaks-401";
    const ask = (more: object) => client.responses.create({ model, input, ...more });
    const json = { type: "json_object" } as const;

    await expect(ask({ text: { format: json } })).rejects.toMatchObject({ status: 502 });
    await expect(ask({ tools: [TOOL], tool_choice: "none" })).rejects.toMatchObject({
      status: 502,
    });
    const messages = [{ role: "user" as const, content: input }];
    await expect(
      client.chat.completions.create({ model, messages, response_format: json }),
    ).rejects.toMatchObject({ status: 502, code: "model_out_of_service" });
    const chunks = await (
      await project.fetch("/chat/completions", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model, messages, tools: [CHAT_TOOL], stream: true }),
      })
    ).text();
    expect(chunks).toContain('"code":"model_out_of_service","reason":"unauthorized"');
  });

  it("never has a substitute where there are no documents to answer from", async ({ expect }) => {
    const { client } = project;
    const input = "Hello! #leaks-401";
    const messages = [{ role: "user" as const, content: input }];
    const { id } = await client.vectorStores.create({ name: "manuals" });
    const tools = [{ type: "file_search" as const, vector_store_ids: [id] }];
    const away = { status: 502, code: "model_out_of_service" };

    await expect(client.responses.create({ model, input })).rejects.toMatchObject(away);
    await expect(
      client.responses.create({ model, input, tools, tool_choice: "none" }),
    ).rejects.toMatchObject(away);
    await expect(client.chat.completions.create({ model, messages })).rejects.toMatchObject(away);
  });

  it("has a substitute for text, and the answer says who and why", async ({ expect }) => {
    const { client } = project;
    const input = "What? #leaks-401";
    const { id } = await client.vectorStores.create({ name: "manuals" });
    const search = { vector_store_ids: [id] };
    const tools = [{ type: "file_search" as const, ...search }];
    const whole = await client.responses.create({ model, input, tools });
    const completion = await client.chat.completions.create(
      { model, messages: [{ role: "user", content: input }] },
      { body: { model, messages: [{ role: "user", content: input }], file_search: search } },
    );
    const degraded = { from: model, by: "extractive-1", reason: "unauthorized" };

    expect(whole).toMatchObject({ status: "completed", model: "extractive-1", degraded });
    expect(completion).toMatchObject({ model: "extractive-1", degraded });
  });

  it("keeps what was answered before it failed", { timeout: 60_000 }, async ({ expect }) => {
    const failed = await project.client.responses.create({ model, input: "What? #breaks-late" });

    expect(failed).toMatchObject({ status: "failed", error: { reason: "interrupted" } });
    expect(failed.output_text).toContain("two years");
  });
});

const ask = () =>
  project.client.responses
    .create({ model, input: "What now?", tools: [TOOL] })
    .then(null, (error: unknown) => error);

it("fails while its circuit is open, with the time until it closes", async ({ expect }) => {
  place("http://127.0.0.1:1/v1");
  await vi.waitUntil(async () => JSON.stringify(await ask()).includes("circuit_open"), {
    timeout: 30_000,
  });
  const failed = await ask();

  expect(failed).toMatchObject({ status: 503, headers: expect.any(Headers) });
  const headers = failed instanceof Error && "headers" in failed ? failed.headers : null;
  const wait = headers instanceof Headers ? Number(headers.get("retry-after")) : 0;
  expect(wait).toBeGreaterThan(1);
  expect(wait).toBeLessThanOrEqual(12);
});
