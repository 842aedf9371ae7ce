import { env } from "cloudflare:workers";
import { afterEach, describe, it } from "vitest";

import { DECLARATIONS } from "../../../src/http/api.ts";
import type { Declaration } from "../../../src/http/route/declaration.ts";
import {
  restoreDependencies,
  type Dependency,
  type Fault,
  withFastTimers,
  breakDependency,
} from "../away.ts";
import { createProject, fetchWorker, type TestProject } from "../project.ts";

afterEach(restoreDependencies);

const ROUTES = DECLARATIONS.filter(({ access }) => access !== "public");

/** The request of a route's example. */
function exampleOf(route: Declaration, key: string): Request {
  const { method, path, params = {}, example, access, bodyType } = route;
  const filled = path.replaceAll(
    /\{(\w+)\}/g,
    (_whole, name: string) => params[name]?.example ?? "",
  );
  const url = new URL(`https://edgewise.test${filled}`);
  for (const [name, value] of Object.entries(example.query ?? {}))
    url.searchParams.set(name, value);
  const headers = new Headers({
    authorization: `Bearer ${access === "admin" ? Reflect.get(env, "ADMIN_KEY") : key}`,
  });
  if (example.body === undefined) return new Request(url, { method, headers });
  if (bodyType) {
    const body = new FormData();
    body.append("purpose", "assistants");
    body.append("file", new File(["text"], "a.txt"));
    return new Request(url, { method, headers, body });
  }
  headers.set("content-type", "application/json");
  return new Request(url, { method, headers, body: JSON.stringify(example.body) });
}

/** Calls every route while a dependency is away. */
async function callAll(dependency: Dependency, fault: Fault, project: TestProject) {
  // The key is in the isolate's memory, so that requests reach what is behind the key.
  await project.fetch("/models");
  await breakDependency(dependency, fault, 1);
  const call = async (route: Declaration) => {
    const response = await fetchWorker(exampleOf(route, project.key));
    await response.body?.cancel();
    return { name: `${route.method} ${route.path}`, status: response.status };
  };
  const { response: answers, longest } = await withFastTimers(() => Promise.all(ROUTES.map(call)));
  restoreDependencies();
  return { answers, longest };
}

describe("every route", () => {
  it.for<[Dependency, Fault]>([
    ["database", "silent"],
    ["database", "refused"],
    ["bucket", "silent"],
    ["bucket", "refused"],
  ])(
    "is answered, and not with 500, and waits for no call longer than 25 s, when the %s is %s",
    async ([away, fault], { expect }) => {
      const { answers, longest } = await callAll(away, fault, await createProject());

      expect(answers.filter(({ status }) => status === 500)).toEqual([]);
      expect(longest).toBeLessThanOrEqual(25);
      const failed = answers.filter(({ status }) => status === 503);
      expect(failed.length).toBeGreaterThan(away === "database" ? 15 : 0);
    },
  );
});

describe("a file", () => {
  it.for<Fault>(["silent", "refused"])(
    "cannot be downloaded while the bucket is %s, and can be afterwards",
    async (fault, { expect }) => {
      const project = await createProject();
      const file = new File(["The harbour opens at nine."], "a.txt");
      const { id } = await project.client.files.create({ file, purpose: "assistants" });
      await breakDependency("bucket", fault, 1);
      const path = `/files/${id}/content`;
      const { response, seconds } = await withFastTimers(() => project.fetch(path));
      restoreDependencies();

      expect([response.status, seconds < 30]).toEqual([503, true]);
      expect(response.headers.get("retry-after")).toBe("1");
      expect(await (await project.fetch(path)).text()).toBe("The harbour opens at nine.");
    },
  );
});
