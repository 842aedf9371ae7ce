import { LISTED_FACTS } from "../../../src/conversation/list-changes.ts";
import type { ResponseId } from "../../../src/ids.ts";
import type { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import { isMigrated } from "../../../src/kernel/rows/migrate.ts";
import { notFound } from "../../../src/refusal.ts";
import type { ObjectErasure } from "../content/object-erasure.ts";
import type { Listing } from "../listing/listing.ts";
import { FOLD_AFTER_MS, type Responses } from "../responses/responses.ts";
import type { ConversationTables } from "../tables/conversation-tables.ts";
import { writePolicy } from "../tables/stored-policy.ts";
import type { AnswerTurns } from "../turns/answer-turns.ts";

/** Retention of a response outside of a conversation, in milliseconds. */
const KEEP_MS = 30 * FOLD_AFTER_MS;

/** The parts of a conversation object that `AnswerErasure` uses. */
type AnswerErasureDeps = {
  readonly storage: DurableObjectStorage;
  readonly tables: ConversationTables;
  readonly responses: Responses;
  readonly listing: Listing;
  readonly object: ObjectErasure;
  readonly turns: () => AnswerTurns;
  readonly kernel: () => StepKernel;
};

/**
 * Erases responses with the runs that produced them, conversations with all their content, and the object itself once
 * it is empty.
 */
export class AnswerErasure {
  readonly #deps: AnswerErasureDeps;

  constructor(deps: AnswerErasureDeps) {
    this.#deps = deps;
  }

  /**
   * Erases the content of a response, and the whole conversation object if it is empty then. A run that must undo
   * completed steps keeps its rows until they are undone.
   */
  async erase(id: ResponseId): Promise<void> {
    const { tables, responses, listing, kernel } = this.#deps;
    this.cancel(id);
    const response = responses.find(id);
    this.#change(() => {
      tables.eraseResponse(id);
      tables.log(Date.now(), "response.erased", id);
      if (response?.request.background) {
        tables.log(Date.now(), LISTED_FACTS.responseUnlisted, id);
        listing.noteResponse(response, "answered");
      }
      kernel().forget(id);
    });
    responses.close(id);
    await this.endIfEmpty();
  }

  /**
   * Erases all content of the conversation object at once. The object itself is erased later, when three things are
   * true: no run has completed steps to undo, its idempotency keys have expired, and D1 lists it no longer.
   */
  async eraseAll(): Promise<void> {
    const { storage, tables, responses, listing, object, turns, kernel } = this.#deps;
    const isUnlisted = await listing.remove();
    const { id: erased = "" } = tables.conversation() ?? {};
    turns().refuseHeld(notFound("conversation", erased, "conversation"));
    for (const id of tables.openResponses()) this.cancel(id);
    responses.closeAll();
    const now = Date.now();
    const isNeeded = this.#isUndoing() || object.isHeld(now);
    if (isUnlisted && !isNeeded) return await object.end(now);
    this.#change(() => {
      for (const id of tables.unfolded()) kernel().forget(id);
      tables.eraseContent();
      writePolicy(storage.kv, null);
      if (isUnlisted) return;
      tables.log(now, LISTED_FACTS.conversationErased, erased);
      listing.noteConversation();
    });
    await this.endIfEmpty();
  }

  /** Cancels a response that waits for its turn, or the run of a response. */
  cancel(id: ResponseId): void {
    if (!this.#deps.turns().cancel(id)) this.#deps.kernel().cancel(id);
  }

  /**
   * Erases the object if it has no content, no run is undoing its steps, and D1 lists it no longer. Otherwise keeps it.
   */
  async endIfEmpty(): Promise<void> {
    const { listing, object, kernel } = this.#deps;
    if (!this.#isEmpty()) return;
    // If D1 is unavailable, the alarm removes the object from the lists later.
    const isUnlisted = await listing.flush();
    if (isUnlisted && this.#isEmpty()) await object.end(Date.now());
    kernel().arm();
  }

  /** Erases what has expired of a response: its log after a day, and all of it when it is no longer kept. */
  async tidy(id: ResponseId, now: number): Promise<void> {
    const { storage, tables, responses, kernel } = this.#deps;
    const response = responses.find(id);
    if (!response) {
      tables.setDue(id, null);
      kernel().forget(id);
      return await this.endIfEmpty();
    }
    const expiresAt = response.createdAt * 1000 + KEEP_MS;
    const isKept = response.conversationId !== null;
    if (!response.request.store || (!isKept && expiresAt <= now)) return await this.erase(id);
    storage.transactionSync(() => {
      tables.fold(id, isKept ? null : expiresAt);
      kernel().forget(id);
    });
  }

  /** Runs a change and sets the alarm, in one transaction. */
  #change(change: () => void): void {
    this.#deps.storage.transactionSync(() => {
      change();
      this.#deps.kernel().arm();
    });
  }

  #isEmpty(): boolean {
    const { storage, tables } = this.#deps;
    return isMigrated(storage) && !tables.hasContent() && !this.#isUndoing();
  }

  /** Tests whether the run of an erased response is still undoing its work. */
  #isUndoing(): boolean {
    const { tables, kernel } = this.#deps;
    return tables.unsettled().some((id) => kernel().header(id)?.settledAt === null);
  }
}
