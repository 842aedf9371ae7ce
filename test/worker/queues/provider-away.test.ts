import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import type { AnswerTask, HeldResponse } from "../../../src/conversation/generation-client.ts";
import { ConversationObject } from "../../../src/index.ts";
import { consumeGenerate } from "../../../src/queues/generate.ts";
import { ProviderDown } from "../../../src/queues/provider-down.ts";
import { deadMessageDeps } from "../../../src/wiring/dead-message-deps.ts";
import { dispatchedStepDeps } from "../../../src/wiring/dispatched-step-deps.ts";
import { generationDeps } from "../../../src/wiring/generation-deps.ts";
import { laneReports } from "../../../src/wiring/lanes.ts";
import { useScriptedModel } from "../conversation/answering-project.ts";
import { collect } from "../conversation/collect.ts";
import { makeBatch } from "../message-batch.ts";
import { createProject, type TestProject } from "../project.ts";
import { changeSteps, deliver, holdAnswers, readStep } from "./held-answers.ts";

const QUEUE = "edgewise-generate-default";

let project: TestProject;
let model = "";
beforeEach(async () => {
  // A model of its own, whose circuit no other test has opened.
  model = `down-${crypto.randomUUID().slice(0, 8)}`;
  useScriptedModel(model);
  project = await createProject();
});
afterEach(() => void vi.restoreAllMocks());

const ask = async (script: string) => {
  const input = `Is water wet? ${crypto.randomUUID()} #${script}`;
  return (await project.client.responses.create({ model, input, background: true })).id;
};
type TakeAnswer = (this: ConversationObject, held: HeldResponse) => AnswerTask | null;
const read = async (id: string) => await project.client.responses.retrieve(id);

describe("a consumer whose provider is down", () => {
  it("settles every message by itself, then throws", async ({ expect }) => {
    const { messageOf } = holdAnswers();
    const away = [await ask("limited"), await ask("limited")];
    const [good, bad] = [await ask("uncited"), await ask("uncited")];
    const messages = await Promise.all([...away, good, bad].map((id) => messageOf(id)));
    const take: TakeAnswer = Reflect.get(ConversationObject.prototype, "takeAnswer");
    vi.spyOn(ConversationObject.prototype, "takeAnswer").mockImplementation(function (
      this: ConversationObject,
      held,
    ) {
      if (held.responseId === bad) throw new Error("The conversation cannot be reached");
      return take.call(this, held);
    });

    const { acked, retried, thrown } = await deliver(QUEUE, messages);

    expect(thrown).toBeInstanceOf(ProviderDown);
    expect(acked).toEqual(["0", "1", "2"]);
    expect(retried).toEqual(["3"]);
    expect(await read(good)).toMatchObject({ status: "completed" });
    expect(await read(bad)).toMatchObject({ status: "queued" });
    for (const id of away) expect((await read(id)).status).toBe("in_progress");
  });

  it("does not throw for one message of several", async ({ expect }) => {
    const { messageOf } = holdAnswers();
    const ids = [await ask("limited"), await ask("uncited"), await ask("uncited")];
    const messages = await Promise.all(ids.map((id) => messageOf(id)));

    const { acked, thrown } = await deliver(QUEUE, messages);

    expect(thrown).toBeNull();
    expect(acked).toEqual(["0", "1", "2"]);
  });

  it("loses and doubles nothing, also where the platform delivers the batch again", async ({
    expect,
  }) => {
    const { messageOf, sent } = holdAnswers();
    const id = await ask("limited-first");
    const first = await messageOf(id);

    expect((await deliver(QUEUE, [first])).thrown).toBeInstanceOf(ProviderDown);
    expect(await deliver(QUEUE, [first])).toEqual({ acked: ["0"], retried: [], thrown: null });
    const waiting = await readStep(project, id);
    expect(waiting).toMatchObject({ phase: "ready", attempt: 1 });
    expect((waiting.due ?? 0) - Date.now()).toBeGreaterThan(3_500_000);

    await changeSteps(project, id, "due = 1");
    const second = await messageOf(id, 2);
    expect((await deliver(QUEUE, [second])).thrown).toBeNull();
    expect(await deliver(QUEUE, [first, second])).toMatchObject({ retried: [], thrown: null });

    const done = await read(id);
    expect(done.status).toBe("completed");
    expect(done.output).toHaveLength(1);
    expect(done.output_text.trim()).toBe("Two.");
    expect(sent).toHaveLength(2);
  });

  it("ends the answer, with the reason, once its 24 hours are over", async ({ expect }) => {
    const { messageOf } = holdAnswers();
    const id = await ask("limited");
    await deliver(QUEUE, [await messageOf(id)]);

    await changeSteps(project, id, `due = 1, first_at = ${Date.now() - 86_400_000}`);

    const { status, error } = await read(id);
    expect(status).toBe("failed");
    expect(error?.message).toMatch(/ran out of time.*limits the rate of calls/);
  });

  it("reports a refusal that only the operator can end at once", async ({ expect }) => {
    const { messageOf } = holdAnswers();
    const id = await ask("leaks-401");

    expect((await deliver(QUEUE, [await messageOf(id)])).thrown).toBeNull();

    expect(await read(id)).toMatchObject({ status: "failed", error: { reason: "unauthorized" } });
  });
});

