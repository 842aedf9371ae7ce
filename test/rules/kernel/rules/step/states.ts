import type { StepDefinition } from "../../../../../src/kernel/rules/definition.ts";
import type {
  StepEvent,
  StepState,
  Wait,
} from "../../../../../src/kernel/rules/step/step-state.ts";

export const STEP: StepDefinition = {
  use: "any@1",
  retry: { attemptsMax: 3, baseMs: 100, capMs: 150 },
  timeout: { attemptMs: 2_000, totalMs: 10_000 },
};
export const at = (now: number, more: Partial<StepDefinition> = {}) => ({
  now,
  random: () => 0.5,
  definition: { ...STEP, ...more },
  strikesMax: 3,
});
export const CLAIM: Extract<StepEvent, { type: "claimed" }> = {
  type: "claimed",
  lease: "lease",
  leaseMs: 1_000,
};
export const tries = {
  attempt: 1,
  choice: 0,
  strikes: 0,
  firstAt: 0,
  message: null,
  certain: true,
} as const;
export const claimed = (attempt: number, more = {}): StepState => ({
  ...tries,
  attempt,
  phase: "claimed",
  due: 1_000,
  deadline: 2_000,
  lease: "lease",
  ...more,
});
export const ready = (due: number, more = {}): StepState => ({
  ...tries,
  phase: "ready",
  due,
  queueBy: null,
  ...more,
});
export const waiting = (wait: Wait): StepState => ({
  ...tries,
  phase: "waiting",
  due: 1_000,
  wait,
});
export const held = (because: "paused" | "exhausted" | "human", more = {}): StepState => ({
  ...tries,
  phase: "held",
  due: 1_000,
  because,
  message: "busy",
  ...more,
});
export const failed = (
  attempt: number,
  message: string,
  effect: "no effect" | "maybe an effect",
  choice = 0,
): StepState => ({
  phase: "failed",
  attempt,
  choice,
  message,
  certain: effect === "no effect",
});
