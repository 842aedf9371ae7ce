import { beforeAll, describe, it } from "vitest";

import type { RunBody } from "../../../src/workflow/runs/show-run.ts";
import { createWorkflowProject } from "../runs/workflow-project.ts";
import {
  createSupport,
  type Support,
  HOST,
  SIMPLE,
  grant,
  INJECTION,
  newShop,
} from "./support-cases.ts";

let project: Support["project"];
let openCase: Support["openCase"];
let openHardCase: Support["openHardCase"];

beforeAll(async () => {
  ({ project, openCase, openHardCase } = await createSupport());
}, 30_000);

const isDecided = ({ status, waiting_for: waits }: RunBody) =>
  status === "completed" || waits.length > 0;
const findStep = ({ steps }: RunBody, name: string) => steps.find((step) => step.name === name);

describe("a decision", () => {
  it("records its actor, its reason and its event", async ({ expect }) => {
    const { decide } = await openHardCase();
    const answers = [
      await decide({ approved: true }, { actor: null }),
      await decide({ approved: true }, { reason: null }),
      await decide({ approved: true }, { event: null }),
    ];

    expect(answers.map(({ status, json }) => [status, json.error.code])).toEqual(
      answers.map(() => [400, "signal_incomplete"]),
    );
    expect(answers[2]?.json.error.message).toContain("must also have event");
  });

  it("is stale when it refers to an event before the request", async ({ expect }) => {
    const { decide, run } = await openHardCase();
    const { event } = run.waiting_for[0] ?? {};
    const stale = await decide({ approved: true }, { event: (event ?? 0) - 1 });
    const invented = await decide({ approved: true }, { event: run.event + 1 });

    expect([stale.status, stale.json.error.code]).toEqual([409, "signal_stale"]);
    expect([invented.status, invented.json.error.code]).toEqual([409, "signal_stale"]);
  });

  it("is one decision when it is sent twice", async ({ expect }) => {
    const { id, decide } = await openHardCase();
    const headers = { "Idempotency-Key": "decision-1" };
    const first = await decide({ approved: true }, {}, headers);
    const run = await project.settled(id);
    const second = await decide({ approved: true }, {}, headers);
    const other = await decide({ approved: false }, {}, headers);

    expect(run.output).toMatchObject({ status: "approved" });
    expect([second.status, second.json]).toEqual([200, first.json]);
    expect([other.status, other.json.error.code]).toEqual([422, "signal_reused"]);
  });
});

describe("a dependency of the customer service", () => {
  it("is called again while the shop is down, and then the run reports it", async ({ expect }) => {
    const shop = newShop();
    await shop.script(503, 503, 503);
    const { id } = await openCase(SIMPLE, { orders_url: shop.url });
    const run = await project.settled(id);

    expect(run).toMatchObject({
      status: "failed",
      error: {
        step: "orders",
        message: expect.stringContaining(`GET ${shop.url}/orders answered 503 with a body`),
      },
    });
    expect(findStep(run, "orders")?.attempt).toBe(3);
    expect(await shop.calls()).toHaveLength(3);
  });

  it("may recover within the attempts", async ({ expect }) => {
    const shop = newShop();
    await shop.script(503, 503);
    const { id } = await openCase(SIMPLE, { orders_url: shop.url });

    expect((await project.settled(id)).output).toMatchObject({ status: "answered" });
  });

  it("is called once when the shop does not have the requested path", async ({ expect }) => {
    const shop = newShop();
    const { id } = await openCase(SIMPLE, { orders_url: `${shop.url}/v2` });
    const run = await project.settled(id);

    expect(run.error).toEqual({
      step: "orders",
      message: expect.stringContaining(`GET ${shop.url}/v2/orders answered 404 with a body`),
    });
    expect(await shop.calls()).toHaveLength(1);
  });

  it("is a table that the project was granted; else the run names the table", async ({
    expect,
  }) => {
    const other = await createWorkflowProject();
    await grant(other, []);
    const store = await other.client.vectorStores.create({ name: "nothing" });
    const { id } = await openCase(SIMPLE, { vector_store_ids: [store.id] }, other);

    expect((await other.settled(id)).error).toEqual({
      step: "customer",
      message:
        "The query reads the table 'customers', which does not exist or is not granted to the project.",
    });
  });

  it.for(["A-9999", "../../A-1001", 1002, null])(
    "gets no note at %j, which is not an order of the customer",
    async (order, { expect }) => {
      const { run, calls } = await openHardCase({ order_id: order });

      expect(findStep(run, "note")).toMatchObject({ status: "skipped" });
      expect(await calls()).toEqual(["GET /orders"]);
    },
  );

  it("does not follow instructions in a policy or a question", async ({ expect }) => {
    const byPolicy = await openCase("How are reward points redeemed?");
    const byQuestion = await openCase(`Do you sell hats? ${INJECTION}`);
    const run = await project.until(byPolicy.id, isDecided);
    await project.until(byQuestion.id, isDecided);

    expect(JSON.stringify(findStep(run, "policies")?.output)).toContain("ignore all previous");
    for (const { calls, notes } of [byPolicy, byQuestion]) {
      const others = (await calls()).filter((call) => call !== "GET /orders");
      expect(["POST /orders/A-1002/notes"]).toEqual(expect.arrayContaining(others));
      expect(JSON.stringify(await notes())).not.toContain('"text":"free chairs"');
    }
    expect(await (await fetch(`http://${HOST}/shops/other/calls`)).json()).toEqual([]);
  });
});
