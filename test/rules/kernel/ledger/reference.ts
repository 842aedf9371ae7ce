import {
  SIGNAL,
  SUBWORKFLOW,
  type StepDefinition,
  type Work,
} from "../../../../src/kernel/rules/definition.ts";
import type { Plan } from "./definitions.ts";

/** The end of a step of the model. */
type Phase = "completed" | "failed" | "skipped";

/** The end of a run as `predictOutcome` computes it, with the ends of its steps by name. */
export type Outcome = {
  readonly status: "completed" | "failed";
  readonly phases: ReadonlyMap<string, Phase>;
};

/**
 * Returns how the tests decide about a step that waits for a person: true to skip it, if its number is even; false to
 * fail it.
 */
export const isSkippedByPerson = (step: string) => Number(/\d+/.exec(step)?.[0]) % 2 === 0;

/** Computes, independently of the kernel, how the run of a random workflow must end if nothing disturbs it. */
export function predictOutcome({ definition, workflows }: Plan): Outcome {
  const phases = new Map<string, Phase>();
  const upstreamFailed = new Set<string>();
  for (const [name, step] of Object.entries(definition.steps)) {
    const needs = (step.needs ?? []).map((need) =>
      upstreamFailed.has(need) ? "failed" : (phases.get(need) ?? "failed"),
    );
    const decision = decide(step, needs, phases);
    if (decision === "upstream_failed") upstreamFailed.add(name);
    phases.set(name, decision === "begin" ? predictPhase(name, step, workflows) : "skipped");
  }
  const isFailed = [...phases].some(
    ([name, phase]) => phase === "failed" && !isHandled(definition.steps, name),
  );
  return { status: isFailed ? "failed" : "completed", phases };
}

function decide(
  { trigger = "all_success", when }: StepDefinition,
  needs: readonly Phase[],
  phases: ReadonlyMap<string, Phase>,
): "begin" | "skip" | "upstream_failed" {
  const isFailed = needs.includes("failed");
  if (isFailed && (trigger === "all_success" || trigger === "none_failed"))
    return "upstream_failed";
  if (trigger === "all_success" && needs.includes("skipped")) return "skip";
  if (trigger === "one_failed" && !isFailed) return "skip";
  if (when === undefined || when === "true") return "begin";
  const [, need = ""] = /^steps\.(\w+)\.status/.exec(when) ?? [];
  return phases.get(need) === "completed" ? "begin" : "skip";
}

function isHandled(steps: Readonly<Record<string, StepDefinition>>, name: string): boolean {
  return Object.entries(steps).some(
    ([dependent, { needs = [], trigger }]) =>
      needs.includes(name) &&
      (trigger === "all_done" || trigger === "one_failed" || isHandled(steps, dependent)),
  );
}

function predictPhase(name: string, step: StepDefinition, workflows: Plan["workflows"]): Phase {
  const items: readonly unknown[] = step.map ? JSON.parse(step.map.over) : [null];
  const isDone = (index: number) =>
    [step, ...(step.fallback ?? [])].some((work) => works(work, index, workflows)) ||
    (step.onExhausted === "human" && isSkippedByPerson(name));
  return items.every((_item, index) => isDone(index)) ? "completed" : "failed";
}

function works({ use, with: given }: Work, index: number, workflows: Plan["workflows"]): boolean {
  if (use === "bad@1") return false;
  if (use === "even@1") return index % 2 === 0;
  if (use === SIGNAL)
    return (
      !JSON.stringify(given).includes("stays-away") || JSON.stringify(given).includes("complete")
    );
  const { child } = workflows;
  if (use === SUBWORKFLOW && child)
    return predictOutcome({ definition: child, workflows }).status === "completed";
  return true;
}
