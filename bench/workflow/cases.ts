import type { Definition, StepDefinition } from "../../src/kernel/rules/definition.ts";

/** A piece of work that both engines do, step for step. */
export type Case = {
  readonly name: string;
  readonly shape: "chain" | "fan-out";
  /** Of a chain its length; of a fan-out its width, to which one step that joins it is added. */
  readonly steps: number;
  /** True if each step calls the world outside under its own key; otherwise it only counts. */
  readonly effects: boolean;
  /** How many times as many runs a second ours should do. */
  readonly ratioMin: number | null;
  /** Runs in one round: several at a time, and one after the other. */
  readonly runs: { readonly concurrent: number; readonly alone: number };
};

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

export const stepName = (index: number) => `s${index}`;
export const JOIN = "join";

export function definitionOf({ name, shape, steps, effects }: Case): Definition {
  const use = effects ? "effect@1" : "pure@1";
  const graph: Record<string, StepDefinition> = {};
  for (let index = 0; index < steps; index++) {
    const needs = shape === "chain" && index > 0 ? [stepName(index - 1)] : [];
    graph[stepName(index)] = { use, needs };
  }
  if (shape === "fan-out") graph[JOIN] = { use, needs: Object.keys(graph) };
  return { name, steps: graph };
}
