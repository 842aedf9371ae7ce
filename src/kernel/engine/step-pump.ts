import type { OpenRun } from "../ledger/run-book.ts";
import type { RunLedger } from "../ledger/run-ledger.ts";
import type { KernelStorage } from "../rows/kernel-storage.ts";
import { useOf } from "../rows/step-queue.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { QueueAgenda } from "../rows/step-rows.ts";
import type { StepHandlers } from "../rules/step-handler.ts";
import { formatLease } from "../rules/step/lease.ts";
import { moveStep } from "../rules/step/move-step.ts";
import type { Claimed, StepEvent } from "../rules/step/step-state.ts";
import type { ArmedTransactions } from "./armed-transactions.ts";
import { type ClaimRoom, HEARTBEAT_MS } from "./claim-room.ts";
import type { KernelLogger } from "./kernel-logger.ts";
import { type Attempt, outOfTime, type StepAttempts } from "./step-attempts.ts";

/** Claims in one dispatch() call: what a queue takes in one batch. Also bounds what one look at a queue takes in. */
const ROUND_MAX = 100;
/** Looks in one transaction; what is left over then is due, so the alarm goes off at once. */
const LOOKS_MAX = 10;
/** Pure attempts in one turn of the event loop. They resolve without leaving it, and nobody else would get a turn. */
const PURE_IN_TURN_MAX = 50;
/** How long something that threw is left alone, so that an error never becomes a hot loop. */
export const POSTPONE_MS = 5_000;

type PumpDeps = {
  readonly ctx: DurableObjectState;
  readonly handlers: StepHandlers;
  readonly storage: KernelStorage;
  readonly ledger: RunLedger;
  readonly attempts: StepAttempts;
  readonly room: ClaimRoom;
  readonly transactions: ArmedTransactions;
  readonly now: () => number;
  readonly logger: KernelLogger;
};

/** Claims what is due and begins attempts at it, round after round; every report is the beginning of another round. */
export class StepPump {
  readonly #deps: PumpDeps;
  #isComing = false;
  #pureInTurn = 0;
  #isCareful = false;
  /** What the present round has claimed so far; null outside of one. */
  #claimed: Attempt[] | null = null;

  constructor(deps: PumpDeps) {
    this.#deps = deps;
  }

