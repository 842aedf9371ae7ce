import { signal } from "@preact/signals";

import { ApiError, call, open } from "../api/client.ts";
import { readEvents } from "../api/events.ts";
import type { Filter } from "../api/operations.ts";
import { applyEvent } from "./answer-events.ts";
import { keepPending, readPending } from "./pending-answer.ts";
import { untilSignedIn } from "./session.ts";
import { groupTurns, INCLUDE, itemsOf, newTurn, readItems, type Turn } from "./turn.ts";

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

/** Sends a request, and returns its stream of events. */
type Send = () => Promise<Response>;

/** Number of turns whose responses are read when a conversation is opened; those before show their text alone. */
const RESPONSES_READ = 20;
/**
 * Delays before each attempt to reopen a broken connection, in milliseconds. They sum to about two minutes, enough for
 * a restart of the service.
 */
const RECONNECT_MS = [500, 1_000, 2_000, 4_000, ...Array.from({ length: 14 }, () => 8_000)];

/** A conversation as the screen shows it. It lives as long as the page, so answers go on while other screens are open. */
export class Thread {
  readonly id: string;
  readonly turns = signal<readonly Turn[]>([]);
  /** False until the turns that the service has are read. */
  readonly isLoaded = signal(false);
  readonly error = signal<unknown>(undefined);
  /** True if the answer is to be stopped as soon as its id is known. */
  #isStopping = false;
  /** True while the last turn is taken out of the conversation. */
  #isTaking = false;

  constructor(id: string) {
    this.id = id;
  }

  /** True while an answer is being made. */
  get isBusy(): boolean {
    return this.turns.value.some(({ state }) => state !== "done");
  }

  /** Reads the conversation from the service, and goes on with an answer that was in progress when the page was left. */
  async load(): Promise<void> {
    this.error.value = undefined;
    try {
      const items = await readItems(this.id);
      const read = groupTurns(items);
      this.turns.value = [...read, ...this.turns.value.filter(({ state }) => state !== "done")];
      this.isLoaded.value = true;
      await Promise.all(read.slice(-RESPONSES_READ).map((turn) => this.#readResponse(turn)));
      await this.#resume();
    } catch (error) {
      this.error.value = error;
    }
  }

  /** Asks a question, and shows its answer while it is written. */
  async ask(question: string, options: AskOptions): Promise<void> {
    const index = this.turns.value.length;
    this.#isStopping = false;
    this.turns.value = [...this.turns.value, newTurn(question)];
    this.isLoaded.value = true;
    // Under its key the question is one, however often it is sent.
    const headers = { "idempotency-key": crypto.randomUUID() };
    const body = makeBody(this.id, question, options);
    const send = () => open("POST /v1/responses", { body }, headers);
    try {
      await this.#follow(index, await this.#send(index, send), send);
    } catch (error) {
      this.#end(index, error);
    }
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
      for (const { id } of itemsOf(last, await readItems(this.id))) {
        const path = { conversation_id: this.id, item_id: id };
        await call("DELETE /v1/conversations/{conversation_id}/items/{item_id}", { path });
      }
      this.turns.value = this.turns.value.slice(0, -1);
    } finally {
      this.#isTaking = false;
    }
    return last.question;
  }

  async #readResponse({ responseId }: Turn): Promise<void> {
    if (responseId === null) return;
    const path = { response_id: responseId };
    try {
      const query = { include: [...INCLUDE] };
      const response = await call("GET /v1/responses/{response_id}", { path, query });
      this.turns.value = this.turns.value.map((turn) =>
        turn.responseId === responseId ? { ...turn, response, output: response.output } : turn,
      );
    } catch (error) {
      // After a response was deleted, its text is still in the conversation.
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  async #resume(): Promise<void> {
    const pending = readPending(this.id);
    if (!pending || this.turns.value.some(({ responseId }) => responseId === pending.responseId))
      return;
    const index = this.turns.value.length;
    this.turns.value = [
      ...this.turns.value,
      { ...newTurn(pending.question), responseId: pending.responseId, state: "reconnecting" },
    ];
    await this.#reconnect(index, -1, sendNothing);
  }

  /** Sends a question. Where the service does not answer, it may have taken it all the same: then it is sent again. */
  async #send(index: number, send: Send): Promise<Response> {
    try {
      return await send();
    } catch (error) {
      if (!navigator.onLine) throw error;
      await outlast(error);
      return await this.#connect(index, send);
    }
  }

  /**
   * Shows the events of a response until its end. Where the connection breaks, it is opened again where it was; before
   * the first event, the question is sent again.
   */
  async #follow(index: number, response: Response, send: Send): Promise<void> {
    let last = -1;
    try {
      for await (const event of readEvents(response)) {
        last = readNumber(event.data) ?? last;
        this.#change(index, (turn) => applyEvent(turn, event.data));
        const turn = this.turns.value[index];
        if (turn?.responseId && this.#isStopping) await this.stop();
        if (turn?.responseId) keepPending(this.id, { ...turn, responseId: turn.responseId });
      }
    } catch (error) {
      await outlast(error);
    }
    if (this.turns.value[index]?.state === "done") keepPending(this.id, null);
    else await this.#reconnect(index, last, send);
  }

  async #reconnect(index: number, after: number, send: Send): Promise<void> {
    const id = this.turns.value[index]?.responseId;
    const query = { stream: "true" as const, starting_after: after, include: [...INCLUDE] };
    const resume = (path: { response_id: string }) =>
      open("GET /v1/responses/{response_id}", { path, query });
    const response = await this.#connect(index, id ? () => resume({ response_id: id }) : send);
    await this.#follow(index, response, send);
  }

  /** Calls `begin` until it is answered, for as long as a restart of the service takes. */
  async #connect(index: number, begin: Send): Promise<Response> {
    for (const delay of RECONNECT_MS) {
      this.#change(index, (turn) => ({ ...turn, state: "reconnecting" }));
      await new Promise((resolve) => setTimeout(resolve, delay));
      try {
        return await begin();
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) keepPending(this.id, null);
        await outlast(error);
      }
    }
    throw new ApiError(0, "unreachable", NOT_READ);
  }

  #end(index: number, error: unknown): void {
    this.#change(index, (turn) => ({ ...turn, state: "done", error }));
  }

  #change(index: number, edit: (turn: Turn) => Turn): void {
    this.turns.value = this.turns.value.map((turn, at) => (at === index ? edit(turn) : turn));
  }
}

const NOT_READ =
  "The service does not answer. If it has taken the question, the answer goes on there: reload the page to see it once the service is back.";

/** In the place of a question that a page which is gone has sent. */
const sendNothing: Send = () => Promise.reject(new ApiError(0, "unreachable", NOT_READ));

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

function readNumber(data: unknown): number | null {
  if (typeof data !== "object" || data === null || !("sequence_number" in data)) return null;
  return typeof data.sequence_number === "number" ? data.sequence_number : null;
}

/** Returns once the stream that ended with an error can be opened again. Throws any error that stays. */
async function outlast(error: unknown): Promise<void> {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) await untilSignedIn();
  else if (error.status > 0 && error.status < 500) throw error;
}
