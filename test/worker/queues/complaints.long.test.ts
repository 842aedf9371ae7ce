/** Complaints about other systems that work in the background, as their users have written them: none holds here. */
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, it, vi } from "vitest";

import {
  createAnsweringProject,
  openConversationStub,
  useScriptedModel,
} from "../conversation/answering-project.ts";
import { addRow, sweep } from "../open-work/index-rows.ts";
import { createProject } from "../project.ts";
import { APPROVAL } from "../runs/workflow-project.ts";
import { changeSteps, deliver, holdAnswers } from "./held-answers.ts";

const MODEL = "complaints";
const HOUR_MS = 3_600_000;
const QUEUE = "edgewise-generate-default";

beforeAll(() => useScriptedModel(MODEL));
afterEach(() => void vi.restoreAllMocks());

const question = () => ({
  model: MODEL,
  input: `Is water wet? ${crypto.randomUUID()} #uncited`,
  background: true as const,
});

/** Runs a request an hour from now. The alarms of that hour are left out. */
async function inAnHour<Value>(request: () => Promise<Value>): Promise<Value> {
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + HOUR_MS);
  try {
    return await request();
  } finally {
    clock.mockRestore();
  }
}

describe("a background response", () => {
  it("can be resumed an hour later, at the event after the last one seen", async ({ expect }) => {
    const { messageOf } = holdAnswers();
    const { client } = await createProject();
    const stream = await client.responses.create({ ...question(), stream: true });
    let id = "";
    let seen = -1;
    for await (const event of stream) {
      if (event.type === "response.created") id = event.response.id;
      seen = event.sequence_number;
      if (event.type === "response.queued") break;
    }
    const message = await messageOf(id);

    const resumed = await inAnHour(() =>
      client.responses.retrieve(id, { stream: true, starting_after: seen }),
    );
    const numbers: number[] = [];
    let last = "";
    const reading = (async () => {
      for await (const event of resumed) {
        numbers.push(event.sequence_number);
        last = event.type;
      }
    })();
    await deliver(QUEUE, [message]);
    await reading;

    expect(last).toBe("response.completed");
    expect(numbers).toEqual(numbers.map((_, index) => seen + 1 + index));
  });

  it("does not stay queued for ever when its consumer died with the message", async ({
    expect,
  }) => {
    const { messageOf } = holdAnswers();
    const project = await createProject();
    const { id } = await project.client.responses.create(question());
    await messageOf(id);
    const stub = openConversationStub(project, id);
    await runInDurableObject(stub, (_object, { storage }) => storage.deleteAlarm());
    await addRow("response", id, project.scope.projectId);

    await sweep();
    await changeSteps(project, id, "due = 1");
    await deliver(QUEUE, [await messageOf(id, 2)]);

    expect((await project.client.responses.retrieve(id)).status).toBe("completed");
  });

  it("of one project is not delayed by a hanging call of another", async ({ expect }) => {
    const { messageOf } = holdAnswers();
    const [slow, quick] = [await createProject(), await createProject()];
    const hanging = await slow.client.responses.create({
      ...question(),
      input: "Is water wet? #slow",
    });
    const other = await quick.client.responses.create(question());
    const batch = [await messageOf(hanging.id), await messageOf(other.id)];

    const delivered = deliver(QUEUE, batch);
    await vi.waitUntil(
      async () => (await quick.client.responses.retrieve(other.id)).status === "completed",
      { timeout: 10_000, interval: 20 },
    );

    expect((await slow.client.responses.retrieve(hanging.id)).status).not.toBe("completed");
    await slow.client.responses.cancel(hanging.id);
    await delivered;
  });
});

describe("a run", () => {
  it("is shown by its list as it is by itself, within seconds of each change", async ({
    expect,
  }) => {
    const { fetch, run, save, post } = await createAnsweringProject();
    const { workflow } = await save({ ask: APPROVAL });
    const { id } = await (await post("/runs", { workflow })).json<{ id: string }>();
    const listed = async () => {
      const { data } = await (
        await fetch("/runs")
      ).json<{ data: { id: string; status: string }[] }>();
      return data.find((row) => row.id === id)?.status;
    };
    const statuses: string[] = [];
    for (const command of ["pause", "resume", "cancel"]) {
      await post(`/runs/${id}/${command}`);
      await vi.waitUntil(async () => (await listed()) === (await run(id)).status, {
        timeout: 10_000,
        interval: 50,
      });
      statuses.push((await run(id)).status);
    }

    expect(statuses).toEqual(["paused", "running", "cancelled"]);
  });
});
