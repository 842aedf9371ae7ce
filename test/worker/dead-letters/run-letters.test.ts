import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { createProject } from "../project.ts";
import { verdicts } from "../runs/run-object.ts";
import { echo } from "../runs/workflow-project.ts";
import { createFailingProject } from "./failing-project.ts";
import { createLetterCalls } from "./letters.ts";

let project: Awaited<ReturnType<typeof createFailingProject>>;

beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  project = await createFailingProject();
});
afterEach(() => void vi.restoreAllMocks());

const TWICE = { attempts: 2, base: "1ms", cap: "1ms" };

describe("a run that has used up its attempts", () => {
  it("is a dead letter, with its attempts and the hash of its definition", async ({ expect }) => {
    const id = await project.start({ sum: { use: "flaky@1", retry: TWICE, lane: "batch" } });
    const run = await project.settled(id);

    const letter = await project.letters.only();

    expect(letter).toMatchObject({
      object: "dead_letter",
      kind: "run",
      lane: "batch",
      status: "open",
      job: { run_id: id },
      workflow: run.workflow,
      definition_hash: run.workflow_hash,
      attempts: 2,
      error: { step: "sum", message: "Attempt 2 failed" },
      redrive_at: null,
      redrive_error: null,
    });
    expect(letter.errors).toMatchObject([
      { step: "sum", attempt: 1, message: "Attempt 1 failed" },
      { step: "sum", attempt: 2, message: "Attempt 2 failed" },
    ]);
    const times = letter.errors.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(letter.expires_at - letter.created_at).toBe(30 * 24 * 3_600);
    expect((await project.letters.get(letter.id)).json).toEqual(letter);
  });

  it("goes on from the failed step when it is redriven, and completes once", async ({ expect }) => {
    const { id, name, letter } = await project.failRun();

    verdicts.set(name, "paid");
    const redriven = await project.letters.redrive(letter.id);
    const run = await project.settled(id);

    expect(redriven).toMatchObject({ status: 200, json: { id: letter.id, status: "redriven" } });
    expect(run).toMatchObject({ status: "completed", output: { thank: "thanks" } });
    expect(await project.letters.until(letter.id, "completed")).toMatchObject({ attempts: 1 });
    const again = await project.letters.redrive(letter.id);
    expect(again).toMatchObject({ status: 409, json: { error: { code: "not_redrivable" } } });
    expect(again.json.error.message).toContain("has completed");
    expect(await project.letters.list()).toHaveLength(1);
  });

  it("is the same letter when it fails again", async ({ expect }) => {
    const { id, name, letter } = await project.failRun();

    verdicts.set(name, new Error("The shop is closed"));
    await project.letters.redrive(letter.id);
    await vi.waitUntil(
      async () => (await project.letters.only()).error.message === "The shop is closed",
      {
        timeout: 10_000,
      },
    );

    expect(await project.letters.only()).toMatchObject({
      id: letter.id,
      status: "open",
      attempts: 2,
    });
    verdicts.set(name, "paid");
    expect((await project.letters.redrive(letter.id)).status).toBe(200);
    await project.letters.until(letter.id, "completed");
    expect((await project.settled(id)).status).toBe("completed");
  });

  it("shows that its run was retried without the letter, or cancelled", async ({ expect }) => {
    const [one, other] = [await project.failRun(), await project.failRun()];
    verdicts.set(one.name, "paid");
    verdicts.set(other.name, "never");

    await project.post(`/runs/${one.id}/retry`);
    await project.post(`/runs/${other.id}/retry`);
    await project.post(`/runs/${other.id}/cancel`);

    await project.letters.until(one.letter.id, "completed");
    await project.letters.until(other.letter.id, "cancelled");
    const refused = await project.letters.redrive(other.letter.id);
    expect(refused).toMatchObject({ status: 409, json: { error: { code: "not_redrivable" } } });
  });

  it("is redriven once by many requests at a time", async ({ expect }) => {
    const { id, name, letter } = await project.failRun();
    verdicts.set(name, "never");

    const replies = await Promise.all(
      Array.from({ length: 10 }, () => project.letters.redrive(letter.id)),
    );

    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(9);
    const { json } = await project.get(`/runs/${id}/events?limit=100`);
    expect(json.data.filter(({ type }) => type === "run.retried")).toHaveLength(1);
  });

  it("is no letter if another attempt, or a step that handles the failure, succeeds", async ({
    expect,
  }) => {
    const helped = await project.start({
      sum: { use: "flaky@1", retry: { ...TWICE, attempts: 3 } },
    });
    const handled = await project.start({
      sum: { use: "fatal@1" },
      excuse: { ...echo("sorry"), needs: ["sum"], trigger: "one_failed" },
    });
    const { letter } = await project.failRun();

    expect((await project.settled(helped)).status).toBe("completed");
    expect((await project.settled(handled)).status).toBe("completed");
    expect((await project.letters.list()).map(({ id }) => id)).toEqual([letter.id]);
  });
});

describe("the list of dead letters", () => {
  it("is filtered by kind, lane, status, time and error, and comes in pages", async ({
    expect,
  }) => {
    const away = await project.failRun("The shop answered with 503");
    const closed = await project.failRun("The shop is closed", { lane: "batch" });
    const ids = async (query: string) => (await project.letters.list(query)).map(({ id }) => id);
    const [first, last] = [away.letter.id, closed.letter.id];

    expect(await ids("")).toEqual([last, first]);
    expect(await ids("?order=asc&limit=1")).toEqual([first]);
    expect(await ids(`?order=asc&after=${first}`)).toEqual([last]);
    expect(await ids(`?before=${first}`)).toEqual([last]);
    expect(await ids("?lane=batch")).toEqual([last]);
    expect(await ids("?kind=file")).toEqual([]);
    expect(await ids("?kind=run&status=open")).toEqual([last, first]);
    expect(await ids("?status=completed")).toEqual([]);
    expect(await ids("?error=ANSWERED%20with")).toEqual([first]);
    const now = Math.floor(Date.now() / 1000);
    expect(await ids(`?created_after=${now - 600}`)).toEqual([last, first]);
    expect(await ids(`?created_before=${now - 600}`)).toEqual([]);
    const bad = await project.letters.call("GET", "?lane=fast");
    expect(bad).toMatchObject({ status: 400, json: { error: { param: "lane" } } });
  });

  it("shows no project's letters to another", async ({ expect }) => {
    const { letter } = await project.failRun();
    const other = createLetterCalls(await createProject());

    expect(await other.list()).toEqual([]);
    expect((await other.redrive(letter.id)).status).toBe(404);
    expect((await other.call("DELETE", `/${letter.id}`)).status).toBe(404);
    await other.call("POST", "/redrive", {});
    expect((await project.letters.get(letter.id)).json.status).toBe("open");
  });
});
