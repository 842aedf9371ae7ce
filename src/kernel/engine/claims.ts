import type { EarlyClaims } from "../ledger/run-progress.ts";
import { type OpenRun, resolveDefinition, type RunStore } from "../ledger/run-store.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { StepHandlers } from "../rules/step-handler.ts";
import { formatLease, formatQueuedLease } from "../rules/step/lease.ts";
import type { Claimed, StepEvent } from "../rules/step/step-state.ts";
import type { Attempts, StepAttempt } from "./attempts.ts";
import { UnbegunRuns } from "./unbegun-runs.ts";

/**
 * Length of the lease of a step whose handler runs in the object, in milliseconds. The object has an alarm at this
 * interval, which renews the lease while the handler runs.
 */
export const HEARTBEAT_MS = 30_000;
/**
 * Maximum number of steps that one round claims or ends in a queue of the kernel. It is also the maximum number of
 * messages in a batch to Cloudflare Queues.
 */
export const ROUND_MAX = 100;
/** Maximum number of local attempts of one handler at a time in one object. */
export const LOCAL_IN_FLIGHT_MAX = 8;

/**
 * Claims due steps for the current round (see `StepLoop`), as far as each handler has capacity. Also looks up the
 * properties of handlers.
 */
export class Claims implements EarlyClaims {
  readonly unbegun = new UnbegunRuns();
  readonly #handlers: StepHandlers;
  readonly #runs: RunStore;
  readonly #attempts: Attempts;
  /** The steps that the current round has claimed so far; null outside of a round. */
  #round: StepAttempt[] | null = null;
  #isStart = false;

  constructor(handlers: StepHandlers, runs: RunStore, attempts: Attempts) {
    this.#handlers = handlers;
    this.#runs = runs;
    this.#attempts = attempts;
  }

