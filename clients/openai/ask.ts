import assert from "node:assert/strict";

import type {
  Response,
  ResponseInputItem,
  ResponseOutputItem,
  ResponseStreamEvent,
} from "openai/resources/responses/responses";

import type { Call } from "../call.ts";
import { BUILT_IN, LEAVE, type Turn, type World } from "../world.ts";

/** The body of a question that the store answers. */
export const ask = ({ storeId }: World, question = LEAVE.question) => ({
  model: BUILT_IN,
  input: question,
  tools: [{ type: "file_search" as const, vector_store_ids: [storeId] }],
});

/** Checks an answer from the store, with its citation. */
export function assertCited(response: Response, { answer, filename }: Turn = LEAVE): void {
  assert.equal(response.status, "completed");
  const parts = response.output.flatMap((item) => (item.type === "message" ? item.content : []));
  const texts = parts.flatMap((part) => (part.type === "output_text" ? [part] : []));
  assert.match(texts.map(({ text }) => text).join(""), answer);
  const [first] = texts.flatMap(({ annotations }) => annotations);
  assert.equal(first?.type === "file_citation" && first.filename, filename);
}

/** Reads a stream or all pages of a list. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

/** Reads items as a program does that kept them as JSON; the package has different types for the two ways. */
export const sendBack = (items: readonly ResponseOutputItem[]): ResponseInputItem[] =>
  JSON.parse(JSON.stringify(items));

/** Joins the pieces of the text. */
export const readText = (events: readonly ResponseStreamEvent[]): string =>
  events
    .flatMap((event) => (event.type === "response.output_text.delta" ? [event.delta] : []))
    .join("");

/** A call of `responses.create` with the question and these options, whose answer must have its citation. */
export const answers = (name: string, options: object): Call => ({
  name: `responses.create({${name}})`,
  run: async (world) =>
    assertCited(await world.openai.responses.create({ ...ask(world), ...options, stream: false })),
});

/** A call of `responses.create` with the question and these options, which is refused. */
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
