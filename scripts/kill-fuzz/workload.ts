import { setTimeout as wait } from "node:timers/promises";

import { ConflictError, NotFoundError, toFile, type OpenAI } from "openai";

import { concurrently } from "../client/concurrently.ts";
import { persist } from "./persist.ts";

const CLIENTS = 4;
const ATTACH_AT_ONCE = 10;
const SETTLE_MS = 180_000;

export type Uploaded = {
  readonly fileId: string;
  readonly part: string;
  readonly deleted: boolean;
};

/** Uploads and attaches files, and deletes every tenth soon after; each call is repeated until it is answered. */
export async function ingest(client: OpenAI, storeId: string, files: number): Promise<Uploaded[]> {
  const numbers = Array.from({ length: files }, (_, number) => number);
  const groups = Array.from({ length: Math.ceil(files / ATTACH_AT_ONCE) }, (_, group) =>
    numbers.slice(group * ATTACH_AT_ONCE, (group + 1) * ATTACH_AT_ONCE),
  );
  const uploaded = await concurrently(groups, CLIENTS, async (group) => {
    const own: Uploaded[] = [];
    for (const number of group) {
      const part = partName(number);
      const file = await toFile(Buffer.from(manual(part, number)), `${part}.md`);
      const { id } = await persist(() => client.files.create({ file, purpose: "assistants" }));
      own.push({ fileId: id, part, deleted: number % 10 === 3 });
    }
    const fileIds = own.map(({ fileId }) => fileId);
    await persist(() => client.vectorStores.fileBatches.create(storeId, { file_ids: fileIds }));
    for (const { fileId, deleted } of own) {
      if (deleted) await persist(() => deleteFile(client, fileId));
    }
    return own;
  });
  return uploaded.flat();
}

/** Asks each question in a conversation of its own and returns the conversations' ids. */
export async function askAll(
  client: OpenAI,
  storeId: string,
  questions: number,
): Promise<string[]> {
  const numbers = Array.from({ length: questions }, (_, number) => number);
  return await concurrently(numbers, CLIENTS, async (number) => {
    const conversation = await persist(() => client.conversations.create());
    const body = {
      model: "extractive-1",
      input: `What is the torque of part ${partName(number)}?`,
      conversation: conversation.id,
      background: true,
      tools: [{ type: "file_search" as const, vector_store_ids: [storeId] }],
    };
    await persist(async () => {
      // A question whose acknowledgement was lost is not asked again.
      const items = await client.conversations.items.list(conversation.id);
      if (items.data.length === 0) await client.responses.create(body).catch(unlessBusy);
    });
    return conversation.id;
  });
}

export type Answers = { once: number; twice: number; missing: number };

/** Waits until every conversation has its answer, and counts those with one, more, or none. */
export async function countAnswers(client: OpenAI, conversations: readonly string[]) {
  const answers: Answers = { once: 0, twice: 0, missing: 0 };
  await concurrently(conversations, CLIENTS, async (id) => {
    const deadline = Date.now() + SETTLE_MS;
    for (;;) {
      const items = await persist(() => client.conversations.items.list(id, { limit: 100 }));
      const messages = items.data.filter((item) => item.type === "message");
      const replies = messages.filter(({ role }) => role === "assistant");
      const finished = replies.filter(({ status }) => status === "completed");
      if (finished.length > 1) answers.twice++;
      else if (finished.length === 1) answers.once++;
      else if (Date.now() < deadline) {
        await wait(200);
        continue;
      } else answers.missing++;
      return;
    }
  });
  return answers;
}

/** Waits until no file of the store is in progress; false when that does not happen in time. */
export async function untilTerminal(client: OpenAI, storeId: string): Promise<boolean> {
  const deadline = Date.now() + SETTLE_MS;
  while (Date.now() < deadline) {
    const store = await persist(() => client.vectorStores.retrieve(storeId));
    if (store.file_counts.in_progress === 0) return true;
    await wait(250);
  }
  return false;
}

export const partName = (number: number) => `qx${number}z`;

function manual(part: string, number: number): string {
  const filler = Array.from(
    { length: 60 },
    (_, line) => `Step ${line + 1}: turn the ${part} housing, check seal ${line} and note it.`,
  );
  return `# Part ${part}\n\nThe torque of part ${part} is ${1000 + number} newton metres.\n\n${filler.join("\n\n")}\n`;
}

/** A delete whose acknowledgement was lost finds the file gone. */
async function deleteFile(client: OpenAI, fileId: string): Promise<void> {
  try {
    await client.files.delete(fileId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

function unlessBusy(error: unknown): void {
  if (!(error instanceof ConflictError)) throw error;
}
