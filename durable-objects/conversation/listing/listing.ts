import {
  delayOfConversation,
  delayOfResponse,
  planLists,
} from "../../../src/conversation/list-changes.ts";
import { type ConversationId, type ResponseId, readConversationKey } from "../../../src/ids.ts";
import { isMigrated } from "../../../src/kernel/rows/migrate.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";
import {
  putConversation,
  removeConversation,
} from "../../../src/platform/databases/conversation-catalog.ts";
import {
  putResponse,
  removeResponse,
  removeResponses,
} from "../../../src/platform/databases/response-catalog.ts";
import { logger } from "../../../src/platform/logger.ts";
import type { ConversationTables } from "../tables/conversation-tables.ts";
import type { StoredResponse } from "../tables/stored-response.ts";
import { CHANGES_MAX, ListingTables } from "./listing-tables.ts";
import { summarizeConversation, summarizeResponse } from "./summarize.ts";

/** Delay before a write to D1 that failed is retried, in milliseconds. */
const RETRY_MS = 5_000;

/** The parts of a conversation object that `Listing` uses. */
type ListingDeps = {
  readonly storage: DurableObjectStorage;
  readonly catalog: D1Database;
  readonly tables: ConversationTables;
  /** Sets the object's alarm again. */
  readonly arm: () => void;
};

/**
 * Keeps the rows of a conversation object in D1's lists up to date: the row of its conversation, and those of its
 * background responses. The log of the object serves as the outbox: the object stores the number of the last entry that
 * is written to D1, and its alarm writes the later ones some seconds after the change. So no answer waits for D1, and
 * several changes share one write.
 */
export class Listing {
  readonly #deps: ListingDeps;
  readonly #own: ListingTables;
  /** Time at which the lists must be written, in milliseconds since the epoch; null if they are up to date. */
  #due: number | null = null;
  /** Responses whose status has changed without an entry in the log. */
  readonly #touched = new Set<ResponseId>();
  /** The last write, after which the next one begins. */
  #written: Promise<void> = Promise.resolve();

  constructor(deps: ListingDeps) {
    this.#deps = deps;
    this.#own = new ListingTables(deps.storage);
    if (isMigrated(deps.storage)) this.#resume();
  }

