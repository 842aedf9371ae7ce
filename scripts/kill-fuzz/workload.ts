import { setTimeout as wait } from "node:timers/promises";

import { NotFoundError, toFile, type OpenAI } from "openai";

import { concurrently } from "../client/concurrently.ts";
import { persist } from "./persist.ts";

const CLIENTS = 4;
const ATTACH_AT_ONCE = 10;
const SETTLE_MS = 180_000;

/** A file that the kill fuzz has uploaded. `part` is a word that only this file has. */
export type Uploaded = {
  readonly fileId: string;
  readonly part: string;
  readonly deleted: boolean;
};

/** Makes the options of a call that is repeated until it is answered, and has its effect once. */
const once = (key: string) => ({ headers: { "Idempotency-Key": key } });

/**
 * Uploads `files` files and attaches them to a vector store while the service is killed again and again, and deletes
 * every tenth file soon after. Each call is repeated under its key until it is answered.
 */
export async function ingest(client: OpenAI, storeId: string, files: number): Promise<Uploaded[]> {
  const numbers = Array.from({ length: files }, (_, number) => number);
  const groups = Array.from({ length: Math.ceil(files / ATTACH_AT_ONCE) }, (_, group) =>
    numbers.slice(group * ATTACH_AT_ONCE, (group + 1) * ATTACH_AT_ONCE),
  );
  const uploaded = await concurrently(groups, CLIENTS, async (group) => {
    const own: Uploaded[] = [];
    for (const number of group) {
      const part = partName(number);
      const content = Buffer.from(manual(part, number));
      const { id } = await persist(async () => {
        const file = await toFile(content, `${part}.md`);
        return await client.files.create({ file, purpose: "assistants" }, once(`file ${number}`));
      });
      own.push({ fileId: id, part, deleted: number % 10 === 3 });
    }
    const fileIds = own.map(({ fileId }) => fileId);
    const batch = { file_ids: fileIds };
    const key = once(`batch ${group[0]}`);
    await persist(() => client.vectorStores.fileBatches.create(storeId, batch, key));
    for (const { fileId, deleted } of own) {
      if (deleted) await persist(() => deleteFile(client, fileId));
    }
    return own;
  });
  return uploaded.flat();
}

/** A question: the conversation in which it was asked, and the ids of the responses that its requests got. */
export type Asked = { readonly conversation: string; readonly responses: ReadonlySet<string> };

/**
 * Asks each of `questions` questions in a conversation of its own. The requests for a conversation and for a response
 * are repeated under their keys until they are answered; then the response is asked for once more. Every second question
 * waits for its answer, the others are answered in the background.
 */
export async function askAll(client: OpenAI, storeId: string, questions: number): Promise<Asked[]> {
  const numbers = Array.from({ length: questions }, (_, number) => number);
  return await concurrently(numbers, CLIENTS, async (number) => {
    const created = await persist(() => client.conversations.create({}, once(`talk ${number}`)));
    const body = {
      model: "extractive-1",
      input: `What is the torque of part ${partName(number)}?`,
      conversation: created.id,
      background: number % 2 === 0,
      tools: [{ type: "file_search" as const, vector_store_ids: [storeId] }],
    };
    const ask = () => client.responses.create(body, once(`question ${number}`));
    const responses = new Set<string>();
    for (const attempt of [ask, ask]) responses.add((await persist(attempt)).id);
    return { conversation: created.id, responses };
  });
}

/** The numbers of questions with exactly one completed answer, with more than one, and without one. */
export type Answers = { once: number; twice: number; missing: number };

/**
 * Waits until every question has a completed answer in its conversation, or a time limit is over. Counts the questions
 * with one such answer and one response, with more, and with none.
 */
export async function countAnswers(client: OpenAI, asked: readonly Asked[]): Promise<Answers> {
  const answers: Answers = { once: 0, twice: 0, missing: 0 };
  await concurrently(asked, CLIENTS, async ({ conversation, responses }) => {
    let count = await countFinished(client, conversation);
    const deadline = Date.now() + SETTLE_MS;
    while (count === 0 && Date.now() < deadline) {
      await wait(200);
      count = await countFinished(client, conversation);
    }
    if (count > 1 || responses.size > 1) answers.twice++;
    else if (count === 1) answers.once++;
    else answers.missing++;
  });
  return answers;
}

async function countFinished(client: OpenAI, conversation: string): Promise<number> {
  const items = await persist(() => client.conversations.items.list(conversation, { limit: 100 }));
  const messages = items.data.filter((item) => item.type === "message");
  return messages.filter(({ role, status }) => role === "assistant" && status === "completed")
    .length;
}

/** Waits at most `ms` milliseconds until no file of the store is in progress. Returns false if some still are then. */
export async function untilTerminal(
  client: OpenAI,
  storeId: string,
  ms = SETTLE_MS,
): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    const store = await persist(() => client.vectorStores.retrieve(storeId));
    if (store.file_counts.in_progress === 0) return true;
    await wait(250);
  }
  return false;
}

/** Makes the word that only one file has. */
const partName = (number: number) => `qx${number}z`;

function manual(part: string, number: number): string {
  const filler = Array.from(
    { length: 60 },
    (_, line) => `Step ${line + 1}: turn the ${part} housing, check seal ${line} and note it.`,
  );
  return `# Part ${part}\n\nThe torque of part ${part} is ${1000 + number} newton metres.\n\n${filler.join("\n\n")}\n`;
}

/** Deletes a file. After a lost acknowledgement, the file may be gone already. */
async function deleteFile(client: OpenAI, fileId: string): Promise<void> {
  try {
    await client.files.delete(fileId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
