import { chooseTier, LANE_OF_TIER } from "../../../src/conversation/service-tier.ts";
import type { SettledRun } from "../../../src/kernel/rules/run/run-view.ts";
import { DeadLetterOutbox, type LetterSource } from "../../dead-letters/dead-letter-outbox.ts";
import { describeRunDeath } from "../../dead-letters/describe-run-death.ts";
import type { LiveResponse } from "../responses/responses.ts";

/** The dead letters of a conversation object's answers in the background. */
export class AnswerLetters {
  readonly #outbox: DeadLetterOutbox;

  constructor(sql: SqlStorage, source: LetterSource) {
    this.#outbox = new DeadLetterOutbox(sql, source);
  }

  /** Records the end of the run of an answer. Call this in the transaction that ends the run. */
  addEnd(run: SettledRun, { id, scope, request }: LiveResponse, now: number): void {
    if (!request.background) return;
    if (run.status !== "failed") return this.#outbox.addEnd(id, run.status);
    const job = { kind: "response", responseId: id } as const;
    const lane = LANE_OF_TIER[chooseTier(request.service_tier)];
    const { workflow } = request;
    this.#outbox.addDeath(id, describeRunDeath({ run, job, scope, lane, workflow, now }));
  }

  /** Copies the letters that are due to D1. */
  async writeDue(): Promise<void> {
    await this.#outbox.writeDue();
  }

  /** Returns the time at which a letter is due, in milliseconds since the epoch; null if none is. */
  due(): number | null {
    return this.#outbox.due();
  }
}
