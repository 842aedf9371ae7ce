import { env, exports } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";
import { z } from "zod";

const call = (method: string, path: string, body?: object, key = "admin-key-of-tests") =>
  exports.default.fetch(`https://edgewise.test/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

const Created = z.object({ id: z.string(), value: z.string().default("") });
const create = async (path: string, body: object) =>
  Created.parse(await (await call("POST", path, body)).json());

afterEach(() => {
  Object.assign(env, { JURISDICTION: "" });
});

describe("/v1/organization", () => {
  it("creates a project and a key that opens it until it is revoked", async ({ expect }) => {
    const project = await create("/organization/projects", { name: "Docs" });
    const key = await create(`/organization/projects/${project.id}/api_keys`, { name: "ci" });

    expect(key.value).toMatch(/^sk-ew-/);
    expect((await call("GET", "/files", undefined, key.value)).status).toBe(200);
    const listed = await (
      await call("GET", `/organization/projects/${project.id}/api_keys`)
    ).text();
    expect(listed).toContain(key.id);
    expect(listed).not.toContain(key.value);

    const path = `/organization/projects/${project.id}/api_keys/${key.id}`;
    expect((await call("DELETE", path)).status).toBe(200);
    expect((await call("GET", "/files", undefined, key.value)).status).toBe(401);
    expect((await call("DELETE", path)).status).toBe(404);
  });

  it("closes a key that another isolate revoked, within 30 s", async ({ expect }) => {
    const project = await create("/organization/projects", { name: "Docs" });
    const key = await create(`/organization/projects/${project.id}/api_keys`, {});
    expect((await call("GET", "/files", undefined, key.value)).status).toBe(200);

    await env.CATALOG.prepare("UPDATE api_key SET revoked_at = 1 WHERE id = ?").bind(key.id).run();
    vi.setSystemTime(Date.now() + 30_001);
    expect((await call("GET", "/files", undefined, key.value)).status).toBe(401);
    vi.useRealTimers();
  });

  it("keeps a project's keys from opening the admin API, and the admin key from opening a project", async ({
    expect,
  }) => {
    const project = await create("/organization/projects", { name: "Docs" });
    const key = await create(`/organization/projects/${project.id}/api_keys`, {});

    expect((await call("GET", "/organization/projects", undefined, key.value)).status).toBe(401);
    expect((await call("GET", "/files")).status).toBe(401);
  });

  it("archives a project, whose keys then open nothing", async ({ expect }) => {
    const project = await create("/organization/projects", { name: "Old", region: "weur" });
    const key = await create(`/organization/projects/${project.id}/api_keys`, {});

    const archived = await call("POST", `/organization/projects/${project.id}/archive`);
    expect(await archived.json()).toMatchObject({ status: "archived", region: "weur" });
    expect((await call("GET", "/files", undefined, key.value)).status).toBe(401);
    const refused = await call("POST", `/organization/projects/${project.id}/api_keys`, {});
    expect(refused.status).toBe(404);
  });

  it("serves a project in the EU, also where jurisdictions are not available", async ({
    expect,
  }) => {
    Object.assign(env, { JURISDICTION: "eu" });
    const residency = "EU_STORAGE_PROCESSING";
    const project = await create("/organization/projects", { name: "EU", residency });
    const key = await create(`/organization/projects/${project.id}/api_keys`, {});
    const store = await call("POST", "/vector_stores", { name: "eu" }, key.value);
    const conversation = await call("POST", "/conversations", {}, key.value);

    expect([store.status, conversation.status]).toEqual([200, 200]);
    const shown = await call("GET", `/organization/projects/${project.id}`);
    expect(await shown.json()).toMatchObject({ jurisdiction: "eu", region: "eu", residency });
  });

  it.for([
    ["jurisdiction", { jurisdiction: "eu" }],
    ["jurisdiction", { jurisdiction: "fedramp" }],
    ["region", { region: "us" }],
    ["residency", { residency: "EU_STORAGE_PROCESSING" }],
  ] as const)(
    "refuses a project that %s keeps where the deployment is not",
    async ([param, place], { expect }) => {
      const before = await (await call("GET", "/organization/projects")).text();
      const refused = await call("POST", "/organization/projects", { name: "Inside", ...place });

      expect([refused.status, await refused.json()]).toMatchObject([
        400,
        {
          error: {
            code: "jurisdiction_unavailable",
            param,
            message: expect.stringContaining("npm run deploy -- --name NAME --jurisdiction"),
          },
        },
      ]);
      expect(await (await call("GET", "/organization/projects")).text()).toBe(before);
    },
  );

  it("says that a project of before is in no jurisdiction where only its objects are", async ({
    expect,
  }) => {
    await env.CATALOG.prepare(
      "INSERT INTO project (id, name, region, status, created_at) VALUES ('proj_before', 'EU', 'eu', 'active', 0)",
    ).run();

    const shown = await call("GET", "/organization/projects/proj_before");
    expect(await shown.json()).toMatchObject({
      region: "eu",
      jurisdiction: null,
      residency: "GLOBAL",
    });
  });

  it("names the parameter that is wrong", async ({ expect }) => {
    const unknown = await call("POST", "/organization/projects", { name: "x", colour: "red" });

    expect(unknown.headers.get("content-type")).toBe("application/problem+json");
    expect(await unknown.json()).toMatchObject({
      status: 400,
      error: { code: "unknown_parameter", param: "colour" },
    });
  });
});
