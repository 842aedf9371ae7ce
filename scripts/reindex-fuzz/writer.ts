import { setTimeout as wait } from "node:timers/promises";

import type { Town } from "./town.ts";

/**
 * Time between two additions, in milliseconds. A file in progress goes before copies of files: if one always were, a
 * generation of 5,000 files would be built by fives.
 */
const PAUSE_MS = 300;

/** Adds files to a store and deletes some of them, until `stop` is called. */
export class Writer {
  readonly #done: Promise<void>;
  #isStopped = false;

  constructor(town: Town) {
    this.#done = this.#run(town);
    // `stop` reports the error.
    this.#done.catch(() => {});
  }

  /** Stops writing, and waits until the last file is indexed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #run(town: Town): Promise<void> {
    while (!this.#isStopped) {
      await town.add(2);
      await town.remove();
      await wait(PAUSE_MS);
    }
  }
}
