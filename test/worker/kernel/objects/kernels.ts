import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

import type { Definition, StepDefinition } from "../../../../src/kernel/rules/definition.ts";
import type { KernelObject } from "./kernel-object.ts";

/** A policy with short delays. */
export const RETRY = { attemptsMax: 3, baseMs: 1, capMs: 5 };

/** Finds the object of a name. */
export const stub = (name: string) => env.TEST_KERNELS.getByName(name);

/** Runs code inside the object of a name. Each test uses its own name. */
export const within = <T>(
  name: string,
  use: (object: KernelObject, state: DurableObjectState) => T | Promise<T>,
) => runInDurableObject(stub(name), use);

/** Makes a definition of steps. */
export const graph = (
  steps: Readonly<Record<string, StepDefinition>>,
  more: Partial<Definition> = {},
): Definition => ({ name: "graph", steps, ...more });

/** Makes a definition of one step. */
export const only = (use: string, more: Partial<StepDefinition> = {}): Definition => ({
  name: "only",
  steps: { only: { use, retry: RETRY, ...more } },
});

/** Work with an effect and its undo. */
export const pair = (needs: string[] = [], more: Partial<StepDefinition> = {}): StepDefinition => ({
  use: "note@1",
  needs,
  undo: { use: "note@1" },
  ...more,
});

/** Waits for a number of runs to settle, and returns the last of them. */
export const ended = (object: KernelObject, count = 1) => until(() => object.settled[count - 1]);

/** Waits for a condition with a long timeout, for busy machines. */
export const until = <T>(condition: () => T) =>
  vi.waitUntil(condition, { interval: 1, timeout: 20_000 });

/** Reads the output of a run. */
export const readRunOutput = (object: KernelObject, runId: string): unknown =>
  JSON.parse(object.kernel.output(runId)?.json ?? "null");
