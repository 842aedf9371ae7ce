import { isResponseId, type ResponseId } from "../../../src/ids.ts";
import type { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import { topmostRunId } from "../../../src/kernel/rules/step/step-name.ts";
import { enterOpenWork, leaveOpenWork } from "../../../src/platform/databases/open-work-catalog.ts";
import { dropWaits, writeWaits } from "../../../src/platform/databases/wait-catalog.ts";
import { logger } from "../../../src/platform/logger.ts";
import type { WaitBody } from "../../../src/workflow/runs/waits.ts";
import { SUMMARY_DELAY_MS } from "../../summary-outbox.ts";
import type { ConversationTables } from "../tables/conversation-tables.ts";
import type { StoredResponse } from "../tables/stored-response.ts";

/**
 * Time for which a response is open before it enters the index of open work, in milliseconds: most end before, and cost
 * no query.
 */
const ENTER_AFTER_MS = 60_000;

/** The parts of a conversation object that `OpenAnswers` uses. */
type OpenAnswersDeps = {
  readonly catalog: D1Database;
  readonly tables: ConversationTables;
  readonly kernel: () => Pick<StepKernel, "header" | "nextDue">;
  /** Lists the waits of the run of a response that somebody can end. */
  readonly waits: (id: ResponseId) => readonly WaitBody[];
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/**
 * The responses of a conversation object that are open, by the time at which they enter the index of open work in D1.
 * The index lets the cron trigger find responses whose alarm was lost. A row that is left behind is removed by the sweep.
 */
export class OpenAnswers {
  readonly #deps: OpenAnswersDeps;
  /** When a response enters the index, in milliseconds since the epoch; null if it has. */
  readonly #enterAt = new Map<ResponseId, number | null>();
  /** The responses that may be in the index: those that this isolate has entered, and those that an earlier one left open. */
  readonly #mayBeIn = new Set<ResponseId>();

  constructor(deps: OpenAnswersDeps) {
    this.#deps = deps;
  }

  /** Adds a response whose run begins. `now` is in milliseconds since the epoch. */
  add(id: ResponseId, now: number): void {
    this.#enterAt.set(id, now + ENTER_AFTER_MS);
  }

  /** Adds the responses that an earlier isolate has left open. */
  addStored(): void {
    const { tables } = this.#deps;
    for (const id of tables.openResponses()) {
      this.add(id, (tables.response(id)?.createdAt ?? 0) * 1000);
      this.#mayBeIn.add(id);
    }
  }

  /** Enters the response of a run again, because a signal has ended a wait: the next event comes sooner than the index says. */
  renew(runId: string, now: number): void {
    const id = topmostRunId(runId);
    if (isResponseId(id) && this.#enterAt.get(id) === null) this.#enterAt.set(id, now);
  }

  /** Enters the response of a run soon, because the run begins to wait for somebody, which lists of waits show. */
  noteWait(runId: string, now: number): void {
    const id = topmostRunId(runId);
    if (isResponseId(id) && this.#enterAt.has(id)) this.#enterAt.set(id, now + SUMMARY_DELAY_MS);
  }

  /** Returns when the next response enters the index, in milliseconds since the epoch; null if none does. */
  due(): number | null {
    let due: number | null = null;
    for (const at of this.#enterAt.values()) if (at !== null) due = Math.min(at, due ?? at);
    return due;
  }

  /** Enters the responses whose time has come in the index. Rejects if D1 fails; call it again then. */
  async enterDue(now: number): Promise<void> {
    const { catalog, tables, kernel, waits } = this.#deps;
    const entered: ResponseId[] = [];
    const statements: D1PreparedStatement[] = [];
    for (const [id, at] of this.#enterAt) {
      if (at === null || at > now) continue;
      const response = tables.response(id);
      if (!response || !this.isOpen(id)) {
        this.#enterAt.delete(id);
        continue;
      }
      const work = { kind: "response", id, scope: response.scope } as const;
      const run = { id, workflow: response.request?.workflow?.name ?? "answer", waits: waits(id) };
      statements.push(
        enterOpenWork(catalog, work, now, kernel().nextDue()),
        writeWaits(catalog, response.scope.projectId, run, now),
      );
      entered.push(id);
    }
    if (statements.length === 0) return;
    for (const id of entered) this.#mayBeIn.add(id);
    await catalog.batch(statements);
    for (const id of entered) if (this.#enterAt.has(id)) this.#enterAt.set(id, null);
  }

  /**
   * Tests whether the run of a response goes on, also that of a deleted response, which may undo its work; or whether
   * the response waits for its turn.
   */
  isOpen(id: ResponseId): boolean {
    const run = this.#deps.kernel().header(id);
    return run ? run.settledAt === null : this.#deps.tables.turns.has(id);
  }

  /** Removes a response that has ended, also from the index if it may be there. `now` is in milliseconds. */
  remove(response: StoredResponse, now: number): void {
    const { id, createdAt, scope } = response;
    this.#enterAt.delete(id);
    const mayBeIn = this.#mayBeIn.delete(id);
    if (now < createdAt * 1000 + ENTER_AFTER_MS && !mayBeIn) return;
    const { catalog, waitUntil } = this.#deps;
    const left = catalog.batch([
      leaveOpenWork(catalog, id),
      dropWaits(catalog, scope.projectId, id),
    ]);
    // The sweep removes a row that stays.
    waitUntil(
      left.catch((error: unknown) => logger.warn("response.index.kept", { responseId: id }, error)),
    );
  }
}
