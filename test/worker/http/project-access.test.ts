import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, it } from "vitest";

import addHosts from "../../../migrations/catalog/0009_secret_hosts.sql";
import worker from "../../../src/index.ts";
import { stepAccess } from "../../../src/wiring/steps/step-access.ts";
import { createProject } from "../project.ts";

const VALUE = "sk_live_0123456789";
const request = (method: string, path: string, body?: object) =>
  new Request(`https://edgewise.test/v1/organization/projects${path}`, {
    method,
    headers: { authorization: "Bearer admin-key-of-tests", "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
const call = async (method: string, path: string, body?: object) => {
  const response = await exports.default.fetch(request(method, path, body));
  return { status: response.status, body: await response.json() };
};
const project = async () => (await createProject()).scope.projectId;

describe("/v1/organization/projects/{id}/secrets", () => {
  it("keeps a secret that only steps can read", async ({ expect }) => {
    const id = await project();
    const put = await call("PUT", `/${id}/secrets/API_KEY`, { value: VALUE });
    const listed = await call("GET", `/${id}/secrets`);

    expect(put).toMatchObject({
      status: 200,
      body: { object: "organization.project.secret", name: "API_KEY" },
    });
    expect(listed.body).toMatchObject({ object: "list", data: [put.body], has_more: false });
    expect(JSON.stringify([put, listed])).not.toContain(VALUE);
    expect(await stepAccess(env).secret(id, "API_KEY")).toEqual({ value: VALUE, hosts: null });
    const stored = await env.CATALOG.prepare("SELECT * FROM project_secret").all();
    expect(JSON.stringify(stored.results)).not.toContain(VALUE);
    expect(JSON.stringify(stored.results)).not.toContain(btoa(VALUE).slice(0, 12));
  });

  it("replaces the old value, at once in this isolate", async ({ expect }) => {
    const id = await project();
    await call("PUT", `/${id}/secrets/API_KEY`, { value: VALUE });
    await stepAccess(env).secret(id, "API_KEY");
    await call("PUT", `/${id}/secrets/API_KEY`, { value: "another value" });

    expect((await stepAccess(env).secret(id, "API_KEY"))?.value).toBe("another value");
  });

  it("binds a secret to hosts until they are replaced or taken off", async ({ expect }) => {
    const id = await project();
    const put = async (body: object) =>
      await call("PUT", `/${id}/secrets/API_KEY`, { value: VALUE, ...body });
    const hosts = ["api.example.com", "*.example.org:8443"];
    const shown = async () => {
      const { body } = await call("GET", `/${id}/secrets`);
      expect(body).toMatchObject({ data: [{ hosts: (await find())?.hosts }] });
      return (await find())?.hosts;
    };
    const find = async () => await stepAccess(env).secret(id, "API_KEY");

    const created = await put({
      hosts: [" API.example.com", "*.Example.org:8443", "api.example.com"],
    });
    expect(created).toMatchObject({ status: 200, body: { hosts } });
    expect(await shown()).toEqual(hosts);
    await put({ value: "another value" });
    expect(await find()).toEqual({ value: "another value", hosts });
    await put({ hosts: ["b.example"] });
    expect(await shown()).toEqual(["b.example"]);
    await put({ hosts: null });
    expect(await shown()).toBeNull();
  });

  it("reads a secret that the build before stored, which has no hosts", async ({ expect }) => {
    const id = await project();
    await call("PUT", `/${id}/secrets/OLD`, { value: VALUE });
    await env.CATALOG.prepare("ALTER TABLE project_secret DROP COLUMN hosts").run();
    const columns = "project_id, name, ciphertext, created_at, updated_at";
    await env.CATALOG.prepare(
      `INSERT INTO project_secret (${columns}) SELECT ${columns} FROM project_secret WHERE project_id = ?
       ON CONFLICT (project_id, name) DO UPDATE SET updated_at = 7`,
    )
      .bind(id)
      .run();
    await env.CATALOG.exec(addHosts.replaceAll(/^--.*\n/gm, ""));

    expect(await stepAccess(env).secret(id, "OLD")).toEqual({ value: VALUE, hosts: null });
    expect(await call("GET", `/${id}/secrets`)).toMatchObject({
      body: { data: [{ name: "OLD", hosts: null, updated_at: 7 }] },
    });
  });

  it("forgets a secret", async ({ expect }) => {
    const id = await project();
    await call("PUT", `/${id}/secrets/API_KEY`, { value: VALUE });
    await stepAccess(env).secret(id, "API_KEY");

    expect(await call("DELETE", `/${id}/secrets/API_KEY`)).toMatchObject({
      body: { id: "API_KEY", deleted: true },
    });
    expect(await stepAccess(env).secret(id, "API_KEY")).toBeNull();
    expect((await call("DELETE", `/${id}/secrets/API_KEY`)).status).toBe(404);
  });

  it("decrypts a secret for its own project and name only", async ({ expect }) => {
    const [id, other] = [await project(), await project()];
    await call("PUT", `/${id}/secrets/API_KEY`, { value: VALUE });
    const copy = `INSERT INTO project_secret SELECT ?, ?, ciphertext, 0, 0, hosts FROM project_secret
                  WHERE project_id = ? AND name = 'API_KEY'`;
    await env.CATALOG.batch([
      env.CATALOG.prepare(copy).bind(other, "API_KEY", id),
      env.CATALOG.prepare(copy).bind(id, "OTHER", id),
    ]);

    await expect(stepAccess(env).secret(other, "API_KEY")).rejects.toThrow("cannot be decrypted");
    await expect(stepAccess(env).secret(id, "OTHER")).rejects.toThrow("cannot be decrypted");
  });

  it("encrypts the same text differently each time", async ({ expect }) => {
    const id = await project();
    await call("PUT", `/${id}/secrets/A`, { value: VALUE });
    const read = "SELECT ciphertext FROM project_secret WHERE project_id = ?";
    const first = await env.CATALOG.prepare(read).bind(id).first("ciphertext");
    await call("PUT", `/${id}/secrets/A`, { value: VALUE });

    expect(await env.CATALOG.prepare(read).bind(id).first("ciphertext")).not.toBe(first);
  });

  it.for<[string, object, string]>([
    ["lower", { value: VALUE }, "name"],
    ["1A", { value: VALUE }, "name"],
    ["A".repeat(65), { value: VALUE }, "name"],
    ["A-B", { value: VALUE }, "name"],
    ["A", { value: "short" }, "value"],
    ["A", { value: "two\r\nlines" }, "value"],
    ["A", { value: "größer als" }, "value"],
    ["A", { value: VALUE, note: "x" }, "note"],
    ["A", {}, "value"],
    ["A", { value: VALUE, hosts: [] }, "hosts"],
    ["A", { value: VALUE, hosts: ["https://a.example"] }, "hosts[0]"],
    ["A", { value: VALUE, hosts: ["a.example", "*"] }, "hosts[1]"],
    ["A", { value: VALUE, hosts: Array.from({ length: 21 }, () => "a.example") }, "hosts"],
  ])("refuses the secret %s with %j by its %s", async ([name, body, param], { expect }) => {
    expect(await call("PUT", `/${await project()}/secrets/${name}`, body)).toMatchObject({
      status: 400,
      body: { error: { param } },
    });
  });

  it("keeps at most a hundred secrets", async ({ expect }) => {
    const id = await project();
    await env.CATALOG.prepare(
      `INSERT INTO project_secret SELECT ?1, 'S' || value, '', 0, 0, NULL FROM json_each(?2)`,
    )
      .bind(id, JSON.stringify(Array.from({ length: 100 }, (_, index) => index)))
      .run();

    expect((await call("PUT", `/${id}/secrets/ONE_MORE`, { value: VALUE })).status).toBe(400);
    expect((await call("PUT", `/${id}/secrets/S7`, { value: VALUE })).status).toBe(200);
  });

  it("finds no project that is missing or archived", async ({ expect }) => {
    const id = await project();
    await call("POST", `/${id}/archive`);

    for (const path of [`/${id}/secrets`, "/proj_missing/secrets"]) {
      expect((await call("GET", path)).status).toBe(404);
      expect((await call("PUT", `${path}/A`, { value: VALUE })).status).toBe(404);
    }
  });

  it("names the setting that is missing when there is no key", async ({ expect }) => {
    const without = Object.assign(Object.create(env), { SECRETS_KEY: "" });
    const path = `/${await project()}/secrets/A`;
    const put = request("PUT", path, { value: VALUE });
    const response = await worker.fetch(put, without, createExecutionContext());

    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({
      error: { code: "not_configured", message: expect.stringContaining("SECRETS_KEY") },
    });
  });
});

describe("/v1/organization/projects/{id}/grants", () => {
  it("replaces a project's grants, in normalized form", async ({ expect }) => {
    const id = await project();
    const grants = {
      http_hosts: ["API.internal:8443", "0x7f.1:4010", "127.0.0.1:4010"],
      sql_tables: ["data.Customers", "data.orders"],
    };
    const put = await call("PUT", `/${id}/grants`, grants);

    expect(put).toMatchObject({
      status: 200,
      body: {
        http_hosts: ["127.0.0.1:4010", "api.internal:8443"],
        sql_tables: ["data.customers", "data.orders"],
      },
    });
    expect((await call("GET", `/${id}/grants`)).body).toEqual(put.body);
    expect((await stepAccess(env).grants(id)).sqlTables.has("data.orders")).toBe(true);

    await call("PUT", `/${id}/grants`, { http_hosts: [], sql_tables: ["data.orders"] });
    expect(await stepAccess(env).grants(id)).toEqual({
      httpHosts: new Set(),
      sqlTables: new Set(["data.orders"]),
    });
  });

  it.for<[object, string]>([
    [{ http_hosts: ["https://a.example"], sql_tables: [] }, "http_hosts[0]"],
    [{ http_hosts: ["*.example.com"], sql_tables: [] }, "http_hosts[0]"],
    [{ http_hosts: ["a.example/x"], sql_tables: [] }, "http_hosts[0]"],
    [{ http_hosts: [], sql_tables: ["customers"] }, "sql_tables[0]"],
    [{ http_hosts: [], sql_tables: ["catalog.api_key"] }, "sql_tables[0]"],
    [{ http_hosts: [], sql_tables: ["data.ok", "data.sqlite_master"] }, "sql_tables[1]"],
    [{ http_hosts: [], sql_tables: ["data._cf_KV"] }, "sql_tables[0]"],
    [{ http_hosts: [] }, "sql_tables"],
    [{ http_hosts: [], sql_tables: [], hosts: [] }, "hosts"],
  ])("refuses %j by its %s", async ([body, param], { expect }) => {
    expect(await call("PUT", `/${await project()}/grants`, body)).toMatchObject({
      status: 400,
      body: { error: { param } },
    });
  });

  it("finds no project that is missing", async ({ expect }) => {
    expect((await call("GET", "/proj_missing/grants")).status).toBe(404);
    const put = await call("PUT", "/proj_missing/grants", { http_hosts: [], sql_tables: [] });
    expect(put.status).toBe(404);
  });
});
