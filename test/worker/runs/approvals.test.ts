import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import { createAnsweringProject } from "../conversation/answering-project.ts";
import { sweep } from "../open-work/index-rows.ts";
import { createProject, openProject } from "../project.ts";
import { APPROVAL, createWorkflowProject, DECISION } from "./workflow-project.ts";

type Approvals = {
  readonly data: readonly {
    readonly id: string;
    readonly workflow: string;
    readonly waiting_for: readonly { readonly step: string; readonly event: number | null }[];
  }[];
  readonly has_more: boolean;
  readonly last_id: string;
};

const countRows = async (id: string) =>
  (await env.CATALOG.prepare("SELECT count(*) AS n FROM run_wait WHERE id = ?").bind(id).first())?.[
    "n"
  ];

/** Creates a project with functions that read the list of approvals. */
async function createWaitingProject() {
  const project = await createWorkflowProject();
  const { fetch } = project;
  const approvals = async (query = ""): Promise<Approvals> =>
    await (await fetch(`/approvals${query}`)).json();
  const until = (ready: (listed: Approvals) => boolean) =>
    vi.waitUntil(async () => {
      const listed = await approvals();
      return ready(listed) && listed;
    }, WAIT);
  return { ...project, approvals, until };
}

const WAIT = { timeout: 15_000, interval: 100 };

describe("GET /v1/approvals", () => {
  it("lists a run from when it waits for somebody until the signal", async ({ expect }) => {
    const { start, post, until, approvals } = await createWaitingProject();
    expect(await approvals()).toMatchObject({ data: [], has_more: false });
    const id = await start({ ask: DECISION });

    const listed = await until(({ data }) => data.length > 0);
    expect(listed.data).toEqual([
      {
        id,
        object: "workflow.run.approval",
        workflow: expect.any(String),
        waiting_for: [
          {
            step: "ask",
            for: "signal",
            signal: "approval",
            requires: ["actor", "reason"],
            event: expect.any(Number),
            until: expect.any(Number),
          },
        ],
        as_of: expect.any(Number),
      },
    ]);
    const event = listed.data[0]?.waiting_for[0]?.event;
    const decision = { payload: 1, actor: "ann", reason: "fine", event, id: "x" };
    await post(`/runs/${id}/signals/approval`, decision);
    await until(({ data }) => data.length === 0);
    expect(await countRows(id)).toBe(0);
  });

  it("lists no run that waits for a time alone", async ({ expect }) => {
    const { start, settled, until } = await createWaitingProject();
    const asleep = await start({ nap: { use: "sleep@1", with: { for: "2s" } } });
    const waiting = await start({ ask: APPROVAL });
    const { data } = await until((listed) => listed.data.length > 0);
    expect(data.map(({ id }) => id)).toEqual([waiting]);
    await settled(asleep);
  });

  it("lists no run that was cancelled or deleted", async ({ expect }) => {
    const { start, post, until, fetch } = await createWaitingProject();
    const id = await start({ ask: APPROVAL });
    await until(({ data }) => data.length > 0);
    await post(`/runs/${id}/cancel`);
    await fetch(`/runs/${id}`, { method: "DELETE" });
    await until(({ data }) => data.length === 0);
    expect(await countRows(id)).toBe(0);
  });

  it("lists a run that waited before there was a list, once the sweep has called it", async ({
    expect,
  }) => {
    const { start, until, approvals } = await createWaitingProject();
    const id = await start({ ask: APPROVAL });
    await until(({ data }) => data.length > 0);
    await env.CATALOG.prepare("DELETE FROM run_wait WHERE id = ?").bind(id).run();
    await env.CATALOG.prepare("UPDATE run SET poke_at = 0 WHERE id = ?").bind(id).run();
    await sweep();
    expect((await approvals()).data.map((one) => one.id)).toEqual([id]);
  });

  it("lists the runs of one workflow", async ({ expect }) => {
    const { start, until, approvals } = await createWaitingProject();
    const ids = [await start({ ask: APPROVAL }), await start({ ask: APPROVAL })];
    const { data } = await until((listed) => listed.data.length === ids.length);
    for (const { id, workflow } of data) {
      const listed = await approvals(`?workflow=${workflow}`);
      expect(listed.data.map((one) => one.id)).toEqual([id]);
    }
    expect(await approvals("?workflow=none")).toMatchObject({ data: [], has_more: false });
  });

  it("comes in pages", async ({ expect }) => {
    const { start, until, approvals } = await createWaitingProject();
    const ids = [];
    for (let run = 0; run < 3; run++) ids.push(await start({ ask: APPROVAL }));
    await until(({ data }) => data.length === 3);
    const first = await approvals("?limit=2");
    expect(first).toMatchObject({ has_more: true });
    const rest = await approvals(`?limit=2&after=${first.last_id}`);
    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(ids.toSorted().toReversed());
    const back = await approvals("?order=asc&limit=1");
    expect(back.data.map(({ id }) => id)).toEqual(ids.toSorted().slice(0, 1));
  });

  it("has the runs of the caller's project alone", async ({ expect }) => {
    const { start, until } = await createWaitingProject();
    await start({ ask: APPROVAL });
    await until(({ data }) => data.length > 0);
    const { fetch } = await createProject();
    expect(await (await fetch("/approvals")).json()).toMatchObject({ data: [] });
  });

  it("lists the run of a response, and forgets it when the response has ended", async ({
    expect,
  }) => {
    const answering = await createAnsweringProject();
    const { client, fetch } = openProject(answering.scope, answering.key);
    const steps = { approval: { ...DECISION } };
    const headers = { "content-type": "application/json" };
    const saved = await fetch("/workflows", {
      method: "POST",
      headers,
      body: JSON.stringify({ name: "answer", steps, output: "${ steps.approval.output.actor }" }),
    });
    expect(saved.status).toBe(200);
    const { id } = await client.responses.create({
      model: "extractive-1",
      input: "May I?",
      background: true,
    });
    const list = async (): Promise<Approvals> => await (await fetch("/approvals")).json();
    const listed = await vi.waitUntil(async () => {
      const page = await list();
      return page.data.length > 0 && page;
    }, WAIT);
    expect(listed.data).toMatchObject([{ id, workflow: "answer" }]);
    await client.responses.cancel(id);
    await vi.waitUntil(async () => (await countRows(id)) === 0, WAIT);
  });
});