  /** Returns the number of further steps of a handler that may be claimed now without exceeding its limit. */
  countFree(use: string): number {
    const handler = this.#handlers[use];
    if (handler?.kind !== "dispatched") return LOCAL_IN_FLIGHT_MAX - this.#attempts.countLive(use);
    // Steps that become due while a batch is being sent go into the next batch.
    if (this.#attempts.isDispatching(use)) return 0;
    const free = handler.inFlightMax - this.#runs.countClaimed(use);
    if (free > 0 || this.#runs.hasClaimed(use)) return free;
    // No capacity and nothing in flight: the counted claims were rolled back, or the storage was emptied.
    this.#runs.forgetCounts();
    return handler.inFlightMax - this.#runs.countClaimed(use);
  }

  /** Returns true when there is a handler of this name. */
  hasHandler(use: string): boolean {
    return this.#handlers[use] !== undefined;
  }

  /**
   * Returns true for a handler that runs in this object, false for one that sends its claimed steps to workers outside.
   */
  isLocal(use: string): boolean {
    return this.#handlers[use]?.kind === "local";
  }

  /** Tests whether a handler has no external effects. Its claims need not be on disk before it is called. */
  isPure(use: string): boolean {
    const handler = this.#handlers[use];
    return handler?.kind === "local" && handler.pure === true;
  }

  /** Returns the length of the leases of a handler's claimed steps, in milliseconds. */
  leaseMs(use: string): number {
    const handler = this.#handlers[use];
    return handler?.kind === "dispatched" ? handler.leaseMs : HEARTBEAT_MS;
  }

  /** Returns the length of a lease that a worker renews, in milliseconds. */
  workMs(use: string): number {
    const handler = this.#handlers[use];
    return (handler?.kind === "dispatched" ? handler.workMs : undefined) ?? this.leaseMs(use);
  }

  /** Tests whether workers take the claimed steps of a handler, under leases of their own. */
  isTaken(use: string): boolean {
    const handler = this.#handlers[use];
    return handler?.kind === "dispatched" && handler.workMs !== undefined;
  }

  /** Makes the event that claims a step under a new lease. */
  newClaim(record: StepRecord, use: string): StepEvent {
    const { runId, step } = record;
    const lease = this.isTaken(use)
      ? formatQueuedLease(crypto.randomUUID(), runId, step)
      : this.newLease(record);
    return { type: "claimed", lease, leaseMs: this.leaseMs(use) };
  }

  /** Makes the name of a new lease of a step. */
  newLease({ runId, step }: StepRecord): string {
    return formatLease(crypto.randomUUID(), runId, step);
  }

  /**
   * Begins a round. Returns the list of its claims, to which each claim is added until `endRound`; `claimed` is its
   * initial content.
   */
  beginRound(claimed: StepAttempt[] = []): readonly StepAttempt[] {
    this.#round = claimed;
    return claimed;
  }

  /**
   * Begins the start of a run, as `beginRound` begins a round. It claims no steps of a dispatched handler whose workers
   * take no leases of their own (`isTaken`): if the process died before their messages were sent, they would wait until
   * their leases end. The next round claims them, when the start is on disk (`leaveToRound`).
   */
  beginStart(claimed: StepAttempt[]): readonly StepAttempt[] {
    this.#isStart = true;
    return this.beginRound(claimed);
  }

  /** Tests whether a round is open. */
  isInRound(): boolean {
    return this.#round !== null;
  }

  /** Ends the round. Steps that become ready later are not claimed at once, but by the next round. */
  endRound(): void {
    this.#round = null;
    this.#isStart = false;
  }

  /** Returns the number of claims in the current round, a mark to which `rollBack` can return. */
  count(): number {
    return this.#round?.length ?? 0;
  }

  /**
   * Removes the claims of the current round except the first `kept`, because the part of the transaction that made the
   * others was rolled back.
   */
  rollBack(kept: number): void {
    for (const attempt of this.#round?.splice(kept) ?? []) this.#attempts.remove(attempt);
  }

  /**
   * Claims a step in the transaction that makes it ready, which saves a second write of its row and the query for ready
   * steps. Returns the claimed record, not saved yet; or the given record, if no round is open, or the handler has no
   * capacity or other steps that wait for it.
   */
  claimAtOnce(run: OpenRun, record: StepRecord, use: string): StepRecord {
    const { state } = record;
    if (!this.#round || state.phase !== "ready" || state.due > this.#runs.now()) return record;
    if (!this.#hasRoom(use) || this.#isWaitedFor(use)) return record;
    const definition = resolveDefinition(run, record.step);
    const claimed = this.#runs.moveState(definition, state, this.newClaim(record, use));
    if (claimed.phase !== "claimed") return record;
    const claim = { ...record, state: claimed };
    this.add(run, claim, use);
    return claim;
  }

  /**
   * Leaves the first steps of a run that is being started to the next round, if none of them can be claimed now and
   * nothing else has to be decided about them. They get their rows when they are claimed, instead of one before that.
   * Until then the row of the run stands for them.
   */
  leaveToRound(run: OpenRun): boolean {
    if (!this.#isStart || !run.graph.roots.every((step) => this.#canWait(run, step))) return false;
    this.unbegun.add(run.id, this.#runs.now());
    return true;
  }

  /** Tests whether there are handlers whose first steps `leaveToRound` leaves to a round. */
  leavesSteps(): boolean {
    return Object.keys(this.#handlers).some((use) => this.#isLeft(use));
  }

  #isLeft(use: string): boolean {
    return this.#handlers[use]?.kind === "dispatched" && !this.isTaken(use);
  }

  #canWait(run: OpenRun, step: string): boolean {
    const definition = run.definition.steps[step];
    if (!definition || definition.map || definition.when !== undefined) return false;
    return this.#isLeft(this.#runs.findHandler(run, definition, { phase: "pending" }));
  }

  /** Tests whether the round may claim a further step of a handler. */
  #hasRoom(use: string): boolean {
    if (!this.hasHandler(use) || this.countFree(use) <= 0) return false;
    if (this.isLocal(use)) return true;
    return (this.isTaken(use) || !this.#isStart) && this.#countInRound(use) < ROUND_MAX;
  }

  #countInRound(use: string): number {
    return (this.#round ?? []).filter((attempt) => attempt.use === use).length;
  }

  /**
   * Tests whether due steps of a handler already wait, so that a step that has just become ready must not overtake
   * them. Due steps of a local handler wait only while other steps of it run.
   */
  #isWaitedFor(use: string): boolean {
    if (this.isLocal(use) && this.#attempts.countLive(use) === 0) return false;
    return this.#runs.hasReady(use);
  }

  /** Adds a claimed step to the current round. */
  add(run: OpenRun, record: StepRecord & { readonly state: Claimed }, use: string): void {
    if (this.isLocal(use) && !this.isPure(use)) {
      this.#runs.log(run, "step.started", record.step, { attempt: record.state.attempt });
    }
    const attempt = { ...record, use, run };
    this.#round?.push(attempt);
    this.#attempts.add(attempt);
  }
}
