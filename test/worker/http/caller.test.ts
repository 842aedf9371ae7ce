import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { callAsOperator } from "../operator.ts";
import { createProject, fetchWorker } from "../project.ts";

const ask = (key: string, path = "/v1/caller") =>
  fetchWorker(`https://edgewise.test${path}`, { headers: { authorization: `Bearer ${key}` } });

describe("the caller", () => {
  it("is the project and the key of the request", async ({ expect }) => {
    const { key, scope } = await createProject("weur");
    const response = await ask(key);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      object: "caller",
      access: "project",
      project: { id: scope.projectId, name: "test", region: "weur" },
      api_key: { id: expect.stringMatching(/^key_/), name: "test", redacted_value: "" },
    });
  });

  it("is the operator with the admin key, also with a slash at the end", async ({ expect }) => {
    for (const path of ["/v1/caller", "/v1/caller/"]) {
      const response = await ask("admin-key-of-tests", path);
      expect(await response.json()).toEqual({
        object: "caller",
        access: "admin",
        project: null,
        api_key: null,
      });
    }
  });

  it("cannot use the admin key anywhere else in a project's part", async ({ expect }) => {
    for (const path of ["/v1/models", "/v1/caller/models", "/v1/caller%2f..%2fmodels"]) {
      expect((await ask("admin-key-of-tests", path)).status, path).toBe(401);
    }
  });

  it("is unknown at once when the key was revoked, although it is cached", async ({ expect }) => {
    const { key, scope } = await createProject();
    expect((await ask(key)).status).toBe(200);
    // As another isolate does, which does not empty the cache of this one.
    await env.CATALOG.prepare("UPDATE api_key SET revoked_at = 1 WHERE project_id = ?")
      .bind(scope.projectId)
      .run();
    expect((await ask(key)).status).toBe(401);
  });

  it("is unknown in an archived project", async ({ expect }) => {
    const { key, scope } = await createProject();
    expect((await ask(key)).status).toBe(200);
    expect((await callAsOperator(scope, "POST", "/archive")).status).toBe(200);
    expect((await ask(key)).status).toBe(401);
  });
});
