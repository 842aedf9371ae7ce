import { Worker } from "node:worker_threads";

import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Tells a clock in another thread of each step of the run, and ends the process when the clock sees none for long. */
export class StallReporter implements Reporter {
  readonly #clock: Worker;
  readonly #modules = new Map<string, string>();
  readonly #tests = new Map<string, string>();

  constructor(limitSeconds: number) {
    this.#clock = new Worker(new URL("./stall-clock.ts", import.meta.url), {
      workerData: { limitSeconds },
    });
    this.#clock.on("message", () => process.exit(1));
    // After `on`, which makes the process wait for the thread.
    this.#clock.unref();
  }

  onTestModuleQueued({ id, relativeModuleId }: TestModule): void {
    this.#modules.set(id, relativeModuleId);
    this.#progress();
  }

  onTestModuleCollected(): void {
    this.#progress();
  }

  onTestModuleEnd({ id }: TestModule): void {
    this.#modules.delete(id);
    this.#progress();
  }

  onTestCaseReady({ id, fullName, module }: TestCase): void {
    this.#tests.set(id, `${module.relativeModuleId} > ${fullName}`);
    this.#progress();
  }

  onTestCaseResult({ id }: TestCase): void {
    this.#tests.delete(id);
    this.#progress();
  }

  #progress(): void {
    const underWay = [...this.#modules.values(), ...this.#tests.values()];
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin
    this.#clock.postMessage(underWay.length > 0 ? underWay.join("\n") : "between test files");
  }
}
