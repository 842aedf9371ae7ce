import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { newKey, newResponseId } from "../../../src/ids.ts";
import { consumeGenerate } from "../../../src/queues/generate.ts";
import { deadMessageDeps } from "../../../src/wiring/dead-message-deps.ts";
import { dispatchedStepDeps } from "../../../src/wiring/dispatched-step-deps.ts";
import { generationDeps } from "../../../src/wiring/generation-deps.ts";
import { laneReports } from "../../../src/wiring/lanes.ts";
import { makeBatch, readResult } from "../message-batch.ts";
import { createProject, type TestProject } from "../project.ts";

/** As on the network: a message is settled when its work has ended. */
const deps = () => ({
  answers: generationDeps(env),
  steps: dispatchedStepDeps(env),
  ...laneReports(env),
  ...deadMessageDeps(env),
  lane: "default" as const,
  detach: null,
});

const messageOf = (project: TestProject) => ({
  v: 1,
  scope: project.scope,
  responseId: newResponseId(newKey()),
  lease: "nonce/generate/resp",
});

describe("the consumer of the queue for answers", () => {
  it("acknowledges messages of unknown responses, and messages that it cannot read", async ({
    expect,
  }) => {
    const project = await createProject();
    const batch = makeBatch("edgewise-generate-default", [messageOf(project), { v: 2 }, "garbage"]);

    await consumeGenerate(batch, deps());

    expect((await readResult(batch)).explicitAcks.toSorted()).toEqual(["0", "1", "2"]);
  });

  it("settles each message by itself when some conversations cannot be reached", async ({
    expect,
  }) => {
    const project = await createProject();
    const messages = [messageOf(project), messageOf(project), messageOf(project)];
    const batch = makeBatch("edgewise-generate-default", messages);

    const { answers, ...others } = deps();
    const take: typeof answers.take = async ({ responseId }) => {
      if (responseId === messages[1]?.responseId) throw new Error("away");
      return null;
    };
    await consumeGenerate(batch, { ...others, answers: { ...answers, take } });

    const { explicitAcks, retryMessages } = await readResult(batch);
    expect(explicitAcks.toSorted()).toEqual(["0", "2"]);
    expect(retryMessages).toEqual([{ msgId: "1" }]);
  });
});
