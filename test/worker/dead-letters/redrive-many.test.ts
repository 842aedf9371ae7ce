import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { verdicts } from "../runs/run-object.ts";
import { createFailingProject, sweep } from "./failing-project.ts";

let project: Awaited<ReturnType<typeof createFailingProject>>;

beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  project = await createFailingProject();
});
afterEach(() => void vi.restoreAllMocks());

describe("a redrive of many letters", () => {
  it("begins as many in a minute as it says, the oldest first, also after a pause", async ({
    expect,
  }) => {
    const died = [await project.failRun(), await project.failRun(), await project.failRun()];
    for (const { name } of died) verdicts.set(name, "paid");
    await project.failRun("Something else");

    const reply = await project.letters.call("POST", "/redrive", { error: "away", per_minute: 2 });
    const waiting = await project.letters.list("?status=scheduled&order=asc");
    await sweep();
    const first = await project.letters.list("?status=scheduled&order=asc");
    await env.CATALOG.prepare(
      "UPDATE job_letter SET redrive_at = 1 WHERE redrive_at IS NOT NULL",
    ).run();
    await sweep();

    expect(reply).toMatchObject({
      status: 202,
      json: { scheduled: 3, per_minute: 2, has_more: false },
    });
    expect(waiting.map(({ id }) => id)).toEqual(died.map(({ letter }) => letter.id));
    const [begin = 0, ...later] = waiting.map(({ redrive_at: at }) => at ?? 0);
    expect(later.map((at) => at - begin)).toEqual([30, 60]);
    expect(first.map(({ id }) => id)).toEqual(died.slice(1).map(({ letter }) => letter.id));
    for (const { letter } of died) await project.letters.until(letter.id, "completed");
    expect(await project.letters.list("?status=open")).toHaveLength(1);
  });

  it("goes on after the letters of a first redrive, and takes no letter twice", async ({
    expect,
  }) => {
    const one = await project.failRun();
    const first = await project.letters.call("POST", "/redrive", { per_minute: 1 });
    const other = await project.failRun();
    const second = await project.letters.call("POST", "/redrive", { per_minute: 1 });

    expect([first.json, second.json]).toMatchObject([{ scheduled: 1 }, { scheduled: 1 }]);
    const [a, b] = await Promise.all([
      project.letters.get(one.letter.id),
      project.letters.get(other.letter.id),
    ]);
    expect((b.json.redrive_at ?? 0) - (a.json.redrive_at ?? 0)).toBe(60);
  });

  it("opens a letter again whose job refuses, with the reason", async ({ expect }) => {
    const { id, letter } = await project.failRun();
    await project.call("DELETE", `/runs/${id}`);

    await project.letters.call("POST", "/redrive", {});
    await sweep();

    expect((await project.letters.get(letter.id)).json).toMatchObject({
      status: "open",
      redrive_at: null,
      redrive_error: expect.stringContaining("No run found"),
    });
  });

  it("keeps the turn of a letter whose job cannot be reached, and is not disturbed by a discard", async ({
    expect,
  }) => {
    const [away, gone] = [await project.failRun(), await project.failRun()];
    await project.letters.call("POST", "/redrive", { per_minute: 600 });
    await project.letters.call("DELETE", `/${gone.letter.id}`);
    const run: { redrive(): Promise<unknown> } = Object.getPrototypeOf(
      Object.getPrototypeOf(await runInDurableObject(project.stubOf(away.id), (object) => object)),
    );
    vi.spyOn(run, "redrive").mockRejectedValueOnce(new Error("It is broken"));

    await sweep();

    const { json } = await project.letters.get(away.letter.id);
    expect(json.status).toBe("scheduled");
    expect((json.redrive_at ?? 0) * 1000 - Date.now()).toBeGreaterThan(50_000);
    expect((await project.get(`/runs/${gone.id}`)).json).toMatchObject({ status: "failed" });
  });
});

describe("letters whose time is over", () => {
  it("are erased by the sweep", async ({ expect }) => {
    const { letter } = await project.failRun();
    await env.CATALOG.prepare("UPDATE job_letter SET died_at = ? WHERE id = ?")
      .bind(Date.now() - 30 * 24 * 3_600_000 - 1, letter.id)
      .run();

    await sweep();

    const rows = env.CATALOG.prepare("SELECT id FROM job_letter WHERE id = ?").bind(letter.id);
    expect((await rows.all()).results).toEqual([]);
  });
});
