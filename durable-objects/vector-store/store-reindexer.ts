import { parseJson, toJson } from "../../src/columns.ts";
import { decideAction, admitReindex } from "../../src/knowledge/reindex/decide-reindex.ts";
import {
  type GenerationSettings,
  numberGeneration,
} from "../../src/knowledge/reindex/generation.ts";
import {
  hasTwoGenerations,
  type Reindex,
  type ReindexAction,
  type ReindexCommand,
} from "../../src/knowledge/reindex/reindex.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { moveReindex } from "./reindex/move-reindex.ts";
import type { ReindexRow } from "./reindex/reindex-table.ts";
import type { StoreLifecycle } from "./store-lifecycle.ts";
import type { StoreParts } from "./store-parts.ts";
import type { StoreRuns } from "./store-runs.ts";
import { readServingSettings, type StoreRow } from "./tables/store-tables.ts";

/** Failures that are shown. */
const FAILURES_SHOWN = 10;

/** Starts the reindex of a store, carries out the actions of clients on it, and reads its state. */
export class StoreReindexer {
  readonly #parts: StoreParts;
  readonly #runs: StoreRuns;
  readonly #lifecycle: StoreLifecycle;

  constructor(parts: StoreParts, runs: StoreRuns, lifecycle: StoreLifecycle) {
    this.#parts = parts;
    this.#runs = runs;
    this.#lifecycle = lifecycle;
  }

  /** Carries out a command of a client, and returns the reindex as it is then. */
  run(command: ReindexCommand): Result<Reindex, Refusal> {
    const live = this.#lifecycle.readLive();
    if (!live.ok) return live;
    if (command.kind === "read") return this.#read(live.value);
    const refusal =
      command.kind === "start"
        ? this.#start({ ...readServingSettings(live.value), ...command.settings })
        : this.#act(live.value, command.action);
    return refusal === null ? this.#read(this.#parts.tables.readStore()) : err(refusal);
  }

  #start(settings: GenerationSettings): Refusal | null {
    const last = this.#parts.reindexes.read();
    const before = last && { state: last.state, toSettings: parseJson(last.toSettings) };
    const decision = admitReindex(before, settings);
    if (!decision.ok) return decision.error;
    if (decision.value === "same") return null;
    this.#runs.change(({ store, now }) => {
      const to = numberGeneration(store.generation, store.lastGeneration);
      this.#parts.reindexes.save(newReindex(store, to, settings, now));
      store.lastGeneration = to;
      store.otherGeneration = to;
      store.otherUsageBytes = 0;
    });
    return null;
  }

  #act(store: StoreRow, action: ReindexAction): Refusal | null {
    const { reindexes, files } = this.#parts;
    const reindex = reindexes.read();
    if (!reindex) return notFound("reindex", store.id);
    const [waiting, failed] = [
      files.copies.count("waiting") + files.copies.count("sent") + countUnpassed(reindex),
      files.copies.count("failed"),
    ];
    const next = decideAction(reindex.state, action, { waiting, failed });
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
      fromSettings: parseJson(row.fromSettings),
      toSettings: parseJson(row.toSettings),
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

/** A build that has not passed all files lacks at least one. */
const countUnpassed = ({ cursor }: ReindexRow) => (cursor === null ? 0 : 1);

const newReindex = (
  store: StoreRow,
  to: number,
  settings: GenerationSettings,
  now: number,
): ReindexRow => ({
  state: "building",
  fromGeneration: store.generation,
  toGeneration: to,
  fromSettings: toJson(readServingSettings(store)),
  toSettings: toJson(settings),
  createdAt: now,
  readyAt: null,
  switchedAt: null,
  revertedAt: null,
  keptUntil: null,
  endedAt: null,
  cursor: -1,
  checked: 0,
  copied: 0,
  comparison: null,
  erased: null,
});
