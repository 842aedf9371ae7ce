import { newId } from "../../src/ids.ts";
import { StepKernel } from "../../src/kernel/engine/step-kernel.ts";
import type { SettledRun } from "../../src/kernel/rules/run/run-view.ts";
import type { SearchShardNumber } from "../../src/knowledge/shard-numbers.ts";
import { expiresAt } from "../../src/knowledge/store-view.ts";
import { logger } from "../../src/platform/logger.ts";
import { celExpressions } from "../../src/workflow/language/expressions.ts";
import { pokeAt } from "../../src/workflow/open-work/open-work.ts";
import { DeadLetterOutbox } from "../dead-letters/dead-letter-outbox.ts";
import { describeRunDeath } from "../dead-letters/describe-run-death.ts";
import { lostLeases } from "../run/local-leases.ts";
import { SummaryOutbox } from "../summary-outbox.ts";
import { endSentence } from "./explain-wait.ts";
import { ShardFollowers } from "./followers/shard-followers.ts";
import { FOLLOW, isTendingDue } from "./followers/tend-followers.ts";
import { isPlacingDue, PLACE } from "./index/place-vectors.ts";
import {
  explainNotIndexed,
  INGEST,
  ingestRunId,
  readIngestInput,
} from "./ledger/ingest-workflow.ts";
import {
  type ChangesStore,
  closeStore,
  type KernelCommand,
  type StoreChange,
  StoreChanges,
} from "./ledger/store-changes.ts";
import { ERASE, PURGE } from "./purge.ts";
import { RECONCILE } from "./reconcile/reconcile-store.ts";
import { continueBuild } from "./reindex/build-generation.ts";
import { BUILD, COMPARE, copyRunId, ERASE_OTHER, makeCopyRun } from "./reindex/copy-workflow.ts";
import { endReindex, readKeptUntil } from "./reindex/move-reindex.ts";
import { findSplit, SPLIT, SWITCH_SPLIT } from "./reindex/split-store.ts";
import { storeHandlers } from "./store-handlers.ts";
import type { StoreParts } from "./store-parts.ts";
import { summarizeStore } from "./store-summary.ts";
import type { Attachment } from "./tables/attachment-row.ts";
import { readStoreScope, type StoreRow } from "./tables/store-tables.ts";

/** The workflows of runs that the store starts for itself, by the kind of the command. */
const OWN_RUNS = {
  build: BUILD,
  compare: COMPARE,
  switch_split: SWITCH_SPLIT,
  erase_generation: ERASE_OTHER,
  purge: PURGE,
  erase: ERASE,
  reconcile: RECONCILE,
};

/**
 * Owns the kernel of a store, whose runs index files, purge the chunks of detached files, erase an ended store, and
 * reconcile its copies.
 * When the store changes, it executes the kernel commands of that change in the same transaction. It also handles the
 * kernel's events.
 */
export class StoreRuns implements ChangesStore {
  readonly kernel: StepKernel;
  readonly summary: SummaryOutbox;
  readonly letters: DeadLetterOutbox;
  readonly followers: ShardFollowers;
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #parts: StoreParts;
  readonly #changes: StoreChanges;

