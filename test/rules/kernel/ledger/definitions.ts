import * as fc from "fast-check";

import type {
  Definition,
  StepDefinition,
  TriggerRule,
  Work,
} from "../../../../src/kernel/rules/definition.ts";

/** A random workflow to run, with its sub-workflows. The names of its handlers say how their work ends. */
export type Plan = {
  readonly definition: Definition;
  readonly workflows: Readonly<Record<string, Definition>>;
};

/** Handlers of the model: they always succeed, never succeed, or succeed for items at even indexes. */
const WORKS = ["good@1", "good@1", "good@1", "bad@1", "even@1"];
const FOREVER_MS = 2 ** 50;
const timeout = { totalMs: FOREVER_MS };
const retry = { attemptsMax: 10_000, baseMs: 10, capMs: 100 };
const own = (use: string): Work => ({ use, retry, timeout });

/** A signal that comes has a year to do so; one that stays away times out after an hour. */
const SIGNALS: readonly Work[] = [
  { use: "signal@1", with: { name: "comes", timeout: "365d" } },
  { use: "signal@1", with: { name: "stays-away", timeout: "1h" } },
  { use: "signal@1", with: { name: "stays-away", timeout: "1h", on_timeout: "complete" } },
];
const SLEEP: Work = { use: "sleep@1", with: { for: "10m" } };
const CHILD: Work = { use: "workflow@1", with: { workflow: "child" } };

const works = (natives: readonly Work[]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...WORKS).map(own) },
    { weight: 1, arbitrary: fc.constantFrom(...natives) },
  );

const TRIGGERS: readonly TriggerRule[] = ["all_success", "none_failed", "all_done", "one_failed"];

const arbitraryStep = (natives: readonly Work[], before: readonly string[]) =>
  fc
    .record({
      work: works(natives),
      needs: fc.subarray([...before], { maxLength: Math.min(3, before.length) }),
      trigger: fc.option(fc.constantFrom(...TRIGGERS), { nil: undefined, freq: 2 }),
      when: fc.option(fc.constantFrom("true", "false", "need"), { nil: undefined, freq: 4 }),
      items: fc.option(fc.nat(4), { nil: undefined, freq: 4 }),
      concurrency: fc.integer({ min: 1, max: 3 }),
      fallback: fc.array(works(natives), { maxLength: 1 }),
      undo: fc.option(fc.constantFrom("good@1", "bad@1").map(own), { nil: undefined, freq: 2 }),
      onExhausted: fc.constantFrom("fail", "fail", "fail", "pause", "human"),
      lane: fc.constantFrom("interactive", "default", "batch"),
    })
    .map((parts): StepDefinition => {
      const { work, needs, trigger, items, concurrency, fallback, undo, onExhausted, lane } = parts;
      const when = chooseCondition(parts.when, needs[0], trigger);
      return {
        ...work,
        needs,
        fallback,
        onExhausted,
        lane,
        ...(trigger && { trigger }),
        ...(when !== undefined && { when }),
        ...(undo && { undo }),
        ...(items !== undefined && {
          map: { over: JSON.stringify(Array(items).fill(0)), concurrency },
        }),
      };
    });

/**
 * Leaves out conditions on a need where their value would depend on order: `one_failed` begins while needs are open.
 */
function chooseCondition(
  when: string | undefined,
  need: string | undefined,
  trigger: TriggerRule | undefined,
): string | undefined {
  if (when !== "need") return when;
  if (need === undefined || trigger === "one_failed") return undefined;
  return `steps.${need}.status == "completed"`;
}

function arbitraryDefinition(natives: readonly Work[], stepsMax: number): fc.Arbitrary<Definition> {
  return fc.integer({ min: 1, max: stepsMax }).chain((count) => {
    const names = Array.from({ length: count }, (_none, index) => `s${index}`);
    return fc
      .tuple(...names.map((_name, index) => arbitraryStep(natives, names.slice(0, index))))
      .map((steps) => ({
        name: "random",
        steps: Object.fromEntries(steps.map((step, index) => [names[index] ?? "", step])),
      }));
  });
}

/** Generates random workflows of up to six steps, with a sub-workflow of up to three. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  definition: arbitraryDefinition([...SIGNALS, SLEEP, CHILD], 6),
  workflows: fc.record({ child: arbitraryDefinition([...SIGNALS, SLEEP], 3) }),
});