  /** A round soon. Calls within one turn make one round. */
  wake(): void {
    if (this.#isComing) return;
    this.#isComing = true;
    this.#deps.ctx.waitUntil(Promise.resolve().then(() => this.pump()));
  }

  /**
   * Pure work, too, is on disk before it begins, until nothing is left to do. Otherwise a handler that kills its
   * isolate would take its claim back with it, and would be called again and again without an end.
   */
  beCareful(): void {
    this.#isCareful = true;
  }

  /** A round now; returns when attempts have begun. Never rejects. */
  async pump(): Promise<void> {
    this.#isComing = false;
    try {
      if (this.#deps.storage.hasTables()) await this.#begin(this.#round(() => {}));
    } catch (error) {
      this.#pumpFailed(error);
    }
  }

  /**
   * Takes in what came of an attempt in this isolate, and claims what follows in the same transaction. When the report
   * throws, the lease runs out and the step is tried again.
   */
  reported(lease: string, event: StepEvent): void {
    try {
      if (!this.#deps.storage.hasTables()) return;
      const attempts = this.#round(() => this.#deps.ledger.report(lease, event));
      this.#deps.ctx.waitUntil(
        this.#begin(attempts).catch((error: unknown) => this.#pumpFailed(error)),
      );
    } catch (error) {
      this.#deps.logger.failed("kernel.report.failed", error);
      this.wake();
    }
  }

  /**
   * Claims a step in the change that makes it ready, where a round makes that change and there is room: then its row is
   * written once and not looked for. Otherwise gives the record back as it was.
   */
  claimAtOnce(run: OpenRun, record: StepRecord, use: string): StepRecord {
    const { ledger, room, now } = this.#deps;
    const { state, step } = record;
    if (!this.#claimed || state.phase !== "ready" || state.due > now()) return record;
    if (!room.isLocal(use) || room.of(use) <= 0) return record;
    const surroundings = ledger.book.surroundings(ledger.book.definitionOf(run, step));
    const lease = formatLease(crypto.randomUUID(), run.id, step);
    const event = { type: "claimed", lease, leaseMs: room.leaseMs(use) } as const;
    const claimed = moveStep(state, event, surroundings);
    if (claimed.phase !== "claimed") return record;
    this.#take(run, { ...record, state: claimed }, use, this.#claimed);
    return { ...record, state: claimed };
  }

  /** Makes a change, ends what is over and claims what is due, in one transaction. */
  #round(change: () => void): Attempt[] {
    const { attempts, transactions } = this.#deps;
    const { steps } = this.#deps.storage;
    const claimed: Attempt[] = [];
    this.#claimed = claimed;
    try {
      transactions.round(() => {
        change();
        let agenda = steps.agenda();
        for (let looks = 0; looks < LOOKS_MAX && this.#isDue(agenda); looks++) {
          const isMore = this.#look(agenda, claimed);
          agenda = steps.agenda();
          if (!isMore) break;
        }
        attempts.sendOut(claimed);
        return agenda;
      });
    } catch (error) {
      for (const attempt of claimed) attempts.remove(attempt);
      throw error;
    } finally {
      this.#claimed = null;
    }
    if (claimed.length === 0 && attempts.isIdle()) this.#isCareful = false;
    return claimed;
  }

  #isDue(agenda: readonly QueueAgenda[]): boolean {
    const { room, now } = this.#deps;
    const time = now();
    return agenda.some(
      ({ queue, ready, over, queueBy }) =>
        (over ?? Infinity) <= time ||
        (queueBy ?? Infinity) <= time ||
        ((ready ?? Infinity) <= time && room.of(useOf(queue)) > 0),
    );
  }

  /** Rule C: what has an effect is on disk before it begins, and what may have killed an isolate. */
  async #begin(claimed: readonly Attempt[]): Promise<void> {
    const { ctx, room, attempts } = this.#deps;
    const isHarmless = ({ use, state }: Attempt) =>
      room.isPure(use) && state.attempt === 1 && !this.#isCareful;
    const harmless = claimed.filter(isHarmless);
    const others = claimed.filter((attempt) => !harmless.includes(attempt));
    if (this.#isTurnFull(harmless.length)) await scheduler.wait(0);
    this.#perform(harmless);
    if (others.length === 0) return;
    try {
      await ctx.storage.sync();
    } catch (error) {
      for (const attempt of others) attempts.remove(attempt);
      throw error;
    }
    this.#perform(others);
  }

  /** Whether others should have a turn before so many pure attempts begin. */
  #isTurnFull(attempts: number): boolean {
    this.#pureInTurn += attempts;
    if (this.#pureInTurn <= PURE_IN_TURN_MAX) return false;
    this.#pureInTurn = attempts;
    return attempts > 0;
  }

  /** Begins attempts and does not wait for them: they report, and every report is followed by a round. */
  #perform(claimed: readonly Attempt[]): void {
    const { ctx, room, attempts } = this.#deps;
    for (const [use, group] of Map.groupBy(claimed, (attempt) => attempt.use)) {
      if (!room.isLocal(use)) {
        ctx.waitUntil(attempts.dispatch(use, group).then(() => this.wake()));
        continue;
      }
      for (const attempt of group) ctx.waitUntil(attempts.perform(attempt));
    }
  }

