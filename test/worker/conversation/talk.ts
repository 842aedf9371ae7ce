import { runInDurableObject } from "cloudflare:test";
import { vi } from "vitest";

import { DECISION } from "../runs/workflow-project.ts";
import { createAnsweringProject, openConversationStub } from "./answering-project.ts";

const DECIDED = { payload: true, actor: "ann", reason: "fine" };
/** The question and the number of items before it. */
const ANSWER = "${ input.question } after ${ string(size(input.history)) }";

/** Member of a request for a response in the background. */
export const background = { background: true };

/** The workflow of an answer that waits for a signal. */
export const HELD = { approval: DECISION };

/** Waits until the conversation object has seen the requests that were sent, which no one can ask it. */
export const settle = () => scheduler.wait(50);

/** A conversation in a project of its own, with functions that send requests to it. */
export type Talk = Awaited<ReturnType<typeof createTalk>>;

/** Creates a conversation whose responses answer with the question and the number of items before it. */
export async function createTalk(settings: object = {}) {
  const project = await createAnsweringProject();
  const held = await project.save(HELD, ANSWER);
  const say = { use: "transform@1", with: { value: "x" } };
  const quick = await project.save({ say }, ANSWER);
  const created = await project.post("/conversations", settings);
  const { id: conversation }: { id: string } = await created.json();
  const { responses, conversations } = project.client;
  const ask = (input: string, more: object = {}) => ({
    model: "extractive-1",
    input,
    conversation,
    ...quick,
    ...more,
  });
  /** Begins a response that is in progress until `decide` is called. */
  const begin = async () => {
    const { id } = await responses.create(ask("one", { ...held, ...background }));
    await project.until(id, (run) => run.waiting_for.length > 0);
    return id;
  };
  const decide = (id: string) => project.post(`/runs/${id}/signals/approval`, DECIDED);
  const send = (input: string, more: object = {}) => responses.create(ask(input, more));
  /** Sends a request and returns its HTTP status, with the headers that say when to repeat it. */
  const sendRaw = async (input: string, more: object = {}) => {
    const response = await project.post("/responses", ask(input, more));
    const { error }: { error?: { code: string } } = await response.json();
    return {
      status: response.status,
      code: error?.code,
      retryAfter: response.headers.get("retry-after"),
      shouldRetry: response.headers.get("x-should-retry"),
    };
  };
  const read = (id: string) => responses.retrieve(id);
  const status = async (id: string) => (await read(id)).status;
  const untilStatus = (id: string, expected: string) =>
    vi.waitUntil(async () => (await status(id)) === expected, { timeout: 10_000, interval: 10 });
  /** The texts of the conversation's items, oldest first. */
  const texts = async () => {
    const page = await conversations.items.list(conversation, { order: "asc" });
    return page.data.flatMap((item) =>
      item.type === "message" ? item.content.map((part) => ("text" in part ? part.text : "")) : [],
    );
  };
  /** Crashes the conversation object. The Worker's calls of it fail as they do when a connection is lost. */
  const crash = async () => {
    const stub = openConversationStub(project, conversation);
    const crashed = runInDurableObject(stub, (_object, state) =>
      state.abort("Network connection lost."),
    );
    await crashed.catch(() => {});
  };
  const turns = { begin, decide, send, sendRaw, read, status, untilStatus, texts, crash };
  return { project, conversation, held, quick, ask, ...turns };
}
