import { describe, expect, it } from "vitest";

import { moveStep } from "../../../../../src/kernel/rules/step/move-step.ts";
import type { StepEvent } from "../../../../../src/kernel/rules/step/step-state.ts";
import { at, claimed } from "./states.ts";

describe("a step that workers take", () => {
  it("fails after too many workers took it and died, and starts over when one reports", () => {
    const taken: StepEvent = { type: "taken", lease: "worker", leaseMs: 1_000 };
    const struck = moveStep(claimed(1, { strikes: 2 }), taken, at(700));
    expect(struck).toMatchObject({ strikes: 3, lease: "worker" });
    expect(moveStep(struck, { type: "expired", message: "lost" }, at(1_700))).toMatchObject({
      phase: "failed",
      message: expect.stringContaining("died 3 times"),
    });
    for (const report of [
      { type: "retried", message: "busy" },
      { type: "released", message: "away", afterMs: 0 },
    ] as const) {
      expect(moveStep(struck, report, at(800))).toMatchObject({ phase: "ready", strikes: 0 });
    }
  });
});
