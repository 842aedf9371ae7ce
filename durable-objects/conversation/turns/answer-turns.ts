import type {
  ClientConnection,
  ResponseCommand,
} from "../../../src/conversation/conversation-client.ts";
import {
  decideTurn,
  POLICY_DEFAULT,
  TURN_REPLACED,
} from "../../../src/conversation/turn-policy.ts";
import type { ResponseId } from "../../../src/ids.ts";
import type { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import { isMigrated, migrate } from "../../../src/kernel/rows/migrate.ts";
import { logger } from "../../../src/platform/logger.ts";
import type { Refusal } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import type { AnswerEnd } from "../responses/answer-end.ts";
import type { LiveResponse, Responses } from "../responses/responses.ts";
import { CONVERSATION_MIGRATIONS, type ConversationTables } from "../tables/conversation-tables.ts";
import { readPolicy } from "../tables/stored-policy.ts";
import { transact } from "../tables/transact.ts";
import type { AnswerKeys } from "./answer-keys.ts";
import { beginRun } from "./begin-run.ts";
import { type Begun, HeldTurn } from "./held-turn.ts";
import type { OpenAnswers } from "./open-answers.ts";

/** The parts of a conversation object that `AnswerTurns` uses. */
type AnswerTurnsParts = {
  readonly storage: DurableObjectStorage;
  readonly tables: ConversationTables;
  readonly responses: Responses;
  readonly keys: AnswerKeys;
  readonly open: OpenAnswers;
  readonly kernel: () => StepKernel;
};

/** A request that waits. `held` is null for one in the background, which is stored. */
type WaitingTurn = { readonly id: ResponseId; readonly held: HeldTurn | null };

/**
 * Begins the responses of a conversation object. In a conversation one response is in progress at a time: the others wait
 * for their turn in the order of their arrival, are refused, or replace those before them, as their policy says.
 */
export class AnswerTurns {
  readonly #parts: AnswerTurnsParts;
  /** The requests that wait, in order. Those in the background are in the table of waiting turns too. */
  #waiting: WaitingTurn[] = [];

  constructor(parts: AnswerTurnsParts) {
    this.#parts = parts;
    if (!isMigrated(parts.storage)) return;
    this.#waiting = parts.tables.turns.list().map((id) => ({ id, held: null }));
  }

  /**
   * Stores a new response and starts its run, at once or when its turn has come. For a response in the background,
   * resolves as soon as it is stored. A repeated command returns the response that the first one stored. A request that
   * waits leaves the queue when `client` ends.
   */
  async begin(command: ResponseCommand, client: ClientConnection): Promise<Begun> {
    const { keys, responses } = this.#parts;
    const existing = keys.findRepeated(command);
    if (!existing.ok) return existing;
    if (existing.value) return ok({ value: existing.value, isReplayed: true });
    const twin = this.#waiting.find(({ id }) => id === command.id)?.held;
    if (twin) return repeat(await join(twin, client));
    const refused = responses.refuse(command);
    if (refused) return err(refused);
    const decided = this.#decide(command);
    if (!decided.ok) return decided;
    if (decided.value === "begins") return this.#start(command);
    return command.request.background ? this.#store(command) : await this.#hold(command, client);
  }

  /** Begins the turns that can begin. Rejects nothing: a response that cannot begin fails. */
  advance(): void {
    const { turns } = this.#parts.tables;
    for (let next = this.#waiting[0]; next && !turns.running(); next = this.#waiting[0]) {
      const { id, held } = next;
      if (!held) this.#startStored(id);
      this.#waiting.shift();
      held?.begin((command) => this.#start(command));
    }
  }

  /** Begins the next turn after the transaction that ends the one before it. */
  advanceSoon(): void {
    if (this.#waiting.length === 0) return;
    queueMicrotask(() => {
      try {
        this.advance();
      } catch (error) {
        // The alarm, which was set in the transaction, tries again.
        logger.failed("conversation.turn.failed", error);
      }
    });
  }

  /** Returns the current time if a stored turn can begin now, which the alarm must then do; otherwise null. */
  due(): number | null {
    if (!this.#waiting.some(({ held }) => held === null)) return null;
    return this.#parts.tables.turns.running() ? null : Date.now();
  }

  /** Cancels a response in the background that waits. Returns false if it does not wait. */
  cancel(id: ResponseId): boolean {
    const index = this.#waiting.findIndex((turn) => turn.id === id && turn.held === null);
    if (index === -1) return false;
    this.#end(id, { facts: [], outcome: { type: "cancelled" } });
    this.#waiting.splice(index, 1);
    return true;
  }

  /** Ends the waits of all connected clients with a refusal. */
  refuseHeld(refusal: Refusal): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ held }) => held === null);
    for (const { held } of waiting) held?.refuse(refusal);
  }

  #decide(command: ResponseCommand): Result<"begins" | "waits", Refusal> {
    const { storage, tables } = this.#parts;
    const { turns } = tables;
    if (!command.conversationId) return ok("begins");
    const policy = command.policy ?? readPolicy(storage.kv) ?? POLICY_DEFAULT;
    const state = { isFree: turns.running() === null, waiting: this.#waiting.length };
    const decided = decideTurn(policy, state);
    if (!decided.ok) return decided;
    if (decided.value === "begins") return ok("begins");
    const refused = this.#refuseContent(command);
    if (refused) return err(refused);
    if (decided.value === "waits") return ok("waits");
    this.#replaceEarlier();
    // The run of a workflow that must undo its work first ends later.
    return ok(turns.running() ? "waits" : "begins");
  }

  #replaceEarlier(): void {
    const { tables, kernel } = this.#parts;
    this.refuseHeld(TURN_REPLACED);
    const stored = this.#waiting.map(({ id }) => id);
    for (const id of stored) this.cancel(id);
    const running = tables.turns.running();
    if (running) kernel().cancel(running);
  }

  /** Returns the reason why a response cannot be stored, before it waits or replaces others; null if it can. */
  #refuseContent(command: ResponseCommand): Refusal | null {
    const { storage, responses } = this.#parts;
    let refused: Refusal | null = null;
    transact(storage, () => {
      const added = responses.add(command);
      refused = added.ok ? null : added.error;
      return err(TURN_REPLACED);
    });
    return refused;
  }

  async #hold(command: ResponseCommand, client: ClientConnection): Promise<Begun> {
    const { id } = command;
    const held = new HeldTurn(command, () => {
      this.#waiting = this.#waiting.filter((turn) => turn.held !== held);
    });
    this.#waiting.push({ id, held });
    return await join(held, client);
  }

  #store(command: ResponseCommand): Begun {
    const { storage, tables, responses, open, kernel } = this.#parts;
    const { id, workflow } = command;
    const stored = transact(storage, () => {
      const added = responses.add(command);
      if (!added.ok) return added;
      open.add(id, Date.now());
      tables.items.setAside(id);
      tables.turns.add(id, workflow);
      kernel().arm();
      return added;
    });
    if (!stored.ok) return stored;
    this.#waiting.push({ id, held: null });
    return ok({ value: stored.value, isReplayed: false });
  }

  #start(command: ResponseCommand): Begun {
    const { storage, responses, keys, open, kernel } = this.#parts;
    const begun = transact(storage, () => {
      migrate(storage, CONVERSATION_MIGRATIONS);
      const added = responses.add(command);
      if (added.ok) {
        // First, since the start of the run sets the alarm.
        open.add(command.id, Date.now());
        beginRun({ kernel: kernel(), responses }, added.value, command.workflow);
        keys.keep(command);
      }
      return added;
    });
    if (!begun.ok) return begun;
    kernel().wake();
    return ok({ value: begun.value, isReplayed: false });
  }

  /** Starts the run of a response that has waited. Its input comes after all that was said while it waited. */
  #startStored(id: ResponseId): void {
    const { storage, tables, responses, kernel } = this.#parts;
    const response = responses.find(id);
    if (!response) return tables.turns.remove(id);
    try {
      storage.transactionSync(() => {
        const workflow = this.#readWorkflow(response);
        tables.turns.remove(id);
        tables.items.join(id);
        beginRun({ kernel: kernel(), responses }, response, workflow);
      });
    } catch (error) {
      logger.failed("response.begin.failed", error, { responseId: id });
      this.#end(id, { facts: [], outcome: CANNOT_BEGIN });
      return;
    }
    kernel().wake();
  }

  #readWorkflow({ id, request: { workflow: version } }: LiveResponse) {
    const definitions = this.#parts.tables.turns.definitions(id);
    return version && definitions ? { version, ...definitions } : null;
  }

  /** Ends a response that waits, without a run. */
  #end(id: ResponseId, end: AnswerEnd): void {
    const { storage, tables, responses, open, kernel } = this.#parts;
    const now = Date.now();
    storage.transactionSync(() => {
      const response = responses.find(id);
      tables.turns.remove(id);
      if (response) {
        open.remove(response, now);
        responses.settle(response, end, now);
      }
      kernel().arm();
    });
  }
}

const CANNOT_BEGIN: AnswerEnd["outcome"] = {
  type: "failed",
  code: "server_error",
  message: "The answer could not begin after its wait for the conversation. Ask again.",
};

async function join(held: HeldTurn, client: ClientConnection): Promise<Begun> {
  held.join(client);
  return await held.begun;
}

/** Marks the result of a request as one that an earlier request has created. */
const repeat = (begun: Begun): Begun =>
  begun.ok ? ok({ ...begun.value, isReplayed: true }) : begun;
