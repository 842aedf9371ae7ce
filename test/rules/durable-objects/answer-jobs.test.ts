import { describe, it } from "vitest";

import { makeAnswerJobs } from "../../../durable-objects/conversation/answers/dispatched-answers.ts";
import type { LiveResponse } from "../../../durable-objects/conversation/responses/responses.ts";
import { newKey, newResponseId } from "../../../src/ids.ts";
import type { StepClaim } from "../../../src/kernel/rules/step-handler.ts";
import { generateQueue } from "../../../src/wiring/generate-queue.ts";

const SCOPE = { projectId: "proj_a", region: "auto" } as const;
const claim = (runId: string): StepClaim => ({
  runId,
  step: "generate",
  attempt: 1,
  lease: `lease of ${runId}`,
  lane: "default",
  input: null,
  readWith: () => null,
});

const findNone = () => {
  throw new Error("There is no such response");
};

describe("the messages for answers in the background", () => {
  it("go to the lane of their service tier, also of responses of before tiers", ({ expect }) => {
    const tiers = ["priority", "flex", "auto", "default", null, undefined] as const;
    const ids = tiers.map(() => newResponseId(newKey()));
    const find = (runId: string) => {
      const request = { service_tier: tiers[ids.findIndex((id) => id === runId)] };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the function reads nothing else
      return { scope: SCOPE, request } as unknown as LiveResponse;
    };

    const { lanes, misplaced } = makeAnswerJobs(ids.map(claim), find, () => 1);

    const sent = [...lanes].map(([lane, messages]) => [
      lane,
      messages.map(({ runId }) => ids.findIndex((id) => id === runId)),
    ]);
    expect(Object.fromEntries(sent)).toEqual({
      interactive: [0],
      batch: [1],
      default: [2, 3, 4, 5],
    });
    expect(misplaced).toEqual([]);
  });

  it("hold ids and a lease, and no text", ({ expect }) => {
    const id = newResponseId(newKey());
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the function reads nothing else
    const response = {
      scope: SCOPE,
      request: { instructions: "secret" },
    } as unknown as LiveResponse;

    const { lanes } = makeAnswerJobs(
      [claim(id)],
      () => response,
      () => 7,
    );

    const lease = `lease of ${id}`;
    expect(lanes.get("default")).toEqual([
      {
        runId: id,
        step: "generate",
        lease,
        tokens: 7,
        message: { v: 1, scope: SCOPE, responseId: id, lease },
      },
    ]);
  });

  it("are made for the other responses when one was deleted meanwhile", ({ expect }) => {
    const [deleted, left] = [newResponseId(newKey()), newResponseId(newKey())];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the function reads nothing else
    const response = { scope: SCOPE, request: {} } as unknown as LiveResponse;
    const find = (id: string) => (id === left ? response : null);

    const { lanes, misplaced } = makeAnswerJobs([claim(deleted), claim(left)], find, () => 1);

    expect(lanes.get("default")?.map(({ runId }) => runId)).toEqual([left]);
    expect(misplaced).toEqual([]);
  });

  it("are not made for a step of a sub-workflow, which cannot answer", ({ expect }) => {
    const { lanes, misplaced } = makeAnswerJobs([claim("resp_a/sub")], findNone, () => 1);

    expect(lanes.size).toBe(0);
    expect(misplaced).toEqual(["lease of resp_a/sub"]);
  });
});

describe("the queue of a lane", () => {
  it("is a queue of its own for each lane", ({ expect }) => {
    const bindings = { GENERATE_INTERACTIVE: 1, GENERATE_DEFAULT: 2, GENERATE_BATCH: 3 };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the function reads nothing else
    const env = bindings as unknown as Env;

    const queues = (["interactive", "default", "batch"] as const).map((lane) =>
      generateQueue(env, lane),
    );

    expect(queues).toEqual([1, 2, 3]);
  });
});
