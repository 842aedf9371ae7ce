import type { OpenAI } from "openai";
import { z } from "zod";

import { fillStore } from "../../scripts/client/fill-store.ts";
import { watchAnswer } from "../../scripts/client/watch-answer.ts";
import { ProgressBar } from "../../scripts/terminal/progress-bar.ts";

/** Number of stream events that each conversation or response of the benchmark has, at least. */
export const EVENTS = 10_000;

const TEXT = `The harbour opens at six in the morning and closes at nine in the evening.

Boats longer than twenty metres need a pilot. The mooring fee is 30 euros a night.
`;

/** A conversation or response with many events, and the URL paths whose first GET is timed. */
export type Subject = {
  readonly what: string;
  readonly events: number;
  readonly paths: readonly string[];
};

/**
 * Creates a conversation whose responses have `EVENTS` events in total. Each is answered from a document, with
 * citations.
 */
export async function holdConversation(client: OpenAI): Promise<Subject> {
  const documents = [{ name: "harbour.md", text: TEXT }];
  const options = { storeName: "harbour", clients: 1, onProgress: () => {} };
  const { storeId } = await fillStore(client, documents, options);
  const { id } = await client.conversations.create();
  const bar = new ProgressBar("turns");
  const request = {
    model: "extractive-1",
    input: "When does the harbour open, and who needs a pilot?",
    tools: [{ type: "file_search", vector_store_ids: [storeId] }],
    conversation: id,
  };
  let [events, turns, response] = [0, 0, ""];
  for (; events < EVENTS; turns++) {
    for await (const event of watchAnswer(client, request)) {
      events++;
      response = event.response?.id ?? response;
    }
    bar.show(events, EVENTS);
  }
  bar.end(`${events} events of ${turns} turns`);
  return {
    what: `a conversation of ${turns} turns`,
    events,
    paths: [
      `/responses/${response}`,
      `/conversations/${id}/items`,
      `/conversations/${id}`,
      `/responses/${response}?stream=true`,
    ],
  };
}

/** Creates one response with about `EVENTS` events, since the scripted model answers in `EVENTS` sentences. */
export async function holdResponse(client: OpenAI): Promise<Subject> {
  const request = { model: "talker", input: "Tell me everything." };
  let [events, id] = [0, ""];
  for await (const event of watchAnswer(client, request)) {
    events++;
    id = event.response?.id ?? id;
  }
  return {
    what: "one long response",
    events,
    paths: [`/responses/${id}`, `/responses/${id}?stream=true`],
  };
}

const Begun = z.object({ id: z.string() });

/**
 * Creates a response with `EVENTS` events that stays in progress, so that a Durable Object that was just loaded must
 * compute it from stored events.
 */
export async function holdOpenResponse(client: OpenAI): Promise<Subject> {
  const body = { model: "talker", input: "Tell me everything. #stalls", background: true };
  const { id } = Begun.parse(await client.post("/responses", { body }));
  const Answer = z.object({ output: z.array(z.unknown()), output_text: z.string().optional() });
  let said = "";
  for (;;) {
    const now = JSON.stringify(Answer.parse(await client.get(`/responses/${id}`)));
    if (now === said && now.includes("sentence")) break;
    said = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return {
    what: "one long response, in progress",
    events: (said.match(/This is sentence/g) ?? []).length,
    paths: [`/responses/${id}`],
  };
}
