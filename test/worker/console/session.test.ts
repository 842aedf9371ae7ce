import { env } from "cloudflare:workers";
import { describe, inject, it, vi } from "vitest";

import { forgetKeys } from "../../../src/platform/databases/api-keys.ts";
import { callAsOperator } from "../operator.ts";
import { createProject } from "../project.ts";
import { TestBrowser } from "./browser.ts";

const ADMIN = "admin-key-of-tests";
const errorOf = async (response: Response) => {
  const { error }: { error: { code: string; message: string } } = await response.json();
  return { status: response.status, code: error.code };
};
const REFUSED = { status: 401, code: "invalid_api_key" };
const ELSEWHERE = { status: 403, code: "origin_not_allowed" };

describe("a session of the console", () => {
  it("opens the project of the key, without the key in the browser", async ({ expect }) => {
    const { key, scope } = await createProject();
    const browser = new TestBrowser();
    const session = await browser.signIn({ api_key: key });

    expect(session).toMatchObject({
      projects: [{ id: scope.projectId, name: "test" }],
      operator: false,
      signed_in_by: "key",
    });
    expect(browser.setCookies).toEqual([
      expect.stringMatching(
        /^__Host-edgewise=[^;]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
      ),
    ]);
    expect([...browser.cookies.values()].join("")).not.toContain(key);
    expect((await browser.fetch("/v1/files", scope.projectId)).status).toBe(200);
    expect(await browser.session()).toEqual(session);
  });

  it("takes a cookie without the prefix on the machine itself, for browsers that need it", async ({
    expect,
  }) => {
    const { key, scope } = await createProject();
    const browser = new TestBrowser({ origin: "http://localhost:8787" });
    await browser.signIn({ api_key: key });

    expect([...browser.cookies.keys()]).toEqual(["__Host-edgewise-8787", "edgewise-8787"]);
    browser.cookies.delete("__Host-edgewise-8787");
    expect((await browser.fetch("/v1/files", scope.projectId)).status).toBe(200);
  });

  it("needs https, except on the machine itself", async ({ expect }) => {
    const { key } = await createProject();
    const browser = new TestBrowser({ origin: "http://rag.example" });
    const response = await browser.post("/console/session", { api_key: key });

    expect(await errorOf(response)).toEqual({ status: 501, code: "not_configured" });
    expect(browser.cookies.size).toBe(0);
  });

  it("refuses an unknown key, and a token of no link", async ({ expect }) => {
    const browser = new TestBrowser();

    for (const proof of [{ api_key: "sk-ew-unknown" }, { token: "unknown" }]) {
      expect(await errorOf(await browser.post("/console/session", proof))).toEqual(REFUSED);
    }
    const both = await browser.post("/console/session", { api_key: "a", token: "b" });
    expect(both.status).toBe(400);
    await both.body?.cancel();
    expect(browser.cookies.size).toBe(0);
    expect(await browser.session()).toMatchObject({ projects: [], signed_in_by: null });
  });

  it("takes the token of a link on the machine itself alone", async ({ expect }) => {
    const { key, scope } = await createProject();
    const vars = { CONSOLE_URL: `http://${inject("httpServer")}` };
    const here = new TestBrowser({ origin: "http://localhost:8787", vars });

    expect(await here.signIn({ token: key })).toMatchObject({
      projects: [{ id: scope.projectId }],
    });
    for (const origin of ["https://edgewise.test", "https://localhost.evil.example"]) {
      const elsewhere = new TestBrowser({ origin, vars });
      const response = await elsewhere.post("/console/session", { token: key });
      expect(await errorOf(response)).toEqual(REFUSED);
      expect(elsewhere.cookies.size).toBe(0);
    }
  });

  it("has the projects of all keys that were added, and each request names one", async ({
    expect,
  }) => {
    const [one, other, stranger] = [
      await createProject(),
      await createProject(),
      await createProject(),
    ];
    const browser = new TestBrowser();
    await browser.signIn({ api_key: one.key });
    const session = await browser.signIn({ api_key: other.key });
    const file = await one.client.files.create({
      file: new File(["mine"], "mine.txt"),
      purpose: "assistants",
    });

    expect(session.projects.map(({ id }) => id)).toEqual([
      other.scope.projectId,
      one.scope.projectId,
    ]);
    const path = `/v1/files/${file.id}`;
    expect((await browser.fetch(path, one.scope.projectId)).status).toBe(200);
    expect((await browser.fetch(path, other.scope.projectId)).status).toBe(404);
    expect(await errorOf(await browser.fetch(path, stranger.scope.projectId))).toEqual(REFUSED);
  });

  it("ends with its key, and with its project", async ({ expect }) => {
    const [revoked, archived] = [await createProject(), await createProject()];
    const browser = new TestBrowser();
    await browser.signIn({ api_key: revoked.key });
    await browser.signIn({ api_key: archived.key });
    await env.CATALOG.prepare("UPDATE api_key SET revoked_at = 1 WHERE project_id = ?")
      .bind(revoked.scope.projectId)
      .run();
    await callAsOperator(archived.scope, "POST", "/archive");
    forgetKeys();

    for (const { scope } of [revoked, archived]) {
      expect(await errorOf(await browser.fetch("/v1/files", scope.projectId))).toEqual(REFUSED);
    }
    expect(await browser.session()).toMatchObject({ projects: [], signed_in_by: null });
  });

  it("ends within 30 s where the revocation was not seen", async ({ expect }) => {
    const { key, scope } = await createProject();
    const browser = new TestBrowser();
    await browser.signIn({ api_key: key });
    await env.CATALOG.prepare("UPDATE api_key SET revoked_at = 1 WHERE project_id = ?")
      .bind(scope.projectId)
      .run();
    vi.useFakeTimers({ now: Date.now() + 30_001, toFake: ["Date"] });
    try {
      expect(await errorOf(await browser.fetch("/v1/files", scope.projectId))).toEqual(REFUSED);
    } finally {
      vi.useRealTimers();
    }
  });

  it("ends after twelve hours", async ({ expect }) => {
    const { key, scope } = await createProject();
    const browser = new TestBrowser();
    await browser.signIn({ api_key: key });
    vi.useFakeTimers({ now: Date.now() + 12 * 3_600_000 + 1_000, toFake: ["Date"] });
    try {
      expect(await errorOf(await browser.fetch("/v1/files", scope.projectId))).toEqual(REFUSED);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is worth nothing when it was changed, or sealed by another deployment", async ({
    expect,
  }) => {
    const { key, scope } = await createProject();
    const browser = new TestBrowser();
    await browser.signIn({ api_key: key });
    const [sealed = ""] = browser.cookies.values();
    const other = new TestBrowser({ vars: { SECRETS_KEY: "the key of another deployment" } });
    other.cookies.set("__Host-edgewise", sealed);
    browser.cookies.set("__Host-edgewise", `${sealed.slice(0, -8)}AAAAAAA=`);

    for (const one of [browser, other]) {
      expect(await errorOf(await one.fetch("/v1/files", scope.projectId))).toEqual(REFUSED);
    }
  });

  it("cannot be had without the key that seals it", async ({ expect }) => {
    const { key } = await createProject();
    const browser = new TestBrowser({ vars: { SECRETS_KEY: "" } });
    const response = await browser.post("/console/session", { api_key: key });

    expect(await errorOf(response)).toEqual({ status: 501, code: "not_configured" });
  });

  it("is removed by signing out", async ({ expect }) => {
    const { key, scope } = await createProject();
    const browser = new TestBrowser();
    await browser.signIn({ api_key: key });
    const gone = await browser.fetch("/console/session", "operator", { method: "DELETE" });

    expect(await gone.json()).toMatchObject({ projects: [], operator: false });
    expect(browser.cookies.size).toBe(0);
    expect(await errorOf(await browser.fetch("/v1/files", scope.projectId))).toEqual(REFUSED);
  });
});

