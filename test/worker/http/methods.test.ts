import { describe, it } from "vitest";

import { DECLARATIONS } from "../../../src/http/api.ts";
import { createProject, fetchWorker } from "../project.ts";

const BASE = "https://edgewise.test";

const fillPath = ({ path, params = {} }: (typeof DECLARATIONS)[number]) =>
  path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => params[name]?.example ?? "");

describe("a declared path", () => {
  it("lists its methods on OPTIONS, without a key", async ({ expect }) => {
    for (const declaration of DECLARATIONS) {
      const response = await fetchWorker(BASE + fillPath(declaration), { method: "OPTIONS" });
      const allow = response.headers.get("allow")?.split(", ") ?? [];
      const { path, method } = declaration;
      expect({ path, status: response.status, body: await response.text() }).toEqual({
        path,
        status: 204,
        body: "",
      });
      expect({ path, allow }).toEqual({ path, allow: expect.arrayContaining([method, "OPTIONS"]) });
      expect(allow.includes("HEAD")).toBe(allow.includes("GET"));
    }
  });

  it("refuses an unsupported method, and names the supported ones", async ({ expect }) => {
    const { fetch } = await createProject();
    for (const declaration of DECLARATIONS.filter(({ access }) => access === "project")) {
      const response = await fetch(fillPath(declaration).slice("/v1".length), { method: "PATCH" });
      const { error }: { error: { code: string; message: string } } = await response.json();
      expect({ path: declaration.path, status: response.status, code: error.code }).toEqual({
        path: declaration.path,
        status: 405,
        code: "method_not_allowed",
      });
      expect(response.headers.get("allow")).toContain(declaration.method);
      expect(error.message).toContain(declaration.method);
    }
  });

  it("answers HEAD like GET, without a body", async ({ expect }) => {
    const { fetch } = await createProject();
    for (const path of ["/models", "/files", "/vector_stores"]) {
      const [head, get] = [await fetch(path, { method: "HEAD" }), await fetch(path)];
      expect({ path, status: head.status, body: await head.text() }).toEqual({
        path,
        status: 200,
        body: "",
      });
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
      await get.text();
    }
  });

  it("is reached with a trailing slash", async ({ expect }) => {
    const { fetch, client } = await createProject();
    const { id } = await client.vectorStores.create({ name: "mine" });
    for (const path of ["/models/", "/vector_stores/", `/vector_stores/${id}/`]) {
      const response = await fetch(path);
      expect({ path, status: response.status }).toEqual({ path, status: 200 });
      await response.text();
    }
  });
});

describe("a path that is not declared", () => {
  it("is refused in the one error shape, by every method", async ({ expect }) => {
    const { fetch } = await createProject();
    for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH"]) {
      const response = await fetch("/nothing", { method });
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ status: 404, error: { code: "not_found" } });
    }
  });
});
