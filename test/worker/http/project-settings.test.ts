import { env, exports } from "cloudflare:workers";
import { describe, it, vi } from "vitest";
import { z } from "zod";

import { readProjectSettings } from "../../../src/platform/databases/project-settings.ts";
import { createProject } from "../project.ts";

const Body = z.object({
  name: z.string(),
  settings: z.looseObject({ version: z.number(), output: z.record(z.string(), z.unknown()) }),
});
const call = (method: string, path: string, body?: object) =>
  exports.default.fetch(`https://edgewise.test/v1/organization/projects${path}`, {
    method,
    headers: { authorization: "Bearer admin-key-of-tests", "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const read = async (response: Response) => Body.parse(await response.json());
const IMAGES = { allow: "sources", hosts: [] };
const LINKS = { allow: "any", hosts: [] };
const OTHERS = {
  default_model: null,
  list_stores_as_models: false,
  grounding: "report",
  search: "first",
  keep_questions: true,
  verify: { model: null },
};

async function createPath() {
  const { scope } = await createProject();
  return { id: scope.projectId, path: `/${scope.projectId}` };
}

describe("the settings of a project", () => {
  it("are complete, and have their defaults at first", async ({ expect }) => {
    const created = await read(await call("POST", "", { name: "New" }));
    const { path } = await createPath();

    expect(created.settings).toEqual({
      version: 0,
      ...OTHERS,
      output: { images: IMAGES, links: LINKS },
    });
    expect((await read(await call("GET", path))).settings).toEqual(created.settings);
  });

  it("are merged: what is left out stays, null resets", async ({ expect }) => {
    const { path } = await createPath();
    const change = (output: object | null) => call("POST", path, { settings: { output } });
    await change({
      images: { hosts: ["CDN.Example.com", "*.bücher.example"] },
      links: { allow: "none" },
    });
    const images = { allow: "sources", hosts: ["cdn.example.com", "*.xn--bcher-kva.example"] };
    const second = await read(await change({ links: { hosts: ["a.b"] } }));
    const third = await read(await change({ images: null, links: { allow: null } }));
    const last = await read(await change(null));

    expect(second.settings).toEqual({
      version: 2,
      ...OTHERS,
      output: { images, links: { allow: "none", hosts: ["a.b"] } },
    });
    expect(third.settings.output).toEqual({
      images: IMAGES,
      links: { allow: "any", hosts: ["a.b"] },
    });
    expect(last.settings).toEqual({
      version: 4,
      ...OTHERS,
      output: { images: IMAGES, links: LINKS },
    });
  });

  it("change only from the version that the change was made for", async ({ expect }) => {
    const { path } = await createPath();
    const change = (version: number, allow: string) =>
      call("POST", path, { name: "Renamed", settings: { version, output: { images: { allow } } } });
    const first = await change(0, "none");
    const late = await change(0, "any");
    const kept = await read(await call("GET", path));
    const again = await read(await change(1, "any"));

    expect([first.status, late.status]).toEqual([200, 409]);
    expect(await late.json()).toMatchObject({
      error: { code: "conflict", param: "settings.version" },
    });
    expect(kept).toMatchObject({
      name: "Renamed",
      settings: { version: 1, output: { images: { allow: "none" } } },
    });
    expect(again.settings.version).toBe(2);
  });

  it("keep both of two changes at the same time", async ({ expect }) => {
    const { path } = await createPath();
    const changes = ["images", "links"].map((member) =>
      call("POST", path, { settings: { output: { [member]: { hosts: [`${member}.example`] } } } }),
    );
    const statuses = (await Promise.all(changes)).map(({ status }) => status);
    const { settings } = await read(await call("GET", path));

    expect(statuses).toEqual([200, 200]);
    expect(settings).toEqual({
      version: 2,
      ...OTHERS,
      output: {
        images: { allow: "sources", hosts: ["images.example"] },
        links: { allow: "any", hosts: ["links.example"] },
      },
    });
  });

  const refused = [
    [{ settings: { outptu: {} } }, "unknown_parameter", "settings.outptu"],
    [{ settings: { output: { image: {} } } }, "unknown_parameter", "settings.output.image"],
    [
      { settings: { output: { images: { allow: "some" } } } },
      "invalid_request",
      "settings.output.images.allow",
    ],
    [
      { settings: { output: { links: { hosts: ["https://a.b/c"] } } } },
      "invalid_request",
      "settings.output.links.hosts[0]",
    ],
    [{ settings: { version: "1" } }, "invalid_request", "settings.version"],
    [{ settings: "none" }, "invalid_request", "settings"],
    [{}, "invalid_request", null],
  ] as const;
  it.for(refused)("refuse %j", async ([body, code, param], { expect }) => {
    const { path } = await createPath();
    const answer = await call("POST", path, body);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code, param } });
    expect((await read(await call("GET", path))).settings.version).toBe(0);
  });

  it("are not those of a project that does not exist", async ({ expect }) => {
    expect((await call("POST", "/proj_none", { settings: {} })).status).toBe(404);
  });

  it("are erased with their project", async ({ expect }) => {
    const { id, path } = await createPath();
    await call("POST", path, { settings: { output: { images: { allow: "none" } } } });
    await env.CATALOG.batch([
      env.CATALOG.prepare("DELETE FROM api_key WHERE project_id = ?").bind(id),
      env.CATALOG.prepare("DELETE FROM project WHERE id = ?").bind(id),
    ]);

    expect((await readProjectSettings(env.CATALOG, id)).output.images.allow).toBe("sources");
  });
});

describe("the settings that an isolate knows", () => {
  it("cost no query for 30 s, and are read again after that", async ({ expect }) => {
    const { id } = await createPath();
    const prepare = vi.spyOn(env.CATALOG, "prepare");
    await readProjectSettings(env.CATALOG, id);
    await env.CATALOG.prepare("UPDATE project SET settings = ? WHERE id = ?")
      .bind(JSON.stringify({ output: { links: { allow: "none" } } }), id)
      .run();
    prepare.mockClear();
    const warm = await readProjectSettings(env.CATALOG, id);
    const queries = prepare.mock.calls.length;
    const later = await readProjectSettings(env.CATALOG, id, Date.now() + 30_001);

    expect([warm.output.links.allow, queries]).toEqual(["any", 0]);
    expect(later.output.links.allow).toBe("none");
    prepare.mockRestore();
  });

  it("change at once where they were changed", async ({ expect }) => {
    const { id, path } = await createPath();
    await readProjectSettings(env.CATALOG, id);
    await call("POST", path, { settings: { output: { links: { allow: "none" } } } });

    expect((await readProjectSettings(env.CATALOG, id)).output.links.allow).toBe("none");
  });
});
