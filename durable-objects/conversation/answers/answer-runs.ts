import { isResponseId, type ResponseId } from "../../../src/ids.ts";
import type { StepKernelOptions } from "../../../src/kernel/engine/kernel-options.ts";
import { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import type { ChosenWork } from "../../../src/kernel/ledger/run-store.ts";
import { isMigrated } from "../../../src/kernel/rows/migrate.ts";
import type { RunEventType } from "../../../src/kernel/rules/run/event.ts";
import type { SettledRun } from "../../../src/kernel/rules/run/run-view.ts";
import type { StepOutcome } from "../../../src/kernel/rules/step-handler.ts";
import { logWait } from "../../../src/platform/log-wait.ts";
import { logger } from "../../../src/platform/logger.ts";
import type { Refusal } from "../../../src/refusal.ts";
import type { KeyClaim } from "../../../src/request-key.ts";
import type { Result } from "../../../src/result.ts";
import { celExpressions } from "../../../src/workflow/language/expressions.ts";
import { pokeAt } from "../../../src/workflow/open-work/open-work.ts";
import { isOpenWait } from "../../../src/workflow/runs/open-waits.ts";
import { GENERATE_DISPATCH, type StepTask } from "../../../src/workflow/steps/dispatched-step.ts";
import type { RequestKeys } from "../../request-keys.ts";
import { chooseDispatched, DispatchedSteps } from "../../run/dispatched-steps.ts";
import { EventWatchers } from "../../run/event-watchers.ts";
import { lostLeases } from "../../run/local-leases.ts";
import type { ServedRun } from "../../run/run-handle.ts";
import { RunReader } from "../../run/run-reader.ts";
import { ObjectErasure } from "../content/object-erasure.ts";
import type { Listing } from "../listing/listing.ts";
import { readAnswerEnd } from "../responses/answer-end.ts";
import type { Responses } from "../responses/responses.ts";
import type { ConversationTables } from "../tables/conversation-tables.ts";
import { AnswerKeys } from "../turns/answer-keys.ts";
import { AnswerTurns } from "../turns/answer-turns.ts";
import { OpenAnswers } from "../turns/open-answers.ts";
import { AnswerErasure } from "./answer-erasure.ts";
import { AnswerLetters } from "./answer-letters.ts";
import { AnswerSteps } from "./answer-steps.ts";
import { laneOf } from "./dispatched-answers.ts";
import { redriveAnswer } from "./redrive-answer.ts";
import { serveAnswer } from "./serve-answer.ts";

/** The parts of a conversation object that `AnswerRuns` uses. */
type AnswerRunsParts = {
  readonly tables: ConversationTables;
  readonly responses: Responses;
  readonly keys: RequestKeys;
  readonly listing: Listing;
};

/**
 * Starts, cancels and redrives the runs that produce the responses of a conversation object, and does the work of the
 * object's alarm.
 */
export class AnswerRuns {
  readonly kernel: StepKernel;
  /** The beginnings of responses, at once or when their turn has come. */
  readonly turns: AnswerTurns;
  /** The steps of projects' own workflows that consumers do. */
  readonly dispatched: DispatchedSteps;
  readonly erasure: AnswerErasure;
  readonly #storage: DurableObjectStorage;
  readonly #tables: ConversationTables;
  readonly #responses: Responses;
  readonly #keys: AnswerKeys;
  readonly #listing: Listing;
  readonly #object: ObjectErasure;
  readonly #watchers = new EventWatchers();
  readonly #letters: AnswerLetters;
  readonly #open: OpenAnswers;

  constructor(ctx: DurableObjectState, env: Env, parts: AnswerRunsParts) {
    const { tables, responses, keys, listing } = parts;
    this.#storage = ctx.storage;
    this.#listing = listing;
    this.#tables = tables;
    this.#responses = responses;
    this.#letters = new AnswerLetters(ctx.storage.sql, {
      catalog: env.CATALOG,
      change: (change) => this.#change(change),
      now: () => Date.now(),
    });
    this.#open = new OpenAnswers({
      catalog: env.CATALOG,
      tables,
      kernel: () => this.kernel,
      waits: (id) => new RunReader(this.kernel).openWaits(id),
      waitUntil: (work) => ctx.waitUntil(work),
    });
    if (isMigrated(ctx.storage)) this.#open.addStored();
    this.dispatched = new DispatchedSteps(env, {
      kernel: () => this.kernel,
      place: (runId) => {
        const response = responses.findOfRun(runId);
        return response && { scope: response.scope, lane: laneOf(response) };
      },
    });
    this.#keys = new AnswerKeys(keys, responses);
    this.turns = new AnswerTurns({
      storage: ctx.storage,
      tables,
      responses,
      keys: this.#keys,
      open: this.#open,
      kernel: () => this.kernel,
    });
    this.#object = new ObjectErasure(ctx.storage, keys);
    this.erasure = new AnswerErasure({
      storage: ctx.storage,
      tables,
      responses,
      listing,
      object: this.#object,
      turns: () => this.turns,
      kernel: () => this.kernel,
    });
    this.kernel = new StepKernel(ctx, this.#kernelOptions(ctx, env));
  }

  /**
   * Claims an idempotency key for a response of another object, as `AnswerKeys.claim` does. An object that holds
   * nothing but keys is erased when the last of them expires.
   */
  async claimKey(claim: KeyClaim, id: ResponseId): Promise<Result<ResponseId, Refusal>> {
    const claimed = this.#keys.claim(claim, id);
    if (isMigrated(this.#storage)) await this.erasure.endIfEmpty();
    else await this.#object.endUnused(Date.now());
    return claimed;
  }

  /** Continues runs, and erases expired content. The platform calls it at the time of the alarm. */
  async alarm(): Promise<void> {
    if (isMigrated(this.#storage)) await this.kernel.alarm();
    else await this.#object.endUnused(Date.now());
  }

  /** Retries a response whose answer failed for good. Refuses if the response is in progress, or too old. */
  redrive(id: ResponseId): Result<null, Refusal> {
    const [storage, tables, responses] = [this.#storage, this.#tables, this.#responses];
    const redriven = redriveAnswer({ storage, tables, responses, kernel: this.kernel }, id);
    if (redriven.ok) this.#change(() => this.#reopen(id));
    return redriven;
  }

  /**
   * Restores a lost alarm and continues due work. Returns the time of the next check by the sweep, in milliseconds
   * since the epoch; null if the response has ended or does not exist.
   */
  poke(id: ResponseId): number | null {
    if (!this.#open.isOpen(id)) return null;
    this.turns.advance();
    this.kernel.arm();
    this.kernel.wake();
    return pokeAt(Date.now(), this.kernel.nextDue());
  }

  /**
   * Returns the work that a queue message about a workflow step stands for; null if the step's lease has ended. Sets a
   * queued response to in progress.
   */
  takeStep(lease: string): StepTask | null {
    const task = this.dispatched.take(lease);
    if (task) this.#responses.beginWorkflowStep(task.runId);
    return task;
  }

  /**
   * Cancels a response that waits for its turn, or the run of a response. The run ends at once, unless it must first
   * undo steps that it has completed.
   */
  cancel(id: ResponseId): void {
    this.erasure.cancel(id);
  }

  /**
   * Returns the run that produces a response, with the readers and functions that a `RunHandle` needs to serve it to
   * clients; null if there is no such response.
   */
  served(id: ResponseId): ServedRun | null {
    const response = this.#responses.find(id);
    return response && serveAnswer(response, { kernel: this.kernel, watchers: this.#watchers });
  }

  #kernelOptions(ctx: DurableObjectState, env: Env): StepKernelOptions {
    const settle = (lease: string, end: StepOutcome) => this.kernel.settle(lease, end);
    return {
      logger,
      handlers: {
        ...new AnswerSteps(env, this.#responses, settle).handlers,
        [GENERATE_DISPATCH]: this.dispatched.handler,
      },
      expressions: celExpressions,
      onRunSettled: (run) => this.#settle(run),
      onEvent: ({ id }, type) => this.#onEvent(id, type),
      otherDue: () => this.#firstDue(),
      onDue: (now) => this.#tidy(now),
      isLost: lostLeases(env),
      chooseHandler: (work) => this.#chooseHandler(work),
      onUnsent: (leases) => ctx.waitUntil(this.dispatched.leave(leases)),
    };
  }

  #reopen(id: ResponseId): void {
    this.#open.add(id, Date.now());
    const response = this.#responses.find(id);
    if (response) this.#listing.noteResponse(response, "answered");
  }

  #chooseHandler(work: ChosenWork): string {
    const chosen = chooseDispatched(work);
    const isChoice = chosen !== work.use;
    // A client waits for a foreground response, so its steps run in this object.
    const inBackground = isChoice && this.#responses.findOfRun(work.runId)?.request.background;
    return inBackground ? chosen : work.use;
  }

  #onEvent(runId: string, type: RunEventType): void {
    // The transaction may still be rolled back, so the response changes in the next turn.
    if (type === "signal.received") this.#open.renew(runId, Date.now());
    if (type === "step.waiting") queueMicrotask(() => this.#responses.beginWait(runId));
    const isWait = type === "step.waiting" || type === "step.held";
    const waitsFor = isWait ? logWait(this.kernel, runId) : null;
    if (waitsFor !== null && isOpenWait(waitsFor)) this.#open.noteWait(runId, Date.now());
    this.#watchers.notify();
  }

  #settle(run: SettledRun): void {
    if (!isResponseId(run.id)) return;
    const now = Date.now();
    const stored = this.#tables.response(run.id);
    if (stored) this.#open.remove(stored, now);
    const response = this.#responses.find(run.id);
    // The run of an erased response has ended: the alarm erases its rows. They cannot be erased here: the kernel's
    // constructor may settle a run during which too many isolates died, and `this.kernel` is not set then.
    if (!response) this.#tables.setDue(run.id, now);
    else if (!response.settled) {
      const end = readAnswerEnd(run, response.request);
      this.#responses.settle(response, end, now);
      this.#letters.addEnd(run, response, now);
    }
    this.turns.advanceSoon();
  }

  /** Folds responses whose events have expired, and erases expired responses and the runs of erased ones. */
  async #tidy(now: number): Promise<void> {
    this.turns.advance();
    await this.#letters.writeDue();
    for (const id of this.#tables.dueResponses(now)) {
      await this.erasure.tidy(id, now);
      if (!isMigrated(this.#storage)) return;
    }
    await this.#open.enterDue(now);
    const isListed = await this.#listing.writeDue(now);
    if (this.#object.takeDue(now) || isListed) await this.erasure.endIfEmpty();
  }

  #firstDue(): number | null {
    const own = [this.#letters.due(), this.#open.due(), this.#listing.due(), this.turns.due()];
    const others = [...own, this.#object.due()];
    const dues = [this.#tables.firstDue(), ...others];
    const due = Math.min(...dues.map((at) => at ?? Infinity));
    return Number.isFinite(due) ? due : null;
  }

  /** Runs a change and sets the alarm, in one transaction. */
  #change(change: () => void): void {
    this.#storage.transactionSync(() => {
      change();
      this.kernel.arm();
    });
  }
}
