import type { FileId } from "../../src/ids.ts";
import type { Attributes } from "../../src/knowledge/attributes.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { askShard } from "./ask-shard.ts";
import type { StoreLifecycle } from "./store-lifecycle.ts";
import type { StoreParts, StoreRuns } from "./store-runs.ts";
import { toAttached } from "./view-file.ts";

/**
 * Changes the attributes of files, one update at a time, in the order of the calls of `apply`. Searches that start
 * after an update filter by the new attributes.
 */
export class AttributeUpdates {
  readonly #env: Env;
  readonly #parts: StoreParts;
  readonly #runs: StoreRuns;
  readonly #lifecycle: StoreLifecycle;
  #last: Promise<unknown> = Promise.resolve();

  constructor(env: Env, parts: StoreParts, runs: StoreRuns, lifecycle: StoreLifecycle) {
    this.#env = env;
    this.#parts = parts;
    this.#runs = runs;
    this.#lifecycle = lifecycle;
  }

  /** Replaces the attributes of a file, after all earlier calls of this method. */
  async apply(fileId: FileId, attributes: Attributes): Promise<Result<null, Refusal>> {
    const update = this.#last.then(() => this.#apply(fileId, attributes));
    this.#last = update.catch(() => {});
    return await update;
  }

  async #apply(fileId: FileId, attributes: Attributes): Promise<Result<null, Refusal>> {
    const live = this.#lifecycle.readLive();
    if (!live.ok) return live;
    const { files, ledger } = this.#parts;
    const file = files.find(fileId);
    if (!file) return err(notFound("vector store file", fileId));
    const isInPlace = this.#runs.change((change) =>
      ledger.changeAttributes(change, file, attributes),
    );
    const { shard, version } = file;
    if (isInPlace && shard !== null) {
      const isStored = await askShard(this.#env, live.value, shard, (stub) =>
        stub.setAttributes(fileId, version, attributes),
      );
      this.#runs.change((change) => {
        const now = files.find(fileId);
        if (now?.version !== version) return;
        if (isStored) ledger.setAttributes(change, now, attributes);
        else ledger.attach(change, { ...now, ...toAttached(now), attributes });
      });
    }
    return ok(null);
  }
}
