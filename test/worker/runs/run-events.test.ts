import { abortAllDurableObjects } from "cloudflare:test";
import { beforeAll, describe, it, vi } from "vitest";

import type { EventBody } from "../../../src/workflow/runs/show-event.ts";
import { APPROVAL, createWorkflowProject, echo } from "./workflow-project.ts";

beforeAll(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

/** Yields the events of a stream in order, as a client reads them. */
async function* read(response: Response): AsyncGenerator<EventBody, void> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, type, id, data = ""] = /^event: (.*)\nid: (\d+)\ndata: (.*)$/.exec(block) ?? [];
      const event: EventBody = JSON.parse(data);
      if (event.type !== type || event.id !== id) throw new Error(`Odd event: ${block}`);
      yield event;
    }
  }
}

async function collect(response: Response): Promise<EventBody[]> {
  const events: EventBody[] = [];
  for await (const event of read(response)) events.push(event);
  return events;
}

/** The headers of an EventSource that reconnects. */
const reconnect = (n: string) => ({
  headers: { accept: "text/event-stream", "last-event-id": n },
});

const listTypes = (events: readonly EventBody[]) =>
  events.map(({ type, step }) => (step ? `${type} ${step}` : type));
const listNumbers = (events: readonly EventBody[]) => events.map((event) => event.sequence_number);
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_none, n) => first + n);

describe("GET /v1/runs/{id}/events", () => {
  it("streams past and future events, until the run has settled", async ({ expect }) => {
    const { start, waiting, fetch, post } = await createWorkflowProject();
    const id = await start({ a: echo(1), ask: { ...APPROVAL, needs: ["a"] } });
    await waiting(id);
    const response = await fetch(`/runs/${id}/events`, {
      headers: { accept: "text/event-stream" },
    });
    const events: EventBody[] = [];
    for await (const event of read(response)) {
      events.push(event);
      if (event.type === "step.waiting") {
        await post(`/runs/${id}/signals/approval`, { actor: "ann", payload: "secret" });
      }
    }

    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(listTypes(events)).toEqual([
      "run.started",
      "step.completed a",
      "step.waiting ask",
      "signal.received ask",
      "step.completed ask",
      "run.completed",
    ]);
    expect(listNumbers(events)).toEqual(upTo(6));
    expect(events[3]).toMatchObject({
      object: "workflow.run.event",
      run_id: id,
      detail: { signal: "approval", actor: "ann" },
    });
    // Payloads and outputs are part of the run, but not of its events.
    expect(JSON.stringify(events)).not.toContain("secret");
  });

  it("continues after a number, by query or by the header of an EventSource", async ({
    expect,
  }) => {
    const { start, settled, fetch, get } = await createWorkflowProject();
    const id = await start({ a: echo(1), b: echo(2) });
    await settled(id);
    const path = `/runs/${id}/events`;

    const whole = await collect(await fetch(`${path}?stream=true`));
    const rest = await collect(await fetch(`${path}?stream=true&starting_after=2`));
    const resumed = await collect(await fetch(`${path}?starting_after=1`, reconnect("3")));
    const over = await fetch(path, reconnect("4"));
    const empty = await fetch(`${path}?stream=true&starting_after=4`);

    expect(listNumbers(whole)).toEqual([1, 2, 3, 4]);
    expect(listNumbers(rest)).toEqual([3, 4]);
    expect(listNumbers(resumed)).toEqual([4]);
    // An EventSource reconnects after every end, until a 204.
    expect(over.status).toBe(204);
    expect([empty.status, await empty.text()]).toEqual([200, ""]);
    expect((await get(`${path}?stream=true&starting_after=-1`)).status).toBe(400);
  });

  it("is a list with pages for clients that ask for JSON", async ({ expect }) => {
    const { start, settled, get } = await createWorkflowProject();
    const id = await start({ a: echo(1), b: echo(2) });
    await settled(id);

    const page = await get(`/runs/${id}/events?limit=3`);
    const rest = await get(`/runs/${id}/events?after=3`);

    expect(page.json).toMatchObject({
      object: "list",
      first_id: "1",
      last_id: "3",
      has_more: true,
    });
    expect(page.json.data[0]).toEqual({
      id: "1",
      object: "workflow.run.event",
      sequence_number: 1,
      run_id: id,
      type: "run.started",
      created_at: expect.any(Number),
      step: null,
      detail: null,
    });
    expect(rest.json).toMatchObject({ data: [{ type: "run.completed" }], has_more: false });
  });

  it("has no gaps and no duplicates when the object is reset repeatedly", async ({ expect }) => {
    const { start, fetch, post, until } = await createWorkflowProject();
    const steps = upTo(30).map((n) => [
      `s${n}`,
      {
        ...(n % 5 === 0 ? { use: "signal@1", with: { name: `go${n}` } } : echo(n)),
        ...(n > 1 && { needs: [`s${n - 1}`] }),
      },
    ]);
    const id = await start(Object.fromEntries(steps));
    const watchers = await Promise.all([
      fetch(`/runs/${id}/events?stream=true`),
      fetch(`/runs/${id}/events?stream=true`),
    ]);
    const [first, second] = watchers.map(collect);

    for (const n of [5, 10, 15, 20, 25, 30]) {
      await until(id, (run) => run.waiting_for[0]?.signal === `go${n}`);
      await abortAllDurableObjects();
      await post(`/runs/${id}/signals/go${n}`);
    }
    const [one, other] = [await first, await second];
    const whole = await collect(await fetch(`/runs/${id}/events?stream=true`));

    expect(one?.at(-1)?.type).toBe("run.completed");
    expect(listNumbers(one ?? [])).toEqual(upTo(one?.length ?? 0));
    expect(other).toEqual(one);
    expect(whole).toEqual(one);
  });

  it("delivers all missed events to a slow reader", async ({ expect }) => {
    const { start, settled, fetch } = await createWorkflowProject();
    const steps = upTo(900).map((n) => [`s${n}`, echo(n)]);
    const id = await start(Object.fromEntries(steps));
    const response = await fetch(`/runs/${id}/events?stream=true`);
    await settled(id);

    const events = await collect(response);

    expect(listNumbers(events)).toEqual(upTo(902));
  });

  it("continues when a settled run is retried", async ({ expect }) => {
    const { start, settled, fetch, post } = await createWorkflowProject();
    const id = await start({ a: { use: "fatal@1" } });
    await settled(id);
    const before = await collect(await fetch(`/runs/${id}/events?stream=true`));

    await post(`/runs/${id}/retry`);
    await settled(id);
    const after = await collect(await fetch(`/runs/${id}/events?stream=true`));

    expect(before.at(-1)).toMatchObject({
      type: "run.failed",
      detail: { message: "It cannot work" },
    });
    expect(after.slice(0, before.length)).toEqual(before);
    expect(listTypes(after.slice(before.length))).toContain("run.retried");
    expect(after.at(-1)?.type).toBe("run.failed");
  });
});
