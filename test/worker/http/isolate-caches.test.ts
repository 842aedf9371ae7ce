import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { findKey } from "../../../src/platform/databases/api-keys.ts";
import { readProjectSettings } from "../../../src/platform/databases/project-settings.ts";
import { ownWorkflow } from "../../../src/wiring/project-workflows.ts";
import { stepAccess } from "../../../src/wiring/steps/step-access.ts";
import { callAsOperator } from "../operator.ts";
import { createProject, type TestProject } from "../project.ts";

type Read = (...args: unknown[]) => Promise<unknown>;
type Case = {
  readonly prepare?: (project: TestProject) => Promise<unknown>;
  readonly read: (project: TestProject) => Promise<unknown>;
  readonly change: (project: TestProject) => Promise<Response>;
  readonly before: unknown;
  readonly after: unknown;
};

/** Holds back the answer to the next read of D1 until `release` is called. `held` is done when D1 has answered. */
function holdNextRead() {
  const held = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const statement: object = Object.getPrototypeOf(env.CATALOG.prepare("SELECT 1"));
  const originals = ["first", "all"].map((name) => {
    const original: Read = Reflect.get(statement, name);
    return { name, original };
  });
  const restore = () => {
    for (const { name, original } of originals) Reflect.set(statement, name, original);
  };
  for (const { name, original } of originals) {
    Reflect.set(statement, name, async function (this: unknown, ...args: unknown[]) {
      restore();
      const answer = await original.apply(this, args);
      held.resolve();
      await gate.promise;
      return answer;
    });
  }
  return { held: held.promise, release: gate.resolve };
}

const digest = async (key: string) => {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return Buffer.from(bytes).toString("hex");
};

const CASES: Record<string, Case> = {
  settings: {
    read: async ({ scope }) =>
      (await readProjectSettings(env.CATALOG, scope.projectId)).output.links.allow,
    change: ({ scope }) =>
      callAsOperator(scope, "POST", "", { settings: { output: { links: { allow: "none" } } } }),
    before: "any",
    after: "none",
  },
  grants: {
    read: async ({ scope }) => [...(await stepAccess(env).grants(scope.projectId)).httpHosts],
    change: ({ scope }) =>
      callAsOperator(scope, "PUT", "/grants", { http_hosts: ["api.example.com"], sql_tables: [] }),
    before: [],
    after: ["api.example.com"],
  },
  "a secret": {
    prepare: ({ scope }) => callAsOperator(scope, "PUT", "/secrets/KEY", { value: "old value" }),
    read: async ({ scope }) => (await stepAccess(env).secret(scope.projectId, "KEY"))?.value,
    change: ({ scope }) => callAsOperator(scope, "PUT", "/secrets/KEY", { value: "new value" }),
    before: "old value",
    after: "new value",
  },
  "an API key": {
    read: async ({ key }) => (await findKey(env.CATALOG, await digest(key))) !== null,
    change: ({ scope }) => callAsOperator(scope, "POST", "/archive"),
    before: true,
    after: false,
  },
  "the workflow of answers": {
    read: async ({ scope }) => {
      const found = await ownWorkflow(env, scope, "answer");
      return found.ok && found.value !== null;
    },
    change: async ({ fetch }) =>
      await fetch("/workflows", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          name: "answer",
          steps: { text: { use: "transform@1", with: { value: "Hello" } } },
          output: "{{ steps.text.output }}",
        }),
      }),
    before: false,
    after: true,
  },
};

describe("the values of a project that an isolate caches", () => {
  it.for(Object.entries(CASES))(
    "change at once, also when %s is read before the change and arrives after it",
    async ([, { prepare, read, change, before, after }], { expect }) => {
      const project = await createProject();
      await prepare?.(project);
      const { held, release } = holdNextRead();
      const reading = read(project);
      await held;
      const changed = await change(project);
      release();

      expect(changed.ok).toBe(true);
      expect(await reading).toEqual(before);
      expect(await read(project)).toEqual(after);
    },
  );
});
