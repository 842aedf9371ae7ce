import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

import type { Definition, StepDefinition } from "../../../../src/kernel/rules/definition.ts";
import type { KernelObject } from "./kernel-object.ts";

/** A retry policy with delays of a few milliseconds. */
export const RETRY = { attemptsMax: 3, baseMs: 1, capMs: 5 };

/** Returns a stub of the `KernelObject` with a name. */
export const stub = (name: string) => env.TEST_KERNELS.getByName(name);

/** Runs a function inside the `KernelObject` with a name. Each test uses a name of its own. */
export const within = <T>(
  name: string,
  use: (object: KernelObject, state: DurableObjectState) => T | Promise<T>,
) => runInDurableObject(stub(name), use);

/** Makes a workflow definition with these steps. */
export const graph = (
  steps: Readonly<Record<string, StepDefinition>>,
  more: Partial<Definition> = {},
): Definition => ({ name: "graph", steps, ...more });

/** Makes a workflow definition with one step, `only`, which uses the handler `use`. */
export const only = (use: string, more: Partial<StepDefinition> = {}): Definition => ({
  name: "only",
  steps: { only: { use, retry: RETRY, ...more } },
});

/** Makes a step with work that has an effect, and with an undo. */
export const pair = (needs: string[] = [], more: Partial<StepDefinition> = {}): StepDefinition => ({
  use: "note@1",
  needs,
  undo: { use: "note@1" },
  ...more,
});

/** Waits until `count` runs of an object have settled. Returns the last of them. */
export const ended = (object: KernelObject, count = 1) => until(() => object.settled[count - 1]);

/**
 * Waits until a condition is true, with a long timeout, since the machine may be busy. Returns the condition's value.
 */
export const until = <T>(condition: () => T) =>
  vi.waitUntil(condition, { interval: 1, timeout: 20_000 });

/** Reads the output of a run. */
export const readRunOutput = (object: KernelObject, runId: string): unknown =>
  JSON.parse(object.kernel.output(runId)?.json ?? "null");
