import { abortAllDurableObjects } from "cloudflare:test";
import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { beforeAll, describe, inject, it } from "vitest";

import { checkByBoth } from "../official-description.ts";
import { createProject, type TestProject } from "../project.ts";
import { openSocket } from "../sockets/socket.ts";
import { useScriptedModel } from "./answering-project.ts";
import { collect } from "./collect.ts";

const MODEL = "strictly";
const ORDER = {
  name: "order",
  strict: true,
  parameters: {
    type: "object",
    properties: { note: { type: "string" }, count: { type: "integer" } },
    required: ["note", "count"],
    additionalProperties: false,
  },
};
const tools = [{ type: "function" as const, ...ORDER }];
const chatTools = [{ type: "function" as const, function: ORDER }];
const WHOLE = '{"note":"one two","count":2}';

let project: TestProject;
beforeAll(async () => {
  useScriptedModel(MODEL);
  project = await createProject();
});

const findFaults = await checkByBoth();

/** Makes a question whose answer waits for `openGate`. */
const gated = (script: string) => `Order ${crypto.randomUUID()} #${script}`;
/** Lets the model write the rest of its call. */
async function openGate(question: string) {
  const url = new URL(inject("openAiServer").replace(/v1$/, "open"));
  url.searchParams.set("gate", question);
  await fetch(url);
}

type Piece = { readonly type: string; readonly delta?: unknown };
const isDelta = ({ type }: Piece) => type === "response.function_call_arguments.delta";
const join = (events: readonly Piece[]) =>
  events.flatMap((event) => (isDelta(event) ? [event.delta] : [])).join("");

const joinChunks = (chunks: readonly ChatCompletionChunk[]) =>
  chunks
    .flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])
    .map((call) => call.function?.arguments ?? "")
    .join("");

/** Reads a stream, and lets the model go on once `isThere` is true of what has arrived. */
async function readGated<Event>(
  stream: AsyncIterable<Event>,
  question: string,
  isThere: (events: readonly Event[]) => boolean,
): Promise<Event[]> {
  const events: Event[] = [];
  let isOpen = false;
  for await (const event of stream) {
    events.push(event);
    if (isOpen || !isThere(events)) continue;
    isOpen = true;
    await openGate(question);
  }
  if (!isOpen) throw new Error("The stream has ended before the gate was opened");
  return events;
}

const BEGINNING = '{"note":"one ';
const create = async (input: string, more: object = {}) =>
  await project.client.responses.create({ model: MODEL, input, tools, stream: true, ...more });

describe("the arguments of a strict function", () => {
  it.for<[string, object]>([
    ["a response", {}],
    ["one that is not stored", { store: false }],
    ["one in the background", { background: true }],
  ])("arrive while the model writes them: %s", async ([_name, more], { expect }) => {
    const question = gated("strict-gated");
    const stream = await create(question, more);
    const events = await readGated(stream, question, (seen) => join(seen) === BEGINNING);

    expect(join(events)).toBe(WHOLE);
    for (const event of events) {
      expect(findFaults(event.type, event)).toEqual([]);
    }
    expect(events.findLast(({ type }) => type === "response.output_item.done")).toMatchObject({
      item: { type: "function_call", status: "completed", arguments: WHOLE },
    });
    expect(events.at(-1)?.type).toBe("response.completed");
  });

  it("arrive in a chat completion", async ({ expect }) => {
    const question = gated("strict-gated");
    const stream = await project.client.chat.completions.create({
      model: MODEL,
      messages: [{ role: "user", content: question }],
      tools: chatTools,
      stream: true,
    });
    const chunks = await readGated(stream, question, (seen) => joinChunks(seen) === BEGINNING);

    expect(joinChunks(chunks)).toBe(WHOLE);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
  });

  it("arrive on a WebSocket", async ({ expect }) => {
    const question = gated("strict-gated");
    const socket = await openSocket(project);
    socket.send({ type: "response.create", model: MODEL, input: question, tools });
    await socket.find(0, () => join(socket.frames) === BEGINNING);
    await openGate(question);
    await socket.find(0, ({ type }) => type === "response.completed");

    expect(join(socket.frames)).toBe(WHOLE);
  });

  it("arrive where a reader goes on after a piece, by its number", async ({ expect }) => {
    const question = gated("strict-gated");
    const first = await create(question, { background: true });
    const seen: ResponseStreamEvent[] = [];
    for await (const event of first) {
      seen.push(event);
      if (isDelta(event)) break;
    }
    const id = seen[0]?.type === "response.created" ? seen[0].response.id : "";
    const after = seen.at(-1)?.sequence_number ?? 0;
    const rest = await project.client.responses.retrieve(id, {
      stream: true,
      starting_after: after,
    });
    await openGate(question);
    const events = [...seen, ...(await collect(rest))];

    expect(join(events)).toBe(WHOLE);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, at) => at));
  });

  it("arrive of each call, once the one before it is sure", async ({ expect }) => {
    const question = gated("strict-gated-second");
    const both = [...tools, { ...ORDER, type: "function" as const, name: "also" }];
    const stream = await create(question, { tools: both });
    const sofar = '{"note":"one","count":1}{"note":"t';
    const events = await readGated(stream, question, (seen) => join(seen) === sofar);
    const done = events.filter(({ type }) => type === "response.output_item.done");

    expect(join(events)).toBe(`${sofar}wo","count":2}`);
    expect(done).toMatchObject([
      { item: { name: "order", status: "completed", arguments: '{"note":"one","count":1}' } },
      { item: { name: "also", status: "completed", arguments: '{"note":"two","count":2}' } },
    ]);
  });
});

