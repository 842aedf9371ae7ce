import { z } from "zod";

import type { Service } from "../local/service.ts";

/**
 * Ids of one kind of object: of the project that sends the requests, and of another project. The last of `own` may
 * belong to a deleted object.
 */
export type Ids = { readonly own: readonly string[]; readonly others: readonly string[] };

/**
 * The ids of existing objects that requests of the fuzz refer to, by collection and path parameter, such as
 * `files:file_id`.
 */
export type World = {
  readonly keys: Readonly<Record<"project" | "other" | "admin", string>>;
  readonly ids: Readonly<Record<string, Ids>>;
  /** Name of a workflow whose runs end without waiting for anything. */
  readonly endingWorkflow: string;
};

/** Objects of each kind. */
const COPIES = 3;

const Created = z.object({ id: z.string() });
const CreatedKey = z.object({ id: z.string(), value: z.string() });
const CreatedItems = z.object({ data: z.array(Created) });
const WORKFLOW = {
  name: "refund",
  steps: { approve: { use: "signal@1", with: { name: "approval" } } },
};
const ENDING_WORKFLOW = {
  name: "greet",
  steps: { greet: { use: "transform@1", with: { value: "Hello" } } },
  output: { text: "${ steps.greet.output }" },
};

/**
 * Creates objects for the requests of the fuzz to refer to: in the development project, in another project, and
 * projects that requests may change.
 */
export async function createWorld({ url, secrets }: Service): Promise<World> {
  const admin = caller(url, secrets.adminKey);
  const other = Created.parse(await admin("/organization/projects", { name: "Other" }));
  const path = `/organization/projects/${other.id}/api_keys`;
  const otherKey = CreatedKey.parse(await admin(path, { name: "other" })).value;
  const [own, others] = [
    await createObjects(caller(url, secrets.apiKey)),
    await createObjects(caller(url, otherKey)),
  ];
  const ids = Object.fromEntries(
    Object.entries(own).map(([kind, ownIds]) => [
      kind,
      { own: ownIds, others: others[kind] ?? [] },
    ]),
  );
  return {
    keys: { project: secrets.apiKey, other: otherKey, admin: secrets.adminKey },
    ids: { ...ids, ...(await createProjects(admin)) },
    endingWorkflow: ENDING_WORKFLOW.name,
  };
}

type Caller = (path: string, body: object | FormData) => Promise<unknown>;

/** Posts a body that the service must take. */
const caller =
  (url: string, key: string): Caller =>
  async (path, body) => {
    const isForm = body instanceof FormData;
    const response = await fetch(`${url}/v1${path}`, {
      method: path.includes("/secrets/") ? "PUT" : "POST",
      headers: {
        authorization: `Bearer ${key}`,
        ...(isForm ? {} : { "content-type": "application/json" }),
      },
      body: isForm ? body : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };

async function createObjects(post: Caller): Promise<Record<string, string[]>> {
  const ids: Record<string, string[]> = {};
  const keep = (kind: string, created: unknown) => {
    const { id } = Created.parse(created);
    (ids[kind] ??= []).push(id);
    return id;
  };
  await post("/workflows", WORKFLOW);
  await post("/workflows", ENDING_WORKFLOW);
  for (let copy = 0; copy < COPIES; copy++) {
    const form = new FormData();
    form.append("purpose", "assistants");
    form.append("file", new File([`Employees have ${copy + 20} days of leave.`], "handbook.md"));
    const file = keep("files:file_id", await post("/files", form));
    const store = keep(
      "vector_stores:vector_store_id",
      await post("/vector_stores", { name: "h" }),
    );
    const batch = { file_ids: [file] };
    keep("vector_stores:batch_id", await post(`/vector_stores/${store}/file_batches`, batch));
    const items = [{ role: "user", content: "How many days of leave?" }];
    const conversation = keep("conversations:conversation_id", await post("/conversations", {}));
    const added = CreatedItems.parse(await post(`/conversations/${conversation}/items`, { items }));
    keep("conversations:item_id", added.data[0]);
    const ask = { model: "extractive-1", input: "How many days of leave?" };
    keep("responses:response_id", await post("/responses", ask));
    keep("runs:run_id", await post("/runs", { workflow: "refund", input: {} }));
    const schedule = { workflow: "refund", cron: "0 9 1 1 *", paused: true };
    keep("schedules:schedule_id", await post("/schedules", schedule));
  }
  return {
    ...ids,
    "vector_stores:file_id": ids["files:file_id"] ?? [],
    "workflows:name": ["refund"],
    "runs:step": ["approve"],
    "runs:name": ["approval"],
    "models:model": ["extractive-1", "hash-1"],
  };
}

/** Creates projects with a key and a secret each, which requests of the operator may change and archive. */
async function createProjects(admin: Caller): Promise<Record<string, Ids>> {
  const [projects, keys]: [string[], string[]] = [[], []];
  for (let copy = 0; copy < COPIES; copy++) {
    const { id } = Created.parse(await admin("/organization/projects", { name: "Changed" }));
    projects.push(id);
    const path = `/organization/projects/${id}`;
    keys.push(Created.parse(await admin(`${path}/api_keys`, { name: "key" })).id);
    await admin(`${path}/secrets/TOKEN`, { value: "a-token-of-the-crm" });
  }
  return {
    "organization:project_id": { own: projects, others: [] },
    "organization:key_id": { own: keys, others: [] },
    "organization:name": { own: ["TOKEN"], others: [] },
  };
}
