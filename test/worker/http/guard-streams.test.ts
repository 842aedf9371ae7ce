import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";
import { z } from "zod";

import { newId } from "../../../src/ids.ts";
import { forgetKeys } from "../../../src/platform/databases/api-keys.ts";
import { sha256Hex } from "../../../src/sha256.ts";
import { createProject, openProject, type TestProject } from "../project.ts";

const CHECK_MS = 25_000;
const Made = z.object({ id: z.string() });

afterEach(() => vi.useRealTimers());

const post = async ({ fetch }: TestProject, path: string, body: object): Promise<unknown> => {
  const headers = { "content-type": "application/json" };
  return await (await fetch(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
};

/** Lets the time pass until a stream checks its key. */
const pass = () => vi.useFakeTimers({ now: Date.now() + CHECK_MS + 1_000, toFake: ["Date"] });

/** Starts a run that waits, with a stream of its events, and opens its project with another key. */
async function watchRun() {
  const project = await createProject();
  const key = newId("sk-ew-");
  await env.CATALOG.prepare(
    "INSERT INTO api_key (id, project_id, name, sha256, redacted, created_at) VALUES (?, ?, '', ?, '', 0)",
  )
    .bind(newId("key_"), project.scope.projectId, await sha256Hex(key))
    .run();
  const other = openProject(project.scope, key);
  const steps = { wait: { use: "signal@1", with: { name: "go" } } };
  await post(other, "/workflows", { name: "waits", steps });
  const { id } = Made.parse(await post(other, "/runs", { workflow: "waits" }));
  const stream = await project.fetch(`/runs/${id}/events?stream=true`);
  const text = stream.text();
  const end = async () => await post(other, `/runs/${id}/cancel`, {});
  const revoke = async () => {
    await env.CATALOG.prepare("UPDATE api_key SET revoked_at = 1 WHERE sha256 = ?")
      .bind(await sha256Hex(project.key))
      .run();
    forgetKeys();
  };
  return { text, end, revoke };
}

describe("an event stream", () => {
  it("ends with the refusal of its key, once that is revoked", async ({ expect }) => {
    const { text, end, revoke } = await watchRun();
    await revoke();
    pass();
    await end();

    const events = (await text).trim().split("\n\n");
    expect(events.at(-1)).toMatch(/^event: error\ndata: \{"type":"error","code":"invalid_api_key"/);
    expect(events.join("\n")).not.toContain("run.cancelled");
  });

  it("goes on while its key is good, also after a check", async ({ expect }) => {
    const { text, end } = await watchRun();
    pass();
    await end();

    expect(await text).toContain("event: run.cancelled");
  });
});