describe("a strict call whose end does not match", () => {
  it("is completed in its item, and in its place of a chat completion", async ({ expect }) => {
    const events = await collect(await create(gated("strict-continues")));
    const chunks = await collect(
      await project.client.chat.completions.create({
        model: MODEL,
        messages: [{ role: "user", content: gated("strict-continues") }],
        tools: chatTools,
        stream: true,
      }),
    );
    const added = events.filter(({ type }) => type === "response.output_item.added");

    expect(added).toHaveLength(1);
    expect(JSON.parse(join(events))).toEqual({ note: "ré", count: 2 });
    expect(JSON.parse(joinChunks(chunks))).toEqual({ note: "ré", count: 2 });
    expect(events.at(-1)).toMatchObject({
      type: "response.completed",
      response: { output: [{ status: "completed", arguments: '{"note": "ré","count":2}' }] },
    });
  });

  it("is whole for a client that parses it", async ({ expect }) => {
    const question = gated("strict-continues");
    const stream = project.client.responses.stream({ model: MODEL, input: question, tools });
    const { output } = await stream.finalResponse();

    expect(output).toMatchObject([{ parsed_arguments: { note: "ré", count: 2 } }]);
  });

  it("fails the response if the model does not go on from there", async ({ expect }) => {
    const events = await collect(await create(gated("strict-differs")));
    const message = expect.stringContaining("Their beginning was sent already");
    const chat = project.client.chat.completions.create({
      model: MODEL,
      messages: [{ role: "user", content: gated("strict-differs") }],
      tools: chatTools,
    });

    expect(events.at(-1)).toMatchObject({
      type: "response.failed",
      response: {
        error: { code: "server_error", message },
        output: [{ type: "function_call", status: "incomplete", arguments: '{"note": "ré"' }],
      },
    });
    await expect(chat).rejects.toMatchObject({ status: 503, message });
  });
});

/** Streams an answer whose object is reset once a piece of its call has arrived. */
async function interrupt(script: string) {
  const stream = await create(gated(script));
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) {
    if (isDelta(event) && !events.some(isDelta)) await abortAllDurableObjects();
    events.push(event);
  }
  return events;
}
const itemsOf = (events: readonly ResponseStreamEvent[]) =>
  events.flatMap((event) => (event.type === "response.output_item.done" ? [event.item] : []));

describe("a strict call that is interrupted in the middle", () => {
  it("goes on in its item when the model makes the same call again", async ({ expect }) => {
    const events = await interrupt("strict-pauses-once");

    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_one, at) => at));
    expect(join(events)).toBe('{"note":"one","count":2}');
    expect(itemsOf(events)).toMatchObject([
      { status: "completed", arguments: '{"note":"one","count":2}' },
    ]);
  });

  it("ends as incomplete when the model makes another call", async ({ expect }) => {
    const events = await interrupt("strict-wavers-once");

    expect(itemsOf(events)).toMatchObject([
      { status: "incomplete", arguments: '{"note":"on' },
      { status: "completed", arguments: '{"note":"two","count":2}' },
    ]);
    expect(events.at(-1)?.type).toBe("response.completed");
  });
});