describe("a request with a session from elsewhere", () => {
  it("is refused: by another site, from another port, and without the console's header", async ({
    expect,
  }) => {
    const { key, scope } = await createProject();
    const browser = new TestBrowser();
    await browser.signIn({ api_key: key });
    const console = { "x-edgewise-console": scope.projectId };

    for (const site of ["cross-site", "same-site", "none"]) {
      const headers = { ...console, "sec-fetch-site": site };
      expect(await errorOf(await browser.send("/v1/files", { headers }))).toEqual(ELSEWHERE);
      const out = await browser.send("/console/session", { method: "DELETE", headers });
      expect(await errorOf(out)).toEqual(ELSEWHERE);
    }
    const write = await browser.send("/v1/vector_stores", { method: "POST", headers: console });
    expect(await errorOf(write)).toEqual(ELSEWHERE);
    const bare = await browser.send("/v1/files", { headers: { "sec-fetch-site": "same-origin" } });
    expect(await errorOf(bare)).toEqual({ status: 401, code: "missing_api_key" });
  });

  it("may read, where a browser does not say where it comes from", async ({ expect }) => {
    const { key, scope } = await createProject();
    const browser = new TestBrowser();
    await browser.signIn({ api_key: key });
    const headers = { "x-edgewise-console": scope.projectId };

    expect((await browser.send("/v1/files", { headers })).status).toBe(200);
  });

  it("is never allowed its cookies by CORS", async ({ expect }) => {
    const browser = new TestBrowser({ vars: { CORS_ORIGINS: "*" } });
    const response = await browser.send("/v1/files", {
      method: "OPTIONS",
      headers: {
        origin: "https://evil.example",
        "access-control-request-method": "GET",
        "access-control-request-headers": "x-edgewise-console",
      },
    });

    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("the operator's session", () => {
  it("opens /v1/organization, and a project's does not", async ({ expect }) => {
    const { key, scope } = await createProject();
    const [operator, member] = [new TestBrowser(), new TestBrowser()];
    expect(await operator.signIn({ api_key: ADMIN })).toMatchObject({
      projects: [],
      operator: true,
    });
    await member.signIn({ api_key: key });
    const path = "/v1/organization/projects";

    expect((await operator.fetch(path, "operator")).status).toBe(200);
    expect(await errorOf(await operator.fetch(path, scope.projectId))).toEqual(REFUSED);
    expect(await errorOf(await operator.fetch("/v1/files", scope.projectId))).toEqual(REFUSED);
    expect(await errorOf(await member.fetch(path, "operator"))).toEqual(REFUSED);
    expect(await (await operator.fetch("/v1/caller", "operator")).json()).toMatchObject({
      access: "admin",
    });
  });

  it("ends when the admin key is another one", async ({ expect }) => {
    const before = new TestBrowser();
    await before.signIn({ api_key: ADMIN });
    const after = new TestBrowser({ vars: { ADMIN_KEY: "another admin key" } });
    for (const [name, value] of before.cookies) after.cookies.set(name, value);

    expect(await after.session()).toMatchObject({ operator: false });
    expect(await errorOf(await after.fetch("/v1/organization/projects", "operator"))).toEqual(
      REFUSED,
    );
  });
});
