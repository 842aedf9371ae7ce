import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, it } from "vitest";

import type { VectorStoreObject } from "../../../durable-objects/vector-store.ts";
import { measure } from "../measure-sql.ts";
import { completed, createStore, fileToAttach, holdQueue } from "./store.ts";

beforeAll(holdQueue);

describe("a file after the first of its store", () => {
  it("costs few statements and rows when it is attached, taken, reported and searched", async ({
    expect,
  }) => {
    const { store, messages } = await createStore();
    const within = <Value>(call: (object: VectorStoreObject) => Value | Promise<Value>) =>
      runInDurableObject(store, (object: VectorStoreObject, { storage }) =>
        measure(storage, () => call(object)),
      );
    // The first file also writes the definition of the workflow and the row of the shard.
    await store.attach([fileToAttach()]);
    await store.report((await store.take(await messages(1))).map(completed));

    const attach = await within((object) => object.attach([fileToAttach()]));
    const messageOfSecond = (await messages(2)).slice(1);
    const take = await within((object) => object.take(messageOfSecond));
    const report = await within((object) => object.report(take.value.map(completed)));
    const plan = await within((object) => object.plan(["heron"]));
    const version = await within((object) => object.contentVersion());

    expect(take.value).toHaveLength(1);
    for (const [name, cost, most] of [
      ["attach", attach.cost, { statements: 22, written: 9 }],
      ["take", take.cost, { statements: 13, written: 2 }],
      ["report", report.cost, { statements: 27, written: 8 }],
      // One of them reads in which vector index the store is.
      ["plan", plan.cost, { statements: 4, written: 0 }],
      ["contentVersion", version.cost, { statements: 1, written: 0 }],
    ] as const) {
      expect(cost.statements, `statements of ${name}`).toBeLessThanOrEqual(most.statements);
      expect(cost.written, `rows written by ${name}`).toBeLessThanOrEqual(most.written);
    }
  });
});
