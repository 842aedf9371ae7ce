import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Definition, StepDefinition } from "../../../src/kernel/definition.ts";
import { nextAlarm } from "../../../src/kernel/next-alarm.ts";
import { progressRun, type RunProgress } from "../../../src/kernel/run-progress.ts";
import {
  isLive,
  moveStep,
  readyStep,
  type StepEvent,
  type StepState,
} from "../../../src/kernel/step/step-state.ts";

const TURNS_MAX = 5_000;

type Happening = {
  kind: "completed" | "retried" | "failed" | "expired" | "released" | "late";
  pick: number;
  dice: number;
};

/** A whole run against random happenings; the clock moves only to the time that the alarm names. */
class Simulation {
  readonly completions = new Map<string, number>();
  readonly #states = new Map<string, StepState>();
  readonly #leases: { step: string; lease: string }[] = [];
  readonly #definition: Definition;
  #now = 0;

  constructor(definition: Definition) {
    this.#definition = definition;
  }

  run(happenings: Iterator<Happening, unknown>): RunProgress {
    let progress: RunProgress = { kind: "running", begin: [] };
    for (let turn = 0; turn < TURNS_MAX; turn++) {
      progress = progressRun(this.#definition, this.#states);
      if (progress.kind !== "running") return progress;
      for (const step of progress.begin) this.#states.set(step, readyStep(this.#now));
      const next = happenings.next();
      if (next.done !== true) this.#turn(next.value, `lease ${turn}`);
    }
    return progress;
  }

  #turn({ kind, pick, dice }: Happening, lease: string): void {
    const live = [...this.#states].filter(([, state]) => isLive(state));
    const [step, state] = live[pick % live.length] ?? [];
    if (step === undefined || !state) throw new Error("A running run has nothing alive");
    if (state.phase === "ready") return this.#claim(step, state, lease, dice);
    if (kind === "late") return this.#reportLate(pick, dice);
    if (kind === "expired" && "due" in state) this.#now = Math.max(this.#now, state.due);
    this.#move(step, state, { type: kind, message: kind, output: "1" }, dice);
  }

  #claim(step: string, state: StepState, lease: string, dice: number): void {
    const claimed = this.#move(step, state, { type: "claimed", lease, leaseMs: 100 }, dice);
    if (claimed.phase === "claimed") this.#leases.push({ step, lease });
    const dues = [...this.#states.values()].map((other) => ("due" in other ? other.due : null));
    const alarm = nextAlarm(dues.map((due) => ({ due, claimable: true })));
    if (claimed === state && alarm !== null) this.#now = Math.max(this.#now, alarm);
  }

  /** Somebody reports under a lease that he was given at any time before. */
  #reportLate(pick: number, dice: number): void {
    const old = this.#leases[pick % this.#leases.length];
    const held = old && this.#states.get(old.step);
    if (held?.phase !== "claimed" || held.lease !== old?.lease) return;
    this.#move(old.step, held, { type: "completed", output: "1" }, dice);
  }

  #move(step: string, state: StepState, event: StepEvent, dice: number): StepState {
    const definition = this.#definition.steps[step] ?? {};
    const moved = moveStep(state, event, { now: this.#now, random: () => dice, definition });
    this.#states.set(step, moved);
    if (moved.phase === "completed") {
      this.completions.set(step, (this.completions.get(step) ?? 0) + 1);
    }
    return moved;
  }
}

/** A random graph; some needs point to a step that comes later, so that cycles occur. */
const definitions = fc
  .array(fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
  .map((needs): Definition => {
    const steps = needs.map((needed, index): [string, StepDefinition] => [
      `s${index}`,
      {
        use: "any@1",
        needs: needed.flatMap(([other, forward]) =>
          other < index || forward === 0 ? [`s${other % needs.length}`] : [],
        ),
        retry: { attemptsMax: 3, baseMs: 10, capMs: 100, totalMs: 5_000 },
        timeoutMs: 500,
      },
    ]);
    return { name: "random", steps: Object.fromEntries(steps) };
  });

const happenings = (kinds: Happening["kind"][]) =>
  fc.infiniteStream(
    fc.record({
      kind: fc.constantFrom(...kinds),
      pick: fc.nat(100),
      dice: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
  );

describe("any interleaving of events", () => {
  it("ends the run, and completes no step twice", () => {
    const anything = happenings(["completed", "retried", "failed", "expired", "released", "late"]);
    fc.assert(
      fc.property(definitions, anything, (definition, stream) => {
        const simulation = new Simulation(definition);
        expect(simulation.run(stream).kind).not.toBe("running");
        for (const count of simulation.completions.values()) expect(count).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  it("completes every step of a run when failures stay within the bounds", () => {
    const kind = happenings(["completed", "late"]);
    fc.assert(
      fc.property(definitions, kind, (definition, stream) => {
        const simulation = new Simulation(definition);
        const ended = simulation.run(stream);
        fc.pre(ended.kind === "completed"); // The others have a cycle.
        expect([...simulation.completions.keys()].toSorted()).toEqual(
          Object.keys(definition.steps).toSorted(),
        );
      }),
    );
  });

  it("ends a run even when every attempt is lost or given back", () => {
    fc.assert(
      fc.property(definitions, happenings(["expired", "released"]), (definition, stream) => {
        expect(new Simulation(definition).run(stream).kind).toBe("failed");
      }),
    );
  });
});
