import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

import type { Definition, StepDefinition } from "../../../../src/kernel/rules/definition.ts";
import type { KernelObject } from "./kernel-object.ts";

export const RETRY = { attemptsMax: 3, baseMs: 1, capMs: 5 };

export const stub = (name: string) => env.TEST_KERNELS.getByName(name);

/** Calls into the object of that name, which a test has for itself. */
export const within = <T>(
  name: string,
  use: (object: KernelObject, state: DurableObjectState) => T | Promise<T>,
) => runInDurableObject(stub(name), use);

export const graph = (
  steps: Readonly<Record<string, StepDefinition>>,
  more: Partial<Definition> = {},
): Definition => ({ name: "graph", steps, ...more });

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

/** Waits long, since a machine may have other things to do. */
export const until = <T>(condition: () => T) =>
  vi.waitUntil(condition, { interval: 1, timeout: 20_000 });

/** The end of a run. */
export const outputOf = (object: KernelObject, runId: string): unknown =>
  JSON.parse(object.kernel.output(runId)?.json ?? "null");
