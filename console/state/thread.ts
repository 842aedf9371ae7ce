import { computed, effect, signal } from "@preact/signals";

import { call, isMissing, open } from "../api/client.ts";
import type { ConversationResponse, Filter, Item, ModelResponse } from "../api/operations.ts";
import { newRequestKey } from "../api/request-key.ts";
import { catchUp } from "./catch-up.ts";
import { keepUnsent, readUnsent } from "./drafts.ts";
import { type FollowedTurn, followQuestion, followResponse } from "./follow-answer.ts";
import { isOpen, listApart, mergeTurns, orderTurns } from "./merge-turns.ts";
import { readQuestion } from "./question.ts";
import { INCLUDE, itemsOf, newTurn, readItemPage, recordOf, type Turn } from "./turn.ts";

/**
 * The options of a question: the stores to search, the model that answers (null for the default), and a filter of files
 * (null for none).
 */
export type AskOptions = {
  readonly stores: readonly string[];
  readonly model: string | null;
  readonly filters: Filter | null;
};

type Body = NonNullable<Parameters<typeof call<"POST /v1/responses">>[1]["body"]>;

/** Number of turns whose responses are read when a conversation is opened; those before show their text alone. */
const RESPONSES_READ = 20;

/**
 * A conversation as the screen shows it. It lives as long as the page, so answers go on while other screens are open.
 * What was asked here is followed from the beginning; what happens elsewhere is read when the conversation has another
 * version, and an answer in progress is followed then.
 */
export class Thread {
  readonly id: string;
  readonly turns = signal<readonly Turn[]>([]);
  /** False until the turns that the service has are read. */
  readonly isLoaded = signal(false);
  readonly error = signal<unknown>(undefined);
  /** Number of the answers whose events are read. */
  readonly #followed = signal(0);
  /** True while the events of an answer are read, which say more than the versions of the conversation. */
  readonly isFollowing = computed(() => this.#followed.value > 0);
  #items: readonly Item[] = [];
  #responses: readonly ConversationResponse[] = [];
  #version: string | null = null;
  /** The last reading or taking, after which the next one begins. */
  #last: Promise<void> = Promise.resolve();
  /** True if the answer is to be stopped as soon as its id is known. */
  #isStopping = false;
  /** True while the last turn is taken out of the conversation. */
  #isTaking = false;

  constructor(id: string) {
    this.id = id;
    this.turns.value = readUnsent(id);
    effect(() => keepUnsent(id, this.turns.value));
  }

  /** True while an answer is being made, here or elsewhere. */
  get isBusy(): boolean {
    return this.turns.value.some(({ state }) => state !== "done");
  }

  /** Reads what has changed, if the conversation has another version than the one that was read. */
  show(version: string): void {
    if (version === this.#version) return;
    this.#version = version;
    void this.read();
  }

  /** Reads what has changed. An error is shown. */
  async read(): Promise<void> {
    await this.#inTurn(() => this.#read()).catch((error) => this.#fail(error));
  }

  /** Shows the error by which the conversation cannot be watched, if nothing else shows it. */
  noteError(error: unknown): void {
    if (isMissing(error) || !this.isLoaded.value) this.error.value = error;
  }

  /** Asks a question, and shows its answer while it is written. */
  async ask(question: string, options: AskOptions): Promise<void> {
    const turn = newTurn(crypto.randomUUID(), question);
    this.#isStopping = false;
    this.turns.value = [...this.turns.value, turn];
    this.isLoaded.value = true;
    // Under its key the question is one, however often it is sent.
    const headers = { "idempotency-key": newRequestKey() };
    const body = makeBody(this.id, question, options);
    const send = () => open("POST /v1/responses", { body }, headers);
    await this.#follow(turn.key, (followed) => followQuestion(followed, send));
    // A question that was refused has no answer to stop, and that of another tab is not meant.
    this.#isStopping = false;
  }

  /** Stops the answer that is being made. What has been written of it stays. */
  async stop(): Promise<void> {
    const id = this.turns.value.find(({ state }) => state !== "done")?.responseId;
    this.#isStopping = !id;
    if (id) await call("POST /v1/responses/{response_id}/cancel", { path: { response_id: id } });
  }

  /**
   * Takes the last turn out of the conversation, so that its question can be asked again. Returns the question, or null
   * while it is being taken out already.
   */
  async takeLast(): Promise<string | null> {
    const last = this.turns.value.at(-1);
    if (!last || this.#isTaking) return null;
    this.#isTaking = true;
    try {
      await this.#inTurn(() => this.#take(last));
    } finally {
      this.#isTaking = false;
    }
    return last.question;
  }

  async #take(turn: Turn): Promise<void> {
    const items = await catchUp(this.#items, (page) => readItemPage(this.id, page));
    const own = itemsOf(turn, items);
    for (const { id } of own) {
      const path = { conversation_id: this.id, item_id: id };
      await call("DELETE /v1/conversations/{conversation_id}/items/{item_id}", { path });
    }
    // A response without items in the conversation is a turn of its own.
    if (own.length === 0 && turn.responseId !== null) await removeResponse(turn.responseId);
    this.turns.value = this.turns.value.filter(({ key }) => key !== turn.key);
  }

  /** Does one thing after the other: a list that was read before something was taken out would bring it back. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    await done;
  }

  async #read(): Promise<void> {
    const path = { conversation_id: this.id };
    const [items, responses] = await Promise.all([
      catchUp(this.#items, (page) => readItemPage(this.id, page)),
      catchUp(this.#responses, (query) =>
        call("GET /v1/conversations/{conversation_id}/responses", { path, query }),
      ),
    ]);
    const apart = await Promise.all(listApart(items, responses).map((one) => this.#readApart(one)));
    const read = orderTurns(items, apart, responses);
    this.turns.value = mergeTurns(this.turns.value, read, this.#responses);
    [this.#items, this.#responses] = [items, responses];
    this.error.value = undefined;
    this.isLoaded.value = true;
    this.#followOpen();
    const last = this.turns.value.slice(-RESPONSES_READ);
    await Promise.all(last.map((turn) => this.#readResponse(turn)));
  }

  #fail(error: unknown): void {
    // The next version is read, even if it is the same.
    this.#version = null;
    this.error.value = error;
  }

  /** Makes the turn of a response whose items are not in the conversation. */
  async #readApart(listed: ConversationResponse): Promise<Turn> {
    const { id } = listed;
    const shown = this.turns.value.find(({ responseId }) => responseId === id);
    const question = shown?.question ?? (await readQuestion(id));
    return { ...newTurn(id, question), responseId: id, state: isOpen(listed) ? "waiting" : "done" };
  }

  async #readResponse(read: Turn): Promise<void> {
    const id = recordOf(read);
    if (id === null || read.response !== null || read.isForgotten || read.state !== "done") return;
    const response = await findResponse(id);
    this.turns.value = this.turns.value.map((turn) => {
      if (recordOf(turn) !== id || turn.state !== "done") return turn;
      // After a response was deleted, its text is still in the conversation.
      if (!response) return { ...turn, isForgotten: true };
      // What was copied is in this conversation, and can be changed here.
      const output = turn.originId === null ? response.output : turn.output;
      return { ...turn, response, output };
    });
  }

  /** Follows the first answer that is being made elsewhere: the others wait for its end. */
  #followOpen(): void {
    if (this.isFollowing.value) return;
    const first = this.turns.value.find(({ state }) => state === "waiting");
    if (!first?.responseId) return;
    const { key, responseId } = first;
    void this.#follow(key, (followed) => followResponse(followed, responseId));
  }

