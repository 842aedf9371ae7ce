import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";
import { z } from "zod";

import { FILTERED_ROWS_MAX } from "../../../src/platform/databases/list-page.ts";
import { findListed } from "../conversation/read-lists.ts";
import { BASE_URL, createProject, fetchWorker, type TestProject } from "../project.ts";

const Page = z.object({
  data: z.array(z.object({ id: z.string(), name: z.string().optional() })),
  built_in: z.array(z.string()).optional(),
  first_id: z.string(),
  last_id: z.string(),
  has_more: z.boolean(),
});

const read = async ({ fetch }: TestProject, path: string) =>
  Page.parse(await (await fetch(path)).json());
const namesOf = ({ data }: z.output<typeof Page>) => data.map(({ name }) => name);
const post = async ({ fetch }: TestProject, path: string, body: object) => {
  const headers = { "content-type": "application/json" };
  return await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
};

/** Reads all pages of a list, and returns the entries of each. */
async function readAll(project: TestProject, path: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let after = ""; ;) {
    const page = await read(project, path + (after === "" ? "" : `&after=${after}`));
    pages.push(page.data.map(({ name, id }) => name ?? id));
    if (!page.has_more) return pages;
    if (page.last_id === "" || page.last_id === after) throw new Error("The page has no cursor");
    after = page.last_id;
  }
}

describe("the filters of vector stores", () => {
  it("find stores by a part of their names, in upper or lower case", async ({ expect }) => {
    const project = await createProject();
    for (const name of ["Handbook 2024", "Übungen", "handbook 100%", "Contracts"]) {
      await project.client.vectorStores.create({ name });
    }
    const find = async (name: string) =>
      namesOf(await read(project, `/vector_stores?order=asc&name=${encodeURIComponent(name)}`));

    await vi.waitUntil(async () => (await find("o")).length === 3, { timeout: 5_000 });
    expect(await find("HAND")).toEqual(["Handbook 2024", "handbook 100%"]);
    expect(await find("book 2024")).toEqual(["Handbook 2024"]);
    expect(await find("übung")).toEqual(["Übungen"]);
    // They are no pattern.
    expect(await find("100%")).toEqual(["handbook 100%"]);
    expect(await find("%")).toEqual(["handbook 100%"]);
    expect(await find("_")).toEqual([]);
    expect(await find(`"]`)).toEqual([]);
    expect(await readAll(project, "/vector_stores?name=handbook&limit=1")).toEqual([
      ["handbook 100%"],
      ["Handbook 2024"],
    ]);
    const other = await createProject();
    expect(await read(other, "/vector_stores?name=handbook")).toMatchObject({ data: [] });
  });

  it("find them by status, together with the name", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const stores = [];
    for (const name of ["red", "blue", "reddish"]) {
      stores.push(await client.vectorStores.create({ name }));
    }
    await vi.waitUntil(async () => (await read(project, "/vector_stores")).data.length === 3);
    await env.CATALOG.prepare(
      "UPDATE vector_store SET body = json_set(body, '$.status', 'expired') WHERE id IN (?, ?)",
    )
      .bind(stores[0]?.id ?? "", stores[1]?.id ?? "")
      .run();
    const find = async (query: string) => namesOf(await read(project, `/vector_stores?${query}`));
    expect(await find("status=expired")).toEqual(["blue", "red"]);
    expect(await find("status=completed")).toEqual(["reddish"]);
    expect(await find("status=expired&name=red")).toEqual(["red"]);
    expect(await find("status=in_progress&name=red")).toEqual([]);
  });
});

describe("the filters of workflows", () => {
  it("find own and built-in ones by name and kind, each in its latest version", async ({
    expect,
  }) => {
    const project = await createProject();
    const steps = { wait: { use: "signal@1", with: { name: "approved" } } };
    const later = { wait: { use: "signal@1", with: { name: "checked" } } };
    await post(project, "/workflows", { name: "refund", steps });
    await post(project, "/workflows", { name: "Service_desk", steps });
    await post(project, "/workflows", { name: "refund", steps: later });
    const find = async (query: string) => {
      const page = await read(project, `/workflows?${query}`);
      return [namesOf(page), page.built_in?.includes("customer_service")];
    };
    expect(await find("")).toEqual([["refund", "Service_desk"], true]);
    expect(await find("name=service")).toEqual([["Service_desk"], true]);
    expect(await find("name=REF")).toEqual([["refund"], false]);
    expect(await find("name=service&kind=own")).toEqual([["Service_desk"], false]);
    expect(await find("name=service&kind=built_in")).toEqual([[], true]);
    expect(await find("name=refund&kind=built_in")).toEqual([[], false]);
  });
});

/** Calls a route of projects with the admin key. */
const admin = async (method: string, path: string, body?: object): Promise<unknown> => {
  const headers = {
    authorization: "Bearer admin-key-of-tests",
    "content-type": "application/json",
  };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  return await (await fetchWorker(`${BASE_URL}/organization/projects${path}`, init)).json();
};

describe("the filters of projects", () => {
  it("find them by name and status, whatever include_archived says", async ({ expect }) => {
    const word = crypto.randomUUID();
    const ids: string[] = [];
    for (const name of [`Alpha ${word}`, `Beta ${word}`, `gamma alpha ${word}`]) {
      ids.push(z.object({ id: z.string() }).parse(await admin("POST", "", { name })).id);
    }
    await admin("POST", `/${ids[0]}/archive`);
    const find = async (query: string) =>
      namesOf(Page.parse(await admin("GET", `?name=${word}${query}`))).map((name) =>
        name?.replace(` ${word}`, ""),
      );
    expect(await find("")).toEqual(["gamma alpha", "Beta"]);
    expect(await find("&include_archived=true")).toEqual(["gamma alpha", "Beta", "Alpha"]);
    expect(await find("&status=archived")).toEqual(["Alpha"]);
    expect(await find("&status=active&include_archived=true&limit=1")).toEqual(["gamma alpha"]);
    expect(await find(`&status=active&after=${ids[2]}`)).toEqual(["Beta"]);
    const refused = await admin("GET", "?status=paused");
    expect(refused).toMatchObject({ error: { param: "status", code: "invalid_request" } });
  });
});