describe("work whose deadline has passed", () => {
  it("is dropped, not run, and says so", async ({ expect }) => {
    const { messageOf } = holdAnswers();
    const id = await ask("uncited");
    const message = await messageOf(id);
    const past = Date.now() - 1;

    await changeSteps(project, id, `deadline = ${past}, first_at = ${past - 86_400_000}`);
    const { acked, thrown } = await deliver(QUEUE, [message]);

    expect(thrown).toBeNull();
    expect(acked).toEqual(["0"]);
    const { status, error, output } = await read(id);
    expect(status).toBe("failed");
    expect(error?.message).toContain("waited too long for its first attempt");
    expect(output).toEqual([]);
    const events = await collect(await project.client.responses.retrieve(id, { stream: true }));
    expect(events.map(({ type }) => type)).not.toContain("response.in_progress");
  });

  it("is tried again while only the time of the attempt has passed", async ({ expect }) => {
    const { messageOf } = holdAnswers();
    const id = await ask("uncited");
    const message = await messageOf(id);

    const deps = generationDeps(env);
    const task = await deps.take(message);
    await changeSteps(project, id, `deadline = ${Date.now() - 1}`);
    const held = { ...message, lease: task?.lease ?? "" };
    expect(await deps.release(held, { from: 0, facts: [] })).toMatchObject({ held: false });
    await changeSteps(project, id, "due = 1");
    await deliver(QUEUE, [await messageOf(id, 2)]);

    expect((await read(id)).status).toBe("completed");
  });
});

const failWithBug = () => {
  throw new TypeError("a bug");
};

/** Delivers the messages of an answer until it has ended. Returns how many there were. */
async function consumeAll(id: string, messageOf: ReturnType<typeof holdAnswers>["messageOf"]) {
  const deps = {
    answers: { ...generationDeps(env), answering: failWithBug },
    steps: dispatchedStepDeps(env),
    ...laneReports(env),
    ...deadMessageDeps(env),
    detach: null,
    lane: "default",
  } as const;
  for (let count = 1; ; count++) {
    await consumeGenerate(makeBatch(QUEUE, [await messageOf(id, count)]), deps);
    if ((await read(id)).status === "failed") return count;
    await changeSteps(project, id, "due = 1");
  }
}

describe("a poison answer", () => {
  it("that meets a bug each time is tried three times", async ({ expect }) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { messageOf } = holdAnswers();
    const id = await ask("uncited");

    expect(await consumeAll(id, messageOf)).toBe(3);

    const { error } = await read(id);
    expect(error?.message).toContain("several attempts. At last: An internal error of the service");
  });

  it("that ends the process of each consumer is given up after five", async ({ expect }) => {
    const { messageOf } = holdAnswers();
    const id = await ask("uncited");
    const deps = generationDeps(env);

    let takes = 0;
    for (; (await read(id)).status !== "failed"; takes++) {
      expect(await deps.take(await messageOf(id, takes + 1))).not.toBeNull();
      await changeSteps(project, id, "due = 1");
      await changeSteps(project, id, "due = 1");
    }

    expect(takes).toBe(5);
    expect((await read(id)).error?.message).toContain("The process died 5 times");
  });
});
