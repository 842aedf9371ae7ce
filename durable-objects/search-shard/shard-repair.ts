import type { FileId } from "../../src/ids.ts";
import { readShardName } from "../../src/knowledge/scope.ts";
import { classifyFailure } from "../../src/platform/failure.ts";
import { logger } from "../../src/platform/logger.ts";
import { addressVectorStore, withFreshStub } from "../../src/platform/objects.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

/** Files that the store's object is asked for in one alarm. */
const ASKED_AT_ONCE = 100;
/** Time until a file is asked for again that is being indexed, or whose store could not be reached. */
const SOON_MS = 60_000;
/** Time until a file is asked for again whose indexing was begun. It ends before, with a new version. */
const LATER_MS = 24 * 3_600_000;

/**
 * Has the files indexed again that have lost vectors, by the object of the shard's vector store: a vector is nowhere but
 * here, so it is computed again from the file's bytes.
 */
export class ShardRepair {
  readonly #tables: ShardTables;
  readonly #env: Env;
  readonly #name: string;

  /** `name` is that of the shard's object. */
  constructor(tables: ShardTables, env: Env, name: string) {
    this.#tables = tables;
    this.#env = env;
    this.#name = name;
  }

  /** Asks for the files that are due at the time `now`, in milliseconds since the epoch. */
  async askStore(now: number): Promise<void> {
    for (const { fileId } of this.#tables.damage.due(now, ASKED_AT_ONCE)) {
      const again = await this.#ask(fileId);
      if (again === null) this.#tables.damage.forget(fileId, Number.MAX_SAFE_INTEGER);
      else this.#tables.damage.postpone(fileId, now + again);
    }
  }

  /** Asks for a file. Returns the milliseconds until it is asked for again; null if the store does not have it. */
  async #ask(fileId: FileId): Promise<number | null> {
    const shard = readShardName(this.#name);
    if (shard === null) return LATER_MS;
    const { scope, storeId } = shard;
    try {
      const asked = await withFreshStub(
        () => addressVectorStore(this.#env, scope, storeId),
        (store) => store.redrive(fileId),
      );
      if (asked.ok) return LATER_MS;
      return asked.error.code === "not_found" ? null : SOON_MS;
    } catch (error) {
      const reason = classifyFailure(error);
      logger.warn("search.vectors.unrepaired", { storeId, fileId, reason }, error);
      return SOON_MS;
    }
  }
}
