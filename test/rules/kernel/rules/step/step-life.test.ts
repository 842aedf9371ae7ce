import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { StepDefinition } from "../../../../../src/kernel/rules/definition.ts";
import { moveStep } from "../../../../../src/kernel/rules/step/move-step.ts";
import {
  isEnded,
  isLive,
  readyStep,
  type StepEvent,
  type StepState,
} from "../../../../../src/kernel/rules/step/step-state.ts";

const message = fc.constant("why");
const output = fc.constant("1");
const wait = fc.oneof(
  fc.constant({ for: "time" } as const),
  fc.constant({ for: "run", runId: "run/step" } as const),
);
const events: fc.Arbitrary<StepEvent> = fc.oneof(
  fc.record({ type: fc.constant("claimed" as const), lease: fc.string(), leaseMs: fc.nat(1_000) }),
  fc.record({ type: fc.constant("renewed" as const), leaseMs: fc.nat(1_000) }),
  fc.record({
    type: fc.constant("taken" as const),
    lease: fc.constantFrom("taken/a/r", "taken/b/r"),
    leaseMs: fc.nat(1_000),
  }),
  fc.record({
    type: fc.constant("waited" as const),
    wait,
    due: fc.option(fc.nat(10_000)),
  }),
  fc.record({ type: fc.constant("completed" as const), output }),
  fc.record({ type: fc.constant("failed" as const), message }),
  fc.record({ type: fc.constant("retried" as const), message, afterMs: fc.nat(2_000) }),
  fc.record({ type: fc.constant("released" as const), message }),
  fc.record({ type: fc.constant("orphaned" as const) }),
  fc.record({ type: fc.constant("expired" as const), message }),
  fc.record({ type: fc.constant("postponed" as const), due: fc.nat(10_000) }),
  fc.record({ type: fc.constant("held" as const) }),
  fc.record({ type: fc.constant("resumed" as const) }),
  fc.record({ type: fc.constant("cancelled" as const) }),
);
const definitions: fc.Arbitrary<StepDefinition> = fc.record({
  use: fc.constant("any@1"),
  retry: fc.constant({ attemptsMax: 3, baseMs: 10, capMs: 100 }),
  timeout: fc.record(
    { attemptMs: fc.nat(500), queueMs: fc.nat(500), totalMs: fc.nat(5_000) },
    { requiredKeys: [] },
  ),
  fallback: fc.array(fc.constant({ use: "other@1" }), { maxLength: 2 }),
  onExhausted: fc.constantFrom("fail", "pause", "human"),
});
const turns = fc.array(fc.record({ event: events, waitedMs: fc.nat(300) }), { maxLength: 60 });

describe("any events in any order", () => {
  it("never move a step that has ended, and leave every live step with a due time", () => {
    fc.assert(
      fc.property(
        definitions,
        turns,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (definition, list, dice) => {
          let now = 0;
          let state: StepState = readyStep(now, definition);
          for (const { event, waitedMs } of list) {
            now += waitedMs;
            const before = state;
            state = moveStep(before, event, { now, random: () => dice, definition, strikesMax: 3 });
            expect(broken(before, event, state)).toBeNull();
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("end a step that is only claimed and lost, after the attempts at its work and fallbacks", () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        let now = 0;
        let state: StepState = readyStep(now, definition);
        const surroundings = () => ({ now, random: () => 0.5, definition, strikesMax: 3 });
        for (
          let turn = 0;
          turn < 40 && (state.phase === "ready" || state.phase === "claimed");
          turn++
        ) {
          now = Math.max(now, state.due);
          const event: StepEvent =
            state.phase === "ready"
              ? { type: "claimed", lease: `lease ${turn}`, leaseMs: 100 }
              : { type: "expired", message: "lost" };
          state = moveStep(state, event, surroundings());
        }
        expect(state.phase).toBe(definition.onExhausted === "fail" ? "failed" : "held");
        expect(state).toMatchObject({ choice: definition.fallback?.length });
      }),
    );
  });
});

/** Returns the guarantee that a move violates; null if there is none. */
function broken(before: StepState, event: StepEvent, state: StepState): string | null {
  if (isEnded(before) && state !== before) return "what has ended stays as it is";
  if (isLive(state) && state.phase !== "waiting" && !("due" in state && state.due >= 0)) {
    return "what is live has a time at which it goes on";
  }
  if (state.phase === "claimed" && event.type === "renewed" && state.due > state.deadline) {
    return "a lease ends at the deadline";
  }
  const isForgotten = "certain" in before && "certain" in state && !before.certain && state.certain;
  return isForgotten ? "what may have been done stays so" : null;
}