  async #follow(key: string, work: (turn: FollowedTurn) => Promise<void>): Promise<void> {
    const read = () => this.turns.value.find((turn) => turn.key === key);
    const change = (edit: (turn: Turn) => Turn) => {
      this.turns.value = this.turns.value.map((turn) => (turn.key === key ? edit(turn) : turn));
    };
    const noteEvent = async () => {
      if (this.#isStopping && read()?.responseId) await this.stop();
    };
    this.#followed.value += 1;
    try {
      await work({ read, change, noteEvent });
    } catch (error) {
      change((turn) => ({ ...turn, state: "done", error }));
    }
    this.#followed.value -= 1;
  }
}

/** Reads a response; null if it was deleted. */
async function findResponse(id: string): Promise<ModelResponse | null> {
  try {
    const query = { include: [...INCLUDE] };
    return await call("GET /v1/responses/{response_id}", { path: { response_id: id }, query });
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function removeResponse(id: string): Promise<void> {
  try {
    await call("DELETE /v1/responses/{response_id}", { path: { response_id: id } });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function makeBody(
  conversation: string,
  question: string,
  { stores, model, filters }: AskOptions,
): Body {
  const search = { type: "file_search" as const, vector_store_ids: [...stores] };
  const tool = filters ? { ...search, filters } : search;
  return {
    input: question,
    conversation,
    include: [...INCLUDE],
    stream: true,
    // A background response can be cancelled and continues when the page is closed. `priority`: a person waits for it.
    background: true,
    service_tier: "priority",
    ...(model !== null && { model }),
    ...(stores.length > 0 && { tools: [tool] }),
  };
}
