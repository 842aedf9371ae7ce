import { env } from "cloudflare:workers";
import { afterEach, describe, it } from "vitest";

import { firstFileId, newId, type ProjectId } from "../../../src/ids.ts";
import { UPLOAD_SECONDS } from "../../../src/knowledge/file-upload.ts";
import { bytesKey, textKey } from "../../../src/knowledge/scope.ts";
import { sweepObjects, type SweepObjectsDeps } from "../../../src/knowledge/sweep-objects.ts";
import { sweepObjectsDeps } from "../../../src/wiring/sweep-deps.ts";
import { restoreDependencies, breakDependency } from "../away.ts";
import { createProject } from "../project.ts";

afterEach(restoreDependencies);

const HOUR = 3_600;
const nowSeconds = () => Math.floor(Date.now() / 1_000);
const put = async (...keys: string[]) => {
  for (const key of keys) await env.FILES.put(key, "abc");
};
const list = async (projectId: string) =>
  (await env.FILES.list({ prefix: `${projectId}/` })).objects.map(({ key }) => key);
const sweep = (now: number, deps: Partial<SweepObjectsDeps> = {}) =>
  sweepObjects({ ...sweepObjectsDeps(env), ...deps }, now);
/** The id of a file whose upload began some hours ago; `number` makes several of the same time. */
const fileOf = (hours: number, number = 0) =>
  firstFileId(Date.now() - hours * HOUR * 1_000 + number);

/** Lists two keys at a time, as R2 lists a thousand. */
const inPairs: Partial<SweepObjectsDeps> = {
  listKeys: async ({ projectId, sweptTo }) => {
    const startAfter = sweptTo === "" ? {} : { startAfter: sweptTo };
    const page = await env.FILES.list({ prefix: `${projectId}/`, limit: 2, ...startAfter });
    return { keys: page.objects.map(({ key }) => key), isCut: page.truncated };
  },
};

describe("an object in R2 that belongs to no file", () => {
  it("is erased within a day of its upload, and no other object is", async ({ expect }) => {
    const { client, scope } = await createProject();
    const { projectId } = scope;
    const create = async (name: string) =>
      await client.files.create({ file: new File(["abc"], name), purpose: "assistants" });
    const file = await create("kept.txt");
    await create("deleted.txt");
    await env.CATALOG.prepare(
      "UPDATE file SET deleted_at = 1 WHERE filename = 'deleted.txt'",
    ).run();
    const others = [
      `${projectId}/notes.txt`,
      `${projectId}/file-1/bytes`,
      "proj_none/file-1/bytes",
    ];
    await put(...others);
    const kept = await list(projectId);
    const left = newId("file-");
    await put(bytesKey(projectId, left), textKey(projectId, left));
    const start = nowSeconds();

    await sweep(start + UPLOAD_SECONDS - 60);
    expect(await list(projectId)).toHaveLength(kept.length + 2);
    for (let minutes = 0; minutes < 24 * 60; minutes += 60) await sweep(start + minutes * 60);
    expect(await list(projectId)).toEqual(kept);
    expect(await list("proj_none")).toHaveLength(1);
    expect(await (await client.files.content(file.id)).text()).toBe("abc");
  });

  it("is found in a project with more objects than one list has", async ({ expect }) => {
    const { scope } = await createProject();
    const { projectId } = scope;
    await put(...[0, 1, 2, 3, 4].map((number) => bytesKey(projectId, fileOf(5, number))));
    const recent = bytesKey(projectId, newId("file-"));
    await put(recent);

    await sweep(nowSeconds(), inPairs);
    expect(await list(projectId)).toHaveLength(4);
    await sweep(nowSeconds(), inPairs);
    await sweep(nowSeconds(), inPairs);
    expect(await list(projectId)).toEqual([recent]);
    // All old ones were checked: the project is not due for some hours, then the sweep goes on where it was.
    await put(bytesKey(projectId, fileOf(3)));
    await sweep(nowSeconds() + HOUR, inPairs);
    expect(await list(projectId)).toHaveLength(2);
    await sweep(nowSeconds() + 7 * HOUR, inPairs);
    expect(await list(projectId)).toEqual([]);
  });

  it("is kept for the next sweep when R2 refuses, and does not keep other projects", async ({
    expect,
  }) => {
    const ids: ProjectId[] = [];
    for (let count = 0; count < 3; count++) ids.push((await createProject()).scope.projectId);
    for (const id of ids) await put(bytesKey(id, fileOf(4)));
    const count = async () => (await Promise.all(ids.map(list))).flat().length;
    await breakDependency("bucket", "lost", 1);
    let failed = 0;
    await sweep(nowSeconds() + 8 * HOUR, { sweepFailed: () => failed++ });
    restoreDependencies();
    expect(failed).toBe(1);
    await put(...ids.map((id) => bytesKey(id, fileOf(3))));

    await sweep(nowSeconds() + 8 * HOUR);
    expect(await count()).toBe(2);
    await sweep(nowSeconds() + 15 * HOUR);
    expect(await count()).toBe(0);
  });

  it("costs one list for each project, and ten in a sweep", async ({ expect }) => {
    for (let count = 0; count < 12; count++) await createProject();
    let lists = 0;
    const deps = sweepObjectsDeps(env);
    const counted: Partial<SweepObjectsDeps> = {
      listKeys: (of) => {
        lists++;
        return deps.listKeys(of);
      },
    };
    await sweep(nowSeconds() + 40 * HOUR, counted);
    expect(lists).toBe(10);
  });
});