  /** Sets the due time of the log entries that an earlier isolate has not written to D1. */
  #resume(): void {
    let record = this.#own.record();
    for (;;) {
      const changes = this.#own.changes(record.seq);
      const { due } = planLists(changes, record.isTitled);
      this.#due = due;
      const last = changes.at(-1);
      if (due !== null || !last || changes.length < CHANGES_MAX) return;
      // None of these entries changes a list, so they need not be read again.
      record = { ...record, seq: last.seq };
      this.#own.save(record);
    }
  }

  /** True once the lists have a title for the conversation. */
  get isTitled(): boolean {
    return this.#own.record().isTitled;
  }

  /** Stores the project of a conversation that is created. Call this in the transaction that creates it. */
  begin(scope: Scope): void {
    this.#own.save({ ...this.#own.record(), scope });
    this.noteConversation();
  }

  /** Notes that the conversation itself, or its first question, has changed, and sets the alarm. */
  noteConversation(): void {
    this.#dueBy(Date.now() + delayOfConversation());
    this.#deps.arm();
  }

  /** Notes that a response was asked for or has ended; both are entries of the log. The caller sets the alarm. */
  noteResponse(response: StoredResponse, change: "asked" | "answered"): void {
    const kind = {
      isBackground: response.request?.background === true,
      isInConversation: response.conversationId !== null,
      isFirstQuestion: !this.isTitled,
    };
    const delay = delayOfResponse(kind, change);
    if (delay !== null) this.#dueBy(Date.now() + delay);
  }

  /** Notes that a response has left the queue, which is no entry of the log. Sets the alarm if no write is due yet. */
  noteStatus(response: StoredResponse): void {
    if (response.request?.background !== true) return;
    this.#touched.add(response.id);
    if (this.#due !== null) return;
    this.noteResponse(response, "answered");
    this.#deps.arm();
  }

  /** Returns when the lists must be written, in milliseconds since the epoch; null if they are up to date. */
  due(): number | null {
    return this.#due;
  }

  /**
   * Writes the lists if they are due by `now`, in milliseconds since the epoch. Returns false if nothing was due or D1
   * failed.
   */
  async writeDue(now: number): Promise<boolean> {
    if (this.#due === null || this.#due > now) return false;
    return await this.flush();
  }

  /**
   * Writes all outstanding changes to the lists. Returns false if D1 failed; they are then due again after `RETRY_MS`.
   * Never rejects.
   */
  async flush(): Promise<boolean> {
    if (this.#due === null) return true;
    return await this.#inTurn(() => this.#write());
  }

  /**
   * Removes all rows of the object from the lists, because the conversation is about to be erased. Returns false if D1
   * failed: the caller then keeps the object until a later `flush` succeeds. Never rejects.
   */
  async remove(): Promise<boolean> {
    return await this.#inTurn(async () => {
      const { scope } = this.#own.record();
      const conversation = this.#deps.tables.conversation();
      if (scope === null || conversation === null) return;
      await this.#deps.catalog.batch(this.#removeAll(scope, conversation.id));
    });
  }

  /**
   * Runs `work` after all earlier calls have ended. Returns true; false if it failed, for example because D1 is
   * unavailable.
   */
  async #inTurn(work: () => Promise<void>): Promise<boolean> {
    const done = this.#written.then(work).then(
      () => true,
      (error: unknown) => {
        logger.warn("conversation.summary.deferred", {}, error);
        this.#dueBy(Date.now() + RETRY_MS);
        return false;
      },
    );
    this.#written = done.then(() => undefined);
    return await done;
  }

  async #write(): Promise<void> {
    const { storage, catalog, tables } = this.#deps;
    if (!isMigrated(storage)) return;
    const record = this.#own.record();
    const changes = this.#own.changes(record.seq);
    const touched = [...this.#touched];
    this.#due = null;
    const plan = planLists(changes, record.isTitled);
    const scope = record.scope ?? this.#own.scope();
    const seq = changes.at(-1)?.seq ?? record.seq;
    // A conversation of an earlier build without responses: the first response will name its project.
    if (scope === null) return;
    const summary = plan.isChanged
      ? summarizeConversation(tables, this.#own.firstItems(), plan)
      : null;
    const listed = new Set([...plan.responses, ...touched]);
    const statements = [
      ...(summary ? [putConversation(catalog, scope.projectId, summary, seq)] : []),
      ...Array.from(listed).flatMap((id) => {
        const response = summarizeResponse(tables, id);
        return response ? [putResponse(catalog, scope.projectId, response, seq)] : [];
      }),
      ...plan.removed.map((id) => removeResponse(catalog, id, Date.now())),
      ...(plan.erased ? this.#removeAll(scope, plan.erased) : []),
    ];
    if (statements.length > 0) await catalog.batch(statements);
    for (const id of touched) this.#touched.delete(id);
    // The object may have erased itself in the meantime.
    if (!isMigrated(storage)) return;
    const isTitled = summary ? summary.title !== null : record.isTitled;
    this.#own.save({ v: 1, seq, isTitled, scope });
    if (changes.length === CHANGES_MAX) this.#dueBy(Date.now());
  }

  #removeAll({ projectId }: Scope, id: ConversationId): D1PreparedStatement[] {
    const { catalog } = this.#deps;
    const now = Date.now();
    return [
      removeConversation(catalog, projectId, id, now),
      removeResponses(catalog, readConversationKey(id), now),
    ];
  }

  #dueBy(at: number): void {
    this.#due = Math.min(this.#due ?? Infinity, at);
  }
}
