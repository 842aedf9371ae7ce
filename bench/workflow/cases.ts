import type { Definition, StepDefinition } from "../../src/kernel/rules/definition.ts";

/** A workflow that both engines run, with the same steps. */
export type Case = {
  readonly name: string;
  readonly shape: "chain" | "fan-out";
  /** The length of a chain, or the width of a fan-out, which has one more step that joins it. */
  readonly steps: number;
  /** True if each step calls the effect server with its own key. Otherwise it only counts. */
  readonly effects: boolean;
  /** The minimum ratio of runs per second, kernel to Cloudflare Workflows; null without a goal. */
  readonly ratioMin: number | null;
  /** Runs in one round: several at a time, then one at a time. */
  readonly runs: { readonly concurrent: number; readonly alone: number };
};

/** All cases. */
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

/** Formats the name of a step. */
export const stepName = (index: number) => `s${index}`;
/** The name of the step that joins a fan-out. */
export const JOIN = "join";

/** Builds the definition of a case for the kernel. */
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
