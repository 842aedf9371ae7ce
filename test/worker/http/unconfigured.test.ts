import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import worker from "../../../src/index.ts";

/** Calls the Worker with some bindings replaced, as `wrangler dev` alone would start it. */
async function callWith(replaced: Partial<Env>, path: string) {
  const request = new Request(`https://edgewise.test${path}`, {
    headers: { authorization: "Bearer sk-ew-unknown" },
  });
  const bindings: Env = Object.assign(Object.create(env), replaced);
  const context: ExecutionContext = Object.assign(Object.create(null), {
    waitUntil: () => {},
    passThroughOnException: () => {},
    props: {},
  });
  const response = await worker.fetch(request, bindings, context);
  return { status: response.status, body: await response.json() };
}

describe("a service that is not set up", () => {
  it("says that its databases are not migrated", async ({ expect }) => {
    // The operator's own database has none of the catalog's tables.
    const { status, body } = await callWith({ CATALOG: env.DATA }, "/v1/models");

    expect(status).toBe(501);
    expect(body).toMatchObject({
      error: {
        code: "not_configured",
        message: expect.stringContaining("npx wrangler d1 migrations apply CATALOG --local"),
      },
    });
  });

  it("says that it has no admin key", async ({ expect }) => {
    const { status, body } = await callWith({ ADMIN_KEY: "" }, "/v1/organization/projects");

    expect(status).toBe(401);
    expect(body).toMatchObject({
      error: { message: expect.stringContaining("Set the secret ADMIN_KEY") },
    });
  });
});
