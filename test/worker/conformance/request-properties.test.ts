import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { DECLARATIONS } from "../../../src/http/api.ts";
import { bodyRows, queryRows, REQUEST_SHAPES } from "../../../src/http/compatibility.ts";
import type { Declaration } from "../../../src/http/route/declaration.ts";
import { createProject, fetchWorker } from "../project.ts";

const { ADMIN_KEY } = env;

function findDeclaration(endpoint: string): Declaration {
  const found = DECLARATIONS.find(({ method, path }) => `${method} ${path}` === endpoint);
  if (!found) throw new Error(`${endpoint} is not declared`);
  return found;
}

/** Sends a request to an endpoint of the table and returns how it is refused. */
async function createSender() {
  const { key } = await createProject();
  return async (endpoint: string, body: unknown, query = "") => {
    const [method = "", template = ""] = endpoint.split(" ");
    const { params = {} } = findDeclaration(endpoint);
    const path = template.replaceAll(
      /\{(\w+)\}/g,
      (_whole, name: string) => params[name]?.example ?? "",
    );
    const isAdmin = path.startsWith("/v1/organization");
    const response = await fetchWorker(`https://edgewise.test${path}${query}`, {
      method,
      headers: {
        authorization: `Bearer ${isAdmin ? ADMIN_KEY : key}`,
        "content-type": "application/json",
      },
      ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
    });
    const { error }: { error?: { code: string; param: string | null } } = await response.json();
    return { code: error?.code ?? "none", param: error?.param ?? null };
  };
}

/** Builds the smallest body that has a value at a path, and the parameter name of its refusal. */
function bodyWith(path: string, value: unknown): { body: unknown; param: string } {
  const parts = [...path.matchAll(/\[\]|:([^.:[]+)|([^.:[\]]+)/g)];
  const build = (index: number): unknown => {
    const [part] = parts.slice(index);
    if (!part) return value;
    const [, variant, key] = part;
    if (key !== undefined) return { [key]: build(index + 1) };
    if (variant === undefined) return [build(index + 1)];
    const inner = index + 1 < parts.length ? build(index + 1) : {};
    const role = variant === "message" ? "user" : variant;
    return { type: variant, role, ...(typeof inner === "object" ? inner : {}) };
  };
  const param = path.replaceAll("[]", "[0]").replaceAll(/:[^.:[]+/g, "");
  return { body: build(0), param };
}

const endpoints = Object.entries(REQUEST_SHAPES).filter(
  ([endpoint]) => endpoint !== "POST /v1/files",
);
const rows = endpoints.flatMap(([endpoint, shape]) =>
  bodyRows(shape).map((row) => ({ endpoint, ...row })),
);

describe("a property of a request", () => {
  it("is refused by name when the table says so", async ({ expect }) => {
    const send = await createSender();
    for (const { endpoint, path } of rows.filter(({ state }) => state === "refused")) {
      const { body, param } = bodyWith(path, "something");
      const refused = await send(endpoint, body);
      expect({ path, ...refused }).toEqual({ path, code: "unsupported_parameter", param });
    }
  });

  it("is read when it is supported, and ignored when it is accepted", async ({ expect }) => {
    const send = await createSender();
    for (const { endpoint, path, state } of rows.filter((row) => row.state !== "refused")) {
      // No property accepts this value, so every supported one is refused and nothing is created.
      const { body, param } = bodyWith(path, state === "supported" ? [[0]] : "anything");
      const { code, param: wrong } = await send(endpoint, body);
      const isUnknown = code === "unknown_parameter" && wrong === param;
      expect({ path, isUnknown, isRefused: code === "unsupported_parameter" }).toEqual({
        path,
        isUnknown: false,
        isRefused: false,
      });
    }
  });

  it("is refused as unknown when it is not in the table", async ({ expect }) => {
    const send = await createSender();
    for (const [endpoint, shape] of endpoints) {
      if (shape.body) {
        const needed = await send(endpoint, { nonsense: 1 });
        expect({ endpoint, ...needed }).toMatchObject({
          code: "unknown_parameter",
          param: "nonsense",
        });
      }
      if (queryRows(shape).length > 0) {
        const refused = await send(endpoint, {}, "?nonsense=1");
        expect({ endpoint, ...refused }).toMatchObject({
          code: "unknown_parameter",
          param: "nonsense",
        });
      }
    }
  });
});

describe("a parameter of a query", () => {
  const ofKey = DECLARATIONS.filter(({ access }) => access !== "public");

  it("is refused where the endpoint does not declare it, also without any query", async ({
    expect,
  }) => {
    const send = await createSender();
    expect(ofKey.filter(({ query }) => query === undefined).length).toBeGreaterThan(40);
    for (const { method, path } of ofKey) {
      const endpoint = `${method} ${path}`;
      const { code, param } = await send(endpoint, {}, "?nonsense=1");
      expect({ endpoint, code, param }).toEqual({
        endpoint,
        code: "unknown_parameter",
        param: "nonsense",
      });
    }
  });

  it("is named in the refusal, each of several", async ({ expect }) => {
    const { fetch } = await createProject();
    const response = await fetch("/models?colour=red&size[]=1&size[]=2");
    const { error }: { error: { message: string } } = await response.json();
    expect(response.status).toBe(400);
    expect(error.message).toMatch(/^Unknown parameters: 'colour', 'size'\. Leave them out;/);
  });

  it("is ignored by the public pages, since links and checks of health bring their own", async ({
    expect,
  }) => {
    for (const { path } of DECLARATIONS.filter(({ access }) => access === "public")) {
      const response = await fetchWorker(`https://edgewise.test${path}?utm_source=mail`);
      expect({ path, status: response.status }).toEqual({ path, status: 200 });
      await response.text();
    }
  });
});
