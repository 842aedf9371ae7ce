import { isResponseId, type ResponseId } from "../../../src/ids.ts";
import { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import type { ChosenWork } from "../../../src/kernel/ledger/run-store.ts";
import { isMigrated } from "../../../src/kernel/rows/migrate.ts";
import type { RunEventType } from "../../../src/kernel/rules/run/event.ts";
import type { SettledRun } from "../../../src/kernel/rules/run/run-view.ts";
import { logWait } from "../../../src/platform/log-wait.ts";
import { logger } from "../../../src/platform/logger.ts";
import { notFound, type Refusal } from "../../../src/refusal.ts";
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
import { readAnswerEnd } from "../responses/answer-end.ts";
import { FOLD_AFTER_MS, type Responses } from "../responses/responses.ts";
import type { ConversationTables } from "../tables/conversation-tables.ts";
import { writePolicy } from "../tables/stored-policy.ts";
import { AnswerKeys } from "../turns/answer-keys.ts";
import { AnswerTurns } from "../turns/answer-turns.ts";
import { OpenAnswers } from "../turns/open-answers.ts";
import { AnswerLetters } from "./answer-letters.ts";
import { AnswerSteps } from "./answer-steps.ts";
import { laneOf } from "./dispatched-answers.ts";
import { redriveAnswer } from "./redrive-answer.ts";
import { serveAnswer } from "./serve-answer.ts";

/** Retention of a response outside of a conversation. */
const KEEP_MS = 30 * FOLD_AFTER_MS;

/** The parts of a conversation object that `AnswerRuns` uses. */
type AnswerRunsParts = {
  readonly tables: ConversationTables;
  readonly responses: Responses;
  readonly keys: RequestKeys;
};

/**
 * Begins and cancels the runs that produce the responses of a conversation object, and erases each run together with
 * the content of the response that it produced.
 */
export class AnswerRuns {
  readonly kernel: StepKernel;
  /** The beginnings of responses, at once or when their turn has come. */
  readonly turns: AnswerTurns;
  /** The steps of projects' own workflows that consumers do. */
  readonly dispatched: DispatchedSteps;
  readonly #storage: DurableObjectStorage;
  readonly #tables: ConversationTables;
  readonly #responses: Responses;
  readonly #keys: AnswerKeys;
  readonly #erasure: ObjectErasure;
  readonly #watchers = new EventWatchers();
  readonly #letters: AnswerLetters;
  readonly #open: OpenAnswers;

  constructor(ctx: DurableObjectState, env: Env, { tables, responses, keys }: AnswerRunsParts) {
    this.#storage = ctx.storage;
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
    this.#erasure = new ObjectErasure(ctx.storage, keys);
    this.kernel = new StepKernel(ctx, {
      logger,
      handlers: {
        ...new AnswerSteps(env, responses, (lease, end) => this.kernel.settle(lease, end)).handlers,
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
    });
  }

  /** Claims a key for a response of another object, as `AnswerKeys.claim` does. The object ends with its last key. */
  async claimKey(claim: KeyClaim, id: ResponseId): Promise<Result<ResponseId, Refusal>> {
    const claimed = this.#keys.claim(claim, id);
    if (isMigrated(this.#storage)) await this.#eraseObjectIfEmpty();
    else await this.#erasure.endUnused(Date.now());
    return claimed;
  }

  /** Continues runs, and erases expired content. The platform calls it at the time of the alarm. */
  async alarm(): Promise<void> {
    if (isMigrated(this.#storage)) await this.kernel.alarm();
    else await this.#erasure.endUnused(Date.now());
  }

  /** Makes the answer of a response again that was given up. Refuses if it is in progress, or too old. */
  redrive(id: ResponseId): Result<null, Refusal> {
    const [storage, tables, responses] = [this.#storage, this.#tables, this.#responses];
    const redriven = redriveAnswer({ storage, tables, responses, kernel: this.kernel }, id);
    if (redriven.ok) this.#change(() => this.#open.add(id, Date.now()));
    return redriven;
  }

  /**
   * Restores a lost alarm, and goes on with due work. Returns when the sweep must look at the response again, in
   * milliseconds since the epoch; null if it has ended or does not exist.
   */
  poke(id: ResponseId): number | null {
    if (!this.#open.isOpen(id)) return null;
    this.turns.advance();
    this.kernel.arm();
    this.kernel.wake();
    return pokeAt(Date.now(), this.kernel.nextDue());
  }

  /**
   * Returns the work of a message about a step of a project's own workflow; null if its lease has ended. A queued
   * response begins.
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
    if (!this.turns.cancel(id)) this.kernel.cancel(id);
  }

  /**
   * Returns the run that produces a response, with the readers and functions that a `RunHandle` needs to serve it to
   * clients; null if there is no such response.
   */
  served(id: ResponseId): ServedRun | null {
    const response = this.#responses.find(id);
    return response && serveAnswer(response, { kernel: this.kernel, watchers: this.#watchers });
  }

  /**
   * Erases the content of a response, and the whole conversation object if nothing else is in it. A run that must undo
   * completed steps keeps its rows until they are undone.
   */
  async erase(id: ResponseId): Promise<void> {
    this.cancel(id);
    this.#change(() => {
      this.#tables.eraseResponse(id);
      this.#tables.log(Date.now(), "response.erased", id);
      this.kernel.forget(id);
    });
    this.#responses.close(id);
    await this.#eraseObjectIfEmpty();
  }

  /**
   * Erases all content of the conversation object at once. The object itself is erased once no run has completed steps
   * to undo, and its idempotency keys have ended.
   */
  async eraseAll(): Promise<void> {
    const { id: erased = "" } = this.#tables.conversation() ?? {};
    this.turns.refuseHeld(notFound("conversation", erased, "conversation"));
    for (const id of this.#tables.openResponses()) this.cancel(id);
    this.#responses.closeAll();
    const now = Date.now();
    if (!this.#isUndoing() && !this.#erasure.isHeld(now)) return await this.#erasure.end(now);
    this.#change(() => {
      for (const id of this.#tables.unfolded()) this.kernel.forget(id);
      this.#tables.eraseContent();
      writePolicy(this.#storage.kv, null);
    });
    await this.#eraseObjectIfEmpty();
  }

  #chooseHandler(work: ChosenWork): string {
    const chosen = chooseDispatched(work);
    const isChoice = chosen !== work.use;
    // A client waits for any other response.
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
    // The run of an erased response has ended, and the alarm erases its rows. That cannot happen here: the kernel's
    // constructor may settle a run at which too many isolates died, and then there is no kernel to call yet.
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
      await this.#tidyResponse(id, now);
      if (!isMigrated(this.#storage)) return;
    }
    await this.#open.enterDue(now);
    if (this.#erasure.takeDue(now)) await this.#eraseObjectIfEmpty();
  }

  async #tidyResponse(id: ResponseId, now: number): Promise<void> {
    const response = this.#responses.find(id);
    if (!response) {
      this.#tables.setDue(id, null);
      this.kernel.forget(id);
      return await this.#eraseObjectIfEmpty();
    }
    const expiresAt = response.createdAt * 1000 + KEEP_MS;
    const isKept = response.conversationId !== null;
    if (!response.request.store || (!isKept && expiresAt <= now)) return await this.erase(id);
    this.#storage.transactionSync(() => {
      this.#tables.fold(id, isKept ? null : expiresAt);
      this.kernel.forget(id);
    });
  }

  #firstDue(): number | null {
    const others = [this.#letters.due(), this.#open.due(), this.#erasure.due(), this.turns.due()];
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

  /** Tests whether the run of an erased response is still undoing its work. */
  #isUndoing(): boolean {
    return this.#tables.unsettled().some((id) => this.kernel.header(id)?.settledAt === null);
  }

  async #eraseObjectIfEmpty(): Promise<void> {
    if (this.#tables.hasContent() || this.#isUndoing()) return;
    await this.#erasure.end(Date.now());
    this.kernel.arm();
  }
}
