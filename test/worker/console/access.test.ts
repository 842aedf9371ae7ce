import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, inject, it } from "vitest";

import { createProject } from "../project.ts";
import { TestBrowser } from "./browser.ts";

const TEAM = `http://${inject("httpServer")}`;
const KEYS = `${TEAM}/cdn-cgi/access/certs`;
const AUDIENCE = "tag-of-the-application";

type Claims = { readonly email?: string; readonly groups?: readonly string[] };
type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let keys: Keys;

beforeAll(async () => {
  keys = await generateKeyPair("RS256", { extractable: true });
  const key = { ...(await exportJWK(keys.publicKey)), kid: "1", alg: "RS256" };
  const body = JSON.stringify({ keys: [key] });
  await (await fetch(KEYS, { method: "PUT", body })).text();
});

type Wrong = { issuer?: string; audience?: string; until?: string | null; by?: Keys };
function sign(claims: Claims, { issuer, audience, until = "1h", by }: Wrong = {}) {
  const token = new SignJWT({ ...claims })
    .setProtectedHeader({ alg: "RS256", kid: "1" })
    .setIssuer(issuer ?? TEAM)
    .setAudience(audience ?? AUDIENCE)
    .setIssuedAt();
  if (until !== null) token.setExpirationTime(until);
  return token.sign((by ?? keys).privateKey);
}

function open(token: string, grants: object, vars: Readonly<Record<string, string>> = {}) {
  const access = {
    ACCESS_TEAM_URL: TEAM,
    ACCESS_AUD: AUDIENCE,
    ACCESS_PROJECTS: JSON.stringify(grants),
  };
  return new TestBrowser({
    vars: { ...access, ...vars },
    added: { "cf-access-jwt-assertion": token },
  });
}

describe("a person who comes through Cloudflare Access", () => {
  it("opens the projects of their address, domain and groups, without a key", async ({
    expect,
  }) => {
    const [mine, ours, theirs] = [
      await createProject(),
      await createProject(),
      await createProject(),
    ];
    const browser = open(await sign({ email: "Ada@Example.com", groups: ["ops"] }), {
      "ada@example.com": [mine.scope.projectId],
      "@example.com": [ours.scope.projectId],
      "group:ops": ["operator"],
      "bob@example.com": [theirs.scope.projectId],
    });

    expect(await browser.session()).toEqual({
      object: "console.session",
      projects: [mine, ours].map(({ scope }) => ({ id: scope.projectId, name: "test" })),
      operator: true,
      signed_in_by: "access",
      expires_at: null,
    });
    expect((await browser.fetch("/v1/files", mine.scope.projectId)).status).toBe(200);
    expect((await browser.fetch("/v1/files", theirs.scope.projectId)).status).toBe(401);
    expect((await browser.fetch("/v1/organization/projects", "operator")).status).toBe(200);
    expect(await (await browser.fetch("/v1/caller", mine.scope.projectId)).json()).toMatchObject({
      project: { id: mine.scope.projectId },
      api_key: null,
    });
  });

  it("opens nothing with a token of another application, team, key or time", async ({ expect }) => {
    const { scope } = await createProject();
    const grants = { "ada@example.com": [scope.projectId, "operator"] };
    const ada = { email: "ada@example.com" };
    const tokens = [
      await sign(ada, { audience: "another application" }),
      await sign(ada, { issuer: "https://another.cloudflareaccess.com" }),
      await sign(ada, { by: await generateKeyPair("RS256") }),
      await sign(ada, { until: "-1h" }),
      await sign(ada, { until: null }),
      await sign({}),
      "no token at all",
    ];

    for (const token of tokens) {
      const browser = open(token, grants);
      expect(await browser.session()).toMatchObject({ projects: [], operator: false });
      expect((await browser.fetch("/v1/files", scope.projectId)).status).toBe(401);
    }
    const off = open(await sign(ada), grants, { ACCESS_TEAM_URL: "", ACCESS_AUD: "" });
    expect(await off.session()).toMatchObject({ projects: [], operator: false });
  });

  it("is not signed out while the keys of the team cannot be read, nor is who has a key", async ({
    expect,
  }) => {
    const { scope, key } = await createProject();
    const grants = { "ada@example.com": [scope.projectId] };
    const token = await sign({ email: "ada@example.com" });
    await (await fetch(KEYS, { method: "PUT", body: "no keys" })).text();
    // Nothing listens at the first one. The second one is another address of the same server.
    for (const away of ["http://127.0.0.1:9", `${TEAM}?away`]) {
      const browser = open(token, grants, { ACCESS_TEAM_URL: away });
      const listed = await browser.fetch("/v1/files", scope.projectId);
      expect(listed.status).toBeGreaterThanOrEqual(500);
      const session = await browser.fetch("/console/session", "operator");
      expect(session.status).toBeGreaterThanOrEqual(500);
    }
    const browser = open(token, grants, { ACCESS_TEAM_URL: `${TEAM}?away` });
    const direct = { headers: { authorization: `Bearer ${key}` } };
    expect((await browser.send("/v1/files", direct)).status).toBe(200);
  });

  it("opens no project that is archived or does not exist", async ({ expect }) => {
    const browser = open(await sign({ email: "ada@example.com" }), {
      "ada@example.com": ["proj_01k8v3q7cde4f6g8h0jkmnpq"],
    });

    expect(await browser.session()).toMatchObject({ projects: [], signed_in_by: null });
  });
});
