import assert from "node:assert/strict";

import type {
  Response,
  ResponseInputItem,
  ResponseOutputItem,
  ResponseStreamEvent,
} from "openai/resources/responses/responses";

import type { Call } from "../call.ts";
import { BUILT_IN, LEAVE, type Turn, type World } from "../world.ts";

/** Makes the body of a request for a response that answers a question from the test store. */
export const ask = ({ storeId }: World, question = LEAVE.question) => ({
  model: BUILT_IN,
  input: question,
  tools: [{ type: "file_search" as const, vector_store_ids: [storeId] }],
});

/** Asserts that a response is completed, has the answer to a test question, and cites the file that has the answer. */
export function assertCited(response: Response, { answer, filename }: Turn = LEAVE): void {
  assert.equal(response.status, "completed");
  const parts = response.output.flatMap((item) => (item.type === "message" ? item.content : []));
  const texts = parts.flatMap((part) => (part.type === "output_text" ? [part] : []));
  assert.match(texts.map(({ text }) => text).join(""), answer);
  const [first] = texts.flatMap(({ annotations }) => annotations);
  assert.equal(first?.type === "file_citation" && first.filename, filename);
}

/** Collects all events of a stream, or the items of all pages of a list. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

/**
 * Converts the output items of a response to input items of the next request, as a program does that stored them as
 * JSON. The package `openai` has different types for the two.
 */
export const sendBack = (items: readonly ResponseOutputItem[]): ResponseInputItem[] =>
  JSON.parse(JSON.stringify(items));

/** Joins the text deltas among the events of a streamed response. */
export const readText = (events: readonly ResponseStreamEvent[]): string =>
  events
    .flatMap((event) => (event.type === "response.output_text.delta" ? [event.delta] : []))
    .join("");

/**
 * Makes a test call of `responses.create` with these options: a question about the test store, whose answer must cite
 * the right file.
 */
export const answers = (name: string, options: object): Call => ({
  name: `responses.create({${name}})`,
  run: async (world) =>
    assertCited(await world.openai.responses.create({ ...ask(world), ...options, stream: false })),
});

/**
 * Makes a test call of `responses.create` with these options, which the service must refuse with status 400.
 * `documented` is the text of docs/compatibility.md that names what is refused.
 */
export const refuses = (
  name: string,
  options: object,
  param: string,
  documented: string,
): Call => ({
  name: `responses.create({${name}})`,
  refused: { status: 400, param, documented },
  run: (world) => world.openai.responses.create({ ...ask(world), ...options, stream: false }),
});
