import type { FileId } from "../../../src/ids.ts";
import type { Attributes } from "../../../src/knowledge/attributes.ts";
import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import { notFound, type Refusal } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import { askShard, inGeneration } from "../index/ask-shard.ts";
import { toAttached } from "../ledger/view-file.ts";
import type { StoreLifecycle } from "../store-lifecycle.ts";
import type { StoreParts } from "../store-parts.ts";
import type { StoreRuns } from "../store-runs.ts";
import type { Attachment } from "../tables/attachment-row.ts";
import type { StoreRow } from "../tables/store-tables.ts";

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
    if (!isInPlace) return ok(null);
    const isStored = await this.#replace(live.value, file, attributes);
    this.#runs.change((change) => {
      const now = files.find(fileId);
      if (now?.version !== file.version) return;
      // A copy that was made meanwhile has the old attributes.
      const isCopied = now.copyState === "sent" || now.otherUsageBytes !== file.otherUsageBytes;
      if (isStored && !isCopied) {
        now.attributes = JSON.stringify(attributes);
        change.store.contentVersion++;
        files.save(now);
      } else ledger.attach(change, { ...now, ...toAttached(now), attributes });
    });
    return ok(null);
  }

  /** Replaces the attributes of a file in the search shards of both generations. Returns false if a shard lacks it. */
  async #replace(store: StoreRow, file: Attachment, attributes: Attributes): Promise<boolean> {
    const { fileId, version, shard, otherShard, otherUsageBytes } = file;
    const { otherGeneration } = store;
    const set = (own: StoreRow, number: SearchShardNumber) =>
      askShard(this.#env, own, number, (stub) => stub.setAttributes(fileId, version, attributes));
    if (otherGeneration !== null && otherShard !== null && otherUsageBytes > 0) {
      if (!(await set(inGeneration(store, otherGeneration), otherShard))) return false;
    }
    return shard !== null && (await set(store, shard));
  }
}
