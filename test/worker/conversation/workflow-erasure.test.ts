import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { beforeAll, beforeEach, describe, it, vi } from "vitest";

import { DECISION, echo } from "../runs/workflow-project.ts";
import {
  http,
  countRows,
  openConversationStub,
  createAnsweringProject,
  type AnsweringProject,
  useScriptedModel,
} from "./answering-project.ts";

const MODEL = "interrupted";
/** A step that waits and has something to undo when it is cancelled. */
const UNDONE = {
  note: http("/echo", { undo: http("/echo?undo=${ run.id }") }),
  approval: { ...DECISION, needs: ["note"] },
};

let project: AnsweringProject;

beforeAll(() => useScriptedModel(MODEL));
beforeEach(async () => {
  project = await createAnsweringProject();
});

const ask = { model: "extractive-1", input: "May I?" };
const waiting = (id: string) => project.until(id, (run) => run.waiting_for.length > 0);

/** A workflow that waits after one of its steps has started a run. */
const nested = async () => {
  const { workflow } = await project.save({ say: echo("inner") });
  return await project.save(
    { sub: { use: "workflow@1", with: { workflow } }, wait: { ...DECISION, needs: ["sub"] } },
    "${ steps.sub.output.say }",
  );
};

describe("erasure", () => {
  it("includes the run of a response and the runs that it has started", async ({ expect }) => {
    const { client } = project;
    const { id: conversation } = await client.conversations.create();
    const flow = await nested();
    const request = { ...ask, ...flow, conversation, background: true };
    const { id } = await client.responses.create(request);
    await waiting(id);
    expect(await countRows(project, id)).toMatchObject({ kernel_run: 2, kernel_step: 3 });

    await client.responses.delete(id);

    const rows = await countRows(project, conversation);
    expect(Object.keys(rows).filter((table) => /run|step|event|signal|pin/.test(table))).toEqual(
      [],
    );
    expect((await project.fetch(`/runs/${id}`)).status).toBe(404);
  });

  it("covers all data once a response with store: false was delivered", async ({ expect }) => {
    const { client, save } = project;
    const { workflow } = await save({ say: echo("inner") });
    const flow = await save(
      { sub: { use: "workflow@1", with: { workflow } } },
      "${ steps.sub.output.say }",
    );

    const { id, output_text } = await client.responses.create({ ...ask, ...flow, store: false });

    expect(output_text).toBe("inner");
    await expect.poll(() => countRows(project, id)).toEqual({});
  });

  it("covers all data of a deleted conversation, including waiting runs", async ({ expect }) => {
    const { client } = project;
    const { id: conversation } = await client.conversations.create();
    const flow = await nested();
    const { id } = await client.responses.create({
      ...ask,
      ...flow,
      conversation,
      background: true,
    });
    await waiting(id);

    await client.conversations.delete(conversation);

    expect(await countRows(project, conversation)).toEqual({});
  });

  it.for(["response", "conversation"] as const)(
    "covers a %s whose run has something to undo, after the undo",
    async (what, { expect }) => {
      const { client, save, grantHttp } = project;
      await grantHttp();
      const sent = vi.spyOn(globalThis, "fetch");
      const { id: conversation } = await client.conversations.create();
      const flow = await save(UNDONE, "x");
      const request = { ...ask, ...flow, conversation, background: true };
      const { id } = await client.responses.create(request);
      await waiting(id);
      const stub = openConversationStub(project, id);

      if (what === "response") await client.responses.delete(id);
      else await client.conversations.delete(conversation);

      const missing = await client.responses.retrieve(id).catch(({ status }) => status);
      expect(missing).toBe(404);
      await evictDurableObject(stub);
      if (what === "response") {
        await expect
          .poll(async () => await countRows(project, id))
          .not.toHaveProperty("kernel_run");
        await client.conversations.delete(conversation);
      }
      await expect
        .poll(
          async () => {
            await runDurableObjectAlarm(stub);
            return await countRows(project, id);
          },
          { timeout: 10_000 },
        )
        .toEqual({});
      const urls = sent.mock.calls.map(([input]) => new Request(input).url);
      sent.mockRestore();
      expect(urls.filter((url) => url.endsWith(`undo=${id}`))).toHaveLength(1);
    },
  );
});
