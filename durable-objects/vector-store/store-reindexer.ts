import { parseJson } from "../../src/columns.ts";
import {
  admitReindex,
  decideAction,
  SPLIT_GIVES_WAY,
} from "../../src/knowledge/reindex/decide-reindex.ts";
import { refuseShards } from "../../src/knowledge/reindex/layout.ts";
import {
  hasTwoGenerations,
  type Reindex,
  type ReindexAction,
  type ReindexCommand,
  type ReindexRequest,
} from "../../src/knowledge/reindex/reindex.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { refuseIndex } from "./index/place-vectors.ts";
import { measureLag, moveReindex } from "./reindex/move-reindex.ts";
import { describeLast, readServingLayout, startReindex } from "./reindex/start-reindex.ts";
import type { StoreLifecycle } from "./store-lifecycle.ts";
import type { StoreParts } from "./store-parts.ts";
import type { StoreRuns } from "./store-runs.ts";
import { readServingSettings, type StoreRow } from "./tables/store-tables.ts";

/** Failures that are shown. */
const FAILURES_SHOWN = 10;

/** Starts the reindex of a store, carries out the actions of clients on it, and reads its state. */
export class StoreReindexer {
  readonly #env: Env;
  readonly #parts: StoreParts;
  readonly #runs: StoreRuns;
  readonly #lifecycle: StoreLifecycle;

  constructor(env: Env, parts: StoreParts, runs: StoreRuns, lifecycle: StoreLifecycle) {
    this.#env = env;
    this.#parts = parts;
    this.#runs = runs;
    this.#lifecycle = lifecycle;
  }

  /** Carries out a command of a client, and returns the reindex as it is then. */
  async run(command: ReindexCommand): Promise<Result<Reindex, Refusal>> {
    const live = this.#lifecycle.readLive();
    if (!live.ok) return live;
    if (command.kind === "read") return this.#read(live.value);
    if (command.kind === "act") return this.#answer(this.#act(live.value, command.action));
    const unfit = await this.#refuseLayout(live.value, command);
    if (unfit) return err(unfit);
    // The store may have ended meanwhile.
    const now = this.#lifecycle.readLive();
    return now.ok ? this.#answer(this.#start(now.value, command)) : now;
  }

  #answer(refusal: Refusal | null): Result<Reindex, Refusal> {
    return refusal === null ? this.#read(this.#parts.tables.readStore()) : err(refusal);
  }

  async #refuseLayout(store: StoreRow, { settings, layout }: ReindexRequest) {
    const { tables } = this.#parts;
    const chunkCount = tables.placements.chunkCount(store.generation);
    const refusal = refuseShards(layout.shards, {
      chunkCount,
      chunksMax: Number(this.#env.SEARCH_SHARD_CHUNKS_MAX),
    });
    if (refusal || layout.denseIndex !== "vectorize") return refusal;
    const model = settings.embeddingModel ?? store.embeddingModel;
    const message = await refuseIndex({ env: this.#env, tables }, store, model);
    return message === null ? null : unfitIndex(message);
  }

  #start(row: StoreRow, { settings, layout }: ReindexRequest): Refusal | null {
    const { tables, reindexes } = this.#parts;
    const last = reindexes.read();
    const wanted = { ...readServingSettings(row), ...settings };
    const decision = admitReindex(last && describeLast(last), { settings: wanted, layout });
    if (!decision.ok) return decision.error;
    if (decision.value === "cancel" && last) {
      this.#runs.change((change) => moveReindex(this.#parts, change, last, "cancelling"));
      return SPLIT_GIVES_WAY;
    }
    if (decision.value !== "start") return null;
    const whole = { ...readServingLayout(tables, row), ...layout };
    this.#runs.change((change) =>
      startReindex(this.#parts, change, { settings: wanted, layout: whole, startedBy: "client" }),
    );
    return null;
  }

  #act(store: StoreRow, action: ReindexAction): Refusal | null {
    const { reindexes, files } = this.#parts;
    const reindex = reindexes.read();
    if (!reindex) return notFound("reindex", store.id);
    const next = decideAction(describeLast(reindex), action, measureLag(files, reindex));
    if (!next.ok) return next.error;
    this.#runs.change((change) => {
      if (action === "resume") files.copies.retry();
      moveReindex(this.#parts, change, reindex, next.value);
    });
    return null;
  }

  #read(store: StoreRow): Result<Reindex, Refusal> {
    const { reindexes, files } = this.#parts;
    const row = reindexes.read();
    if (!row) return err(notFound("reindex", store.id));
    const { copies } = files;
    const isOpen = hasTwoGenerations(row.state);
    const failures = isOpen ? copies.list("failed", FAILURES_SHOWN) : [];
    return ok({
      ...row,
      from: row.fromGeneration,
      to: row.toGeneration,
      ...describeLast(row),
      fromSettings: parseJson(row.fromSettings),
      fromLayout: row.fromLayout === null ? null : parseJson(row.fromLayout),
      files: store.in_progress + store.completed + store.failed + store.cancelled,
      lag: {
        waiting: isOpen ? copies.count("waiting") + copies.count("sent") : 0,
        failed: isOpen ? copies.count("failed") : 0,
      },
      failures: failures.map(({ fileId, copyError }) => ({ fileId, message: copyError ?? "" })),
      comparison: row.comparison === null ? null : parseJson(row.comparison),
      erased: row.erased === null ? null : parseJson(row.erased),
    });
  }
}

const unfitIndex = (message: string): Refusal => ({
  code: "invalid_request",
  message,
  param: "dense_index",
});
