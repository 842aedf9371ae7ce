import { env } from "cloudflare:workers";
import { afterEach, describe, inject, it, vi } from "vitest";
import { z } from "zod";

import { isProjectId } from "../../../src/ids.ts";
import { GenerateMessageSchema, StepMessageSchema } from "../../../src/queues/generate-message.ts";
import { IngestMessageSchema } from "../../../src/queues/ingest-message.ts";
import { FakeAi } from "../../fakes/workers-ai.ts";
import { createProject, fetchWorker, openProject } from "../project.ts";
import { MARK, useEverything } from "./use-everything.ts";
import { watchFetch, watchObjects, watchStorage } from "./watched-bindings.ts";

const CLASSES =
  "CONVERSATIONS VECTOR_STORES SEARCH_SHARDS CIRCUIT_BREAKERS RUNS SCHEDULES RESPONSE_SOCKETS LANES EMBEDDING_CACHES".split(
    " ",
  );
const QUEUES = ["INGEST", "GENERATE_INTERACTIVE", "GENERATE_DEFAULT", "GENERATE_BATCH"];
const Message = z.union([IngestMessageSchema, GenerateMessageSchema, StepMessageSchema]);
const DATABASES = ["CATALOG", "CORPUS_0", "CORPUS_1", "DATA"];

afterEach(() => void vi.restoreAllMocks());

const Created = z.object({
  id: z.string().refine(isProjectId),
  jurisdiction: z.string().nullable(),
});
const Key = z.object({ value: z.string() });

const createAsOperator = async (path: string, body: object) =>
  await (
    await fetchWorker(`https://edgewise.test/v1/organization/projects${path}`, {
      method: "POST",
      headers: { authorization: "Bearer admin-key-of-tests", "content-type": "application/json" },
      body: JSON.stringify(body),
    })
  ).json();

/** Creates a project and its key as an operator does. */
async function createProjectInside() {
  const created = await createAsOperator("", { name: MARK, jurisdiction: "eu" });
  const { id: projectId, jurisdiction } = Created.parse(created);
  const { value } = Key.parse(await createAsOperator(`/${projectId}/api_keys`, { name: "k" }));
  return { jurisdiction, project: openProject({ projectId, region: "eu" }, value) };
}

describe("a project with a jurisdiction", () => {
  it(
    "uses no object, database, bucket, queue and model outside it, whatever it does",
    { timeout: 90_000 },
    async ({ expect }) => {
      const ai = new FakeAi();
      Object.assign(env, {
        JURISDICTION: "eu",
        EDITION: "production",
        AI: ai,
        LLM_BASE_URL: inject("openAiServer"),
        LLM_MODEL: "inside",
        EMBEDDING_MODEL: "inside-embeds",
      });
      const objects = watchObjects();
      const storage = watchStorage();
      const hosts = watchFetch();
      const { jurisdiction, project } = await createProjectInside();
      await useEverything(project);

      expect(jurisdiction).toBe("eu");
      // Every kind of object was used, and none outside.
      expect(objects.addressed.filter((one) => one.jurisdiction !== "eu")).toEqual([]);
      expect(new Set(objects.addressed.map(({ namespace }) => namespace))).toEqual(
        new Set(CLASSES),
      );
      expect(await objects.listOutside("eu")).toEqual([]);
      // The deployment's databases, bucket and queues, which are inside.
      const { projectId } = project.scope;
      expect(storage.used).toEqual(new Set([...DATABASES, "FILES", ...QUEUES]));
      expect(storage.keys.filter((key) => !key.startsWith(`${projectId}/`))).toEqual([]);
      // Messages are of ids alone, and no text reached another model than the operator's.
      expect(storage.sent.length).toBeGreaterThan(0);
      for (const { body } of storage.sent) Message.parse(body);
      expect(JSON.stringify(storage.sent)).not.toContain(MARK);
      expect([...hosts]).toEqual([new URL(inject("openAiServer")).host]);
      expect(ai.called).toEqual([]);
    },
  );
});

describe("a project without a jurisdiction", () => {
  it("finds its objects of before after its deployment got a jurisdiction", async ({ expect }) => {
    const { client, scope } = await createProject();
    Object.assign(env, { JURISDICTION: "" });
    const { id } = await client.vectorStores.create({ name: "before" });
    Object.assign(env, { JURISDICTION: "eu" });
    const { addressed } = watchObjects();
    const found = await client.vectorStores.retrieve(id);

    expect(found.name).toBe("before");
    // The name that builds before jurisdictions gave it.
    const name = `${scope.projectId}:auto:${id}`;
    expect(addressed).toEqual([{ namespace: "VECTOR_STORES", jurisdiction: null, name }]);
  });
});

describe("a project in the region eu, of before deployments had jurisdictions", () => {
  it("finds its objects in the EU", async ({ expect }) => {
    Object.assign(env, { JURISDICTION: "" });
    const { addressed } = watchObjects();
    const { client, scope } = await createProject("eu");
    const { id } = await client.vectorStores.create({ name: "before" });
    await client.vectorStores.retrieve(id);

    const name = `${scope.projectId}:eu:${id}`;
    expect(new Set(addressed.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ namespace: "VECTOR_STORES", jurisdiction: "eu", name })]),
    );
  });
});