  /** Goes through the queues once; says whether looking again may find more. */
  #look(agenda: readonly QueueAgenda[], claimed: Attempt[]): boolean {
    const { ledger, room, now } = this.#deps;
    const { steps } = this.#deps.storage;
    const isDue = (due: number | null) => due !== null && due <= now();
    let isMore = false;
    if (isDue(agenda[0]?.queueBy ?? null)) {
      isMore = true;
      const tooLong = steps.queuedTooLong(now(), ROUND_MAX);
      for (const record of tooLong) this.#guard(record, (fresh) => ledger.expire(fresh));
    }
    for (const { queue, over, ready } of agenda) {
      if (isDue(over)) {
        isMore = true;
        const ended = steps.over(queue, now(), ROUND_MAX);
        for (const record of ended) this.#guard(record, (fresh) => this.#endWait(fresh));
      }
      if (!isDue(ready)) continue;
      const use = useOf(queue);
      // One call takes what is due in all lanes, the interactive one first.
      const taken = claimed.filter((attempt) => attempt.use === use).length;
      const most = Math.min(room.of(use), ROUND_MAX - taken);
      for (const record of steps.ready(queue, now(), most)) {
        const before = claimed.length;
        this.#guard(record, (fresh) => this.#claim(use, fresh, claimed));
        // What ended instead of being claimed may have made something due in a queue that was looked at.
        isMore ||= claimed.length === before;
      }
    }
    return isMore;
  }

  #claim(use: string, record: StepRecord, claimed: Attempt[]): void {
    const { handlers, ledger, room } = this.#deps;
    const lease = formatLease(crypto.randomUUID(), record.runId, record.step);
    const state = ledger.apply(record, { type: "claimed", lease, leaseMs: room.leaseMs(use) });
    if (state.phase !== "claimed") return;
    const handler = handlers[use];
    if (!handler) {
      const message = `There is no handler ${use}`;
      ledger.apply({ ...record, state }, { type: "failed", message });
      return;
    }
    const run = ledger.book.run(record.runId);
    if (run) this.#take(run, { ...record, state }, use, claimed);
  }

  #take(
    run: OpenRun,
    record: StepRecord & { readonly state: Claimed },
    use: string,
    claimed: Attempt[],
  ): void {
    const { ledger, room, attempts } = this.#deps;
    if (room.isLocal(use) && !room.isPure(use)) {
      ledger.book.log(run, "step.started", record.step, { attempt: record.state.attempt });
    }
    const attempt = { ...record, use, run };
    claimed.push(attempt);
    attempts.add(attempt);
  }

  #endWait(record: StepRecord): void {
    const { ledger, attempts, now } = this.#deps;
    const { state } = record;
    if (!("due" in state) || state.due === null || state.due > now()) return;
    if (state.phase !== "claimed" || !attempts.has(state.lease)) {
      ledger.expire(record);
    } else if (now() < state.deadline) {
      ledger.apply(record, { type: "renewed", leaseMs: HEARTBEAT_MS });
    } else {
      const message = outOfTime(record);
      attempts.abort(state.lease, message);
      ledger.apply(record, { type: "retried", message });
    }
  }

  /** One step whose transition throws (in `onRunSettled`, say) is tried again later and holds nobody up. */
  #guard({ runId, step, state }: StepRecord, change: (fresh: StepRecord) => void): void {
    const { transactions, storage, ledger, attempts, now } = this.#deps;
    // A step before it in this round may have changed it, or ended the run.
    const fresh = storage.steps.find(runId, step);
    if (fresh?.state.phase !== state.phase) return;
    const before = this.#claimed?.length ?? 0;
    try {
      transactions.attempt(() => change(fresh));
    } catch (error) {
      for (const attempt of this.#claimed?.splice(before) ?? []) attempts.remove(attempt);
      ledger.apply(fresh, { type: "postponed", due: now() + POSTPONE_MS });
      this.#deps.logger.failed("kernel.step.postponed", error, { runId, step });
    }
  }

  #pumpFailed(error: unknown): void {
    this.#deps.logger.failed("kernel.pump.failed", error);
  }
}