describe("the filters of conversations", () => {
  it("find them by their titles and by the time of their creation", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const begin = async (title: string, key?: string) => {
      const options = key === undefined ? {} : { headers: { "idempotency-key": key } };
      return await client.conversations.create({ metadata: { title } }, options);
    };
    const first = await begin("Annual leave");
    const second = await begin("Notice period", crypto.randomUUID());
    await findListed(project, first.id);
    await findListed(project, second.id);
    const find = async (query: string) =>
      (await read(project, `/conversations?${query}`)).data.map(({ id }) => id);
    expect(await find("title=LEAVE")).toEqual([first.id]);
    expect(await find("title=period")).toEqual([second.id]);
    expect(await find("title=nothing")).toEqual([]);
    // The id of one with an idempotency key has the time of the day alone.
    const { created_at: at } = second;
    expect(await find(`created_after=${at}&title=period`)).toEqual([second.id]);
    expect(await find(`created_after=${at + 60}`)).toEqual([]);
    expect(await find(`created_before=${first.created_at}`)).toEqual([]);
    expect((await find(`created_before=${at + 1}`)).toSorted()).toEqual(
      [first.id, second.id].toSorted(),
    );
    await client.conversations.delete(first.id);
    await vi.waitUntil(async () => (await find("title=leave")).length === 0, { timeout: 5_000 });
  });
});

/** Number of projects that `createMany` has made; the ids of their stores begin with it. */
let made = 0;

/** A project with so many stores that a page with filters ends before it has looked at all. Only some have the name. */
async function createMany(count: number, named: readonly number[]) {
  const project = await createProject();
  const of = String(made++).padStart(4, "0");
  const idOf = (number: number) => `vs_${of}${String(number).padStart(20, "0")}`;
  await env.CATALOG.prepare(
    `INSERT INTO vector_store (id, project_id, is_deleted, version, body)
     WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < ?2)
     SELECT printf('vs_%s%020d', ?4, at), ?1, 0, 1, json_object('v', 1, 'id', printf('vs_%s%020d', ?4, at),
       'createdAt', 1, 'name', CASE WHEN at IN (SELECT value FROM json_each(?3)) THEN 'rare ' || at ELSE 'usual' END,
       'usageBytes', 0, 'fileCounts', json('{"in_progress":0,"completed":0,"failed":0,"cancelled":0,"total":0}'),
       'status', 'completed', 'expiresAfterDays', NULL, 'expiresAt', NULL, 'lastActiveAt', 1, 'metadata', json('{}'))
     FROM n`,
  )
    .bind(project.scope.projectId, count, JSON.stringify(named), of)
    .run();
  return { ...project, idOf };
}

describe("a page with filters", () => {
  it("ends where it has looked at enough, and says so in both directions", async ({ expect }) => {
    const count = 2 * FILTERED_ROWS_MAX + 10;
    const project = await createMany(count, [1, 2, FILTERED_ROWS_MAX, count]);
    const { idOf } = project;
    const path = "/vector_stores?name=rare";
    expect(await readAll(project, path)).toEqual([
      [`rare ${count}`],
      [`rare ${FILTERED_ROWS_MAX}`],
      ["rare 2", "rare 1"],
    ]);
    expect((await readAll(project, `${path}&order=asc`)).flat()).toHaveLength(4);
    const early = await read(project, `${path}&after=${idOf(count)}`);
    expect(early).toMatchObject({ data: [], has_more: true });
    expect(early.last_id).toBe(idOf(count - FILTERED_ROWS_MAX));
    // Backwards: from the oldest store to the newer ones.
    const back = await read(project, `${path}&before=${idOf(3)}`);
    expect(back).toMatchObject({ has_more: true, first_id: idOf(3 + FILTERED_ROWS_MAX) });
    expect(namesOf(back)).toEqual([`rare ${FILTERED_ROWS_MAX}`]);
    const next = await read(project, `${path}&before=${back.first_id}`);
    expect(namesOf(next)).toEqual([]);
    expect(namesOf(await read(project, `${path}&before=${next.first_id}`))).toEqual([
      `rare ${count}`,
    ]);
  });

  it("stops at its limit, and goes on with the last match", async ({ expect }) => {
    const project = await createMany(30, [1, 5, 9, 20]);
    expect(await readAll(project, "/vector_stores?name=rare&limit=2")).toEqual([
      ["rare 20", "rare 9"],
      ["rare 5", "rare 1"],
    ]);
  });

  it.for([
    ["/vector_stores?status=broken", "status"],
    ["/vector_stores?status=failed&name=a", "status"],
    [`/vector_stores?name=${"a".repeat(257)}`, "name"],
    ["/vector_stores?title=a", "title"],
    ["/workflows?kind=other", "kind"],
    ["/conversations?created_after=yesterday", "created_after"],
    ["/conversations?created_before=-1", "created_before"],
    ["/conversations?model=extractive-1", "model"],
  ] as const)("refuses what it does not know: %s", async ([path, param], { expect }) => {
    const { fetch } = await createProject();
    const refused = await fetch(path);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { param, message: expect.any(String) } });
  });
});