  constructor(ctx: DurableObjectState, env: Env, parts: StoreParts) {
    this.#ctx = ctx;
    this.#env = env;
    this.#parts = parts;
    this.#changes = new StoreChanges(ctx.storage, parts.tables, parts.files.batches);
    this.summary = new SummaryOutbox({
      read: () => summarizeStore(env.CATALOG, this.#changes.row(), () => this.kernel.nextDue()),
      setDue: (due) => this.#setSummaryDue(due),
      now: () => Date.now(),
      logDeferred: (error) =>
        logger.warn("store.summary.deferred", { storeId: this.#changes.row().id }, error),
    });
    this.letters = new DeadLetterOutbox(ctx.storage.sql, {
      catalog: env.CATALOG,
      change: (change) =>
        ctx.storage.transactionSync(() => {
          change();
          this.kernel.arm();
        }),
      now: () => Date.now(),
    });
    const followersMax = Number(env.SEARCH_FOLLOWERS_MAX);
    this.followers = new ShardFollowers({ tables: parts.tables, runs: this, followersMax });
    // Last, since the constructor of the kernel calls `otherDue`.
    this.kernel = new StepKernel(ctx, {
      logger,
      expressions: celExpressions,
      handlers: storeHandlers({ env, sql: ctx.storage.sql, parts, runs: this }),
      onRunSettled: (run) => this.#settled(run),
      otherDue: () => this.#due(),
      onDue: () => this.#onDue(),
      isLost: lostLeases(env),
    });
  }

  /**
   * Runs a change of the store in a transaction, which also executes the commands that the change recorded and sets the
   * alarm. A change that is made during another change joins its transaction.
   */
  change<Value>(apply: (change: StoreChange) => Value): Value {
    const { open } = this.#changes;
    if (open) return apply(open);
    const value = this.#changes.run((change) =>
      this.kernel.together(() => {
        const applied = apply(change);
        // After a switch in this change, the files are still read as they were before it.
        const isSwitched = change.store.generation !== this.#parts.tables.serving();
        if (!isSwitched) continueBuild(this.#parts, change);
        // The list may grow during the loop: a run that settles at once changes its file.
        for (const command of change.commands) this.#carryOut(command);
        if (isSwitched) this.#fitSize();
        return applied;
      }),
    );
    this.kernel.wake();
    return value;
  }

  /**
   * Ends the store if its expiry has passed, since the alarm may be late. Returns true if the store has ended, now or
   * earlier.
   */
  expireIfDue(store: StoreRow): boolean {
    if (store.phase !== "live") return true;
    const expires = expiresAt(store);
    if (expires === null || expires * 1000 > Date.now()) return false;
    this.change((change) => closeStore(change, "expired"));
    return true;
  }

  /**
   * Restores a lost alarm, and goes on with due work. Returns when the sweep must look at the store again, in milliseconds
   * since the epoch; null if no run goes on.
   */
  poke(): number | null {
    const due = this.kernel.nextDue();
    this.kernel.arm();
    this.kernel.wake();
    return due === null ? null : pokeAt(Date.now(), due);
  }

  /** Notes that a search shard of the serving generation has more calls than all its copies can answer: it may be split. */
  noteHot(shard: SearchShardNumber): void {
    this.#parts.hot.note(this.#changes.row().generation, shard, Date.now());
    if (this.#isSplitDue()) this.change(({ commands }) => commands.push({ kind: "split" }));
  }

  /** Remembers the questions of a search, for the comparison of generations. */
  noteQuestions(asked: readonly string[]): void {
    if (this.#parts.questions.note(asked, Date.now())) this.kernel.arm();
  }

  #carryOut(command: KernelCommand): void {
    switch (command.kind) {
      case "ingest":
        this.kernel.begin(this.#parts.workflow.makeRun(command, this.#changes.row().id));
        break;
      case "stop_ingest":
        this.kernel.cancel(ingestRunId(command));
        break;
      case "copy":
        this.kernel.begin(makeCopyRun(command));
        break;
      case "stop_copy":
        this.kernel.cancel(copyRunId(command));
        break;
      // Of one id, so that there is one such run at a time.
      case "place":
        this.kernel.begin({ id: PLACE.name, definition: PLACE, input: null });
        break;
      case "split":
        this.kernel.begin({ id: SPLIT.name, definition: SPLIT, input: null });
        break;
      case "follow":
        this.kernel.begin({ id: FOLLOW.name, definition: FOLLOW, input: null });
        break;
      case "build":
      case "compare":
      case "switch_split":
      case "erase_generation":
      case "purge":
      case "erase":
      case "reconcile":
        this.kernel.begin({
          id: newId(`${command.kind}_`),
          definition: OWN_RUNS[command.kind],
          input: null,
        });
    }
  }

  /** Called by the kernel inside the transaction that settles a run. */
  #settled(run: SettledRun): void {
    if (run.name === INGEST.name) this.#recordEnd(run);
    this.kernel.forget(run.id);
    // A file may have been detached after the run last read the tombstones.
    const isPurging = run.name === PURGE.name && this.#parts.tables.isPurging();
    if (isPurging) this.#carryOut({ kind: "purge" });
    if (run.name === INGEST.name) this.#ingestSettled(run);
    const isTending = run.name === FOLLOW.name && isTendingDue(this.#parts.tables);
    if (isTending) this.#carryOut({ kind: "follow" });
    this.#fitSize();
  }

  /** Places the vectors and splits the shards of a store whose size has changed, by indexing, purging or a switch. */
  #fitSize(): void {
    const parts = { env: this.#env, tables: this.#parts.tables };
    if (isPlacingDue(parts, this.#changes.row(), Date.now() / 1000)) {
      this.#carryOut({ kind: "place" });
    }
    if (this.#isSplitDue()) this.#carryOut({ kind: "split" });
  }

  #isSplitDue(): boolean {
    const deps = { env: this.#env, sql: this.#ctx.storage.sql, parts: this.#parts };
    return findSplit(deps, this.#changes.row(), Math.floor(Date.now() / 1000)) !== null;
  }

  /** Fails a file that its workflow has not indexed. An indexed file stays completed, even if a later step fails. */
  #ingestSettled(run: SettledRun): void {
    const { fileId, version } = readIngestInput(run.input);
    const file = this.#parts.files.find(fileId);
    if (file?.version !== version) return;
    if (file.status !== "in_progress") return this.#logFailure(run, file);
    const reason = explainNotIndexed(run);
    if (reason === null) return;
    const { id: storeId } = this.#changes.row();
    logger.warn("ingest.file.given_up", { storeId, fileId }, reason);
    const message = `The file could not be indexed: ${endSentence(reason)} Attach it again to retry.`;
    this.change((change) =>
      this.#parts.ledger.fail(change, file, { code: "server_error", message }),
    );
  }

  /** Records the end of the indexing of a file for its dead letter, while the run is still there. */
  #recordEnd(run: SettledRun): void {
    const { fileId, version } = readIngestInput(run.input);
    const file = this.#parts.files.find(fileId);
    if (!file) return this.letters.addEnd(fileId, "cancelled");
    // A later run indexes the file.
    if (file.version !== version) return;
    if (run.status !== "failed") return this.letters.addEnd(fileId, run.status);
    const store = this.#changes.row();
    const job = { kind: "file", storeId: store.id, fileId } as const;
    const scope = readStoreScope(store);
    this.letters.addDeath(fileId, describeRunDeath({ run, job, scope, now: Date.now() }));
  }

  #logFailure({ status, error }: SettledRun, { fileId }: Attachment): void {
    if (status !== "failed" || !error) return;
    const { id: storeId, projectId } = this.#changes.row();
    const details = { projectId, storeId, fileId, step: error.step };
    logger.warn("ingest.workflow.failed", details, error.message);
  }

  /** The time at which the object must expire, or write its summary or a dead letter. */
  #due(): number | null {
    const { phase, summaryDue, ...store } = this.#changes.row();
    const { reindexes, questions } = this.#parts;
    const expires = phase === "live" ? expiresAt(store) : null;
    const keptUntil = store.otherGeneration === null ? null : readKeptUntil(reindexes);
    const ends = [expires === null ? null : expires * 1000, keptUntil];
    const reviewed = phase === "live" ? this.followers.due() : null;
    const dues = [...ends, summaryDue, this.letters.due(), questions.due(), reviewed];
    const due = Math.min(...dues.map((at) => at ?? Infinity));
    return Number.isFinite(due) ? due : null;
  }

  async #onDue(): Promise<void> {
    this.expireIfDue(this.#changes.row());
    const { reindexes, questions } = this.#parts;
    const now = Date.now();
    const isKept = this.#changes.row().otherGeneration !== null;
    if (isKept && (readKeptUntil(reindexes) ?? Infinity) <= now) {
      this.change((change) => endReindex(this.#parts, change));
    }
    await this.letters.writeDue();
    await this.summary.writeIfDue();
    if ((questions.due() ?? Infinity) <= now) await questions.write();
    const isLive = this.#changes.row().phase === "live";
    if (isLive && (this.followers.due() ?? Infinity) <= now) this.followers.review(now);
  }

  #setSummaryDue(due: number | null): void {
    this.#ctx.storage.transactionSync(() => {
      this.#parts.tables.deferSummary(due);
      this.kernel.arm();
    });
  }
}
