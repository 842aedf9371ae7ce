import type { Definition, StepDefinition } from "../../src/kernel/rules/definition.ts";

/** A workflow that the benchmark runs on every engine (see `ENGINES`), with the same steps on each. */
export type Case = {
  readonly name: string;
  readonly shape: "chain" | "fan-out";
  /** The number of steps in a chain, or of parallel steps in a fan-out, which has one more step to join them. */
  readonly steps: number;
  /**
   * True if each step calls the effect server with an idempotency key. Otherwise steps have no effect and only count.
   */
  readonly effects: boolean;
  /** The least acceptable ratio of runs per second, kernel to Cloudflare Workflows; null if none is set. */
  readonly ratioMin: number | null;
  /**
   * Numbers of runs in each round of measurement: the runs that are concurrent, and those that then run one at a time.
   */
  readonly runs: { readonly concurrent: number; readonly alone: number };
};

/** All workflows that the benchmark runs. */
export const CASES: readonly Case[] = [
  {
    name: "chain of 10 pure steps",
    shape: "chain",
    steps: 10,
    effects: false,
    ratioMin: 5,
    runs: { concurrent: 32, alone: 10 },
  },
  {
    name: "chain of 10 effects",
    shape: "chain",
    steps: 10,
    effects: true,
    ratioMin: 1.5,
    runs: { concurrent: 32, alone: 10 },
  },
  {
    name: "fan-out of 10 effects, joined",
    shape: "fan-out",
    steps: 10,
    effects: true,
    ratioMin: null,
    runs: { concurrent: 32, alone: 10 },
  },
  {
    name: "chain of 1,000 pure steps",
    shape: "chain",
    steps: 1_000,
    effects: false,
    ratioMin: null,
    runs: { concurrent: 8, alone: 1 },
  },
];

/** Makes the name of the step with the number `index`. */
export const stepName = (index: number) => `s${index}`;
/** Name of the step that joins the parallel steps of a fan-out. */
export const JOIN = "join";

/** Builds the definition of a benchmark workflow in the form that the kernel executes. */
export function buildCaseDefinition({ name, shape, steps, effects }: Case): Definition {
  const use = effects ? "effect@1" : "pure@1";
  const graph: Record<string, StepDefinition> = {};
  for (let index = 0; index < steps; index++) {
    const needs = shape === "chain" && index > 0 ? [stepName(index - 1)] : [];
    graph[stepName(index)] = { use, needs };
  }
  if (shape === "fan-out") graph[JOIN] = { use, needs: Object.keys(graph) };
  return { name, steps: graph };
}
