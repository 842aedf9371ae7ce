import { Worker } from "node:worker_threads";

import type { Reporter, TestCase, TestModule } from "vitest/node";

/**
 * A vitest reporter that ends a hanging run: it reports every step of the run to another thread, which ends the process
 * when there was none for a while.
 */
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

  /** Records that a test file is waiting or running. */
  onTestModuleQueued({ id, relativeModuleId }: TestModule): void {
    this.#modules.set(id, relativeModuleId);
    this.#progress();
  }

  /** Reports a step of the run. */
  onTestModuleCollected(): void {
    this.#progress();
  }

  /** Records that a test file has ended. */
  onTestModuleEnd({ id }: TestModule): void {
    this.#modules.delete(id);
    this.#progress();
  }

  /** Records that a test is running. */
  onTestCaseReady({ id, fullName, module }: TestCase): void {
    this.#tests.set(id, `${module.relativeModuleId} > ${fullName}`);
    this.#progress();
  }

  /** Records that a test has ended. */
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
