import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { z } from "zod";

import type { TestProject } from "../project.ts";

const Conversations = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      title: z.string().nullable(),
      metadata: z.record(z.string(), z.string()),
      created_at: z.number(),
      last_active_at: z.number(),
    }),
  ),
  has_more: z.boolean(),
  last_id: z.string(),
});
const Responses = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      title: z.string().nullable(),
      workflow: z.string().nullable(),
      conversation: z.object({ id: z.string() }).nullable(),
      ended_at: z.number().nullable(),
      error: z.object({ message: z.string() }).nullable(),
    }),
  ),
  has_more: z.boolean(),
});
const Refusal = z.object({ detail: z.string() });
/** The built-in model. */
export const MODEL = "extractive-1";
/** The time that a test waits for a list. */
export const WAIT = { timeout: 15_000, interval: 50 };

/** Reads a page of the list of conversations. */
export const listConversations = async ({ fetch }: TestProject, query = "") =>
  Conversations.parse(await (await fetch(`/conversations${query}`)).json());
/** Reads a page of the list of responses in the background. */
export const listResponses = async ({ fetch }: TestProject, query = "") =>
  Responses.parse(await (await fetch(`/background_responses${query}`)).json());

/** Waits until the list shows a conversation as `isThere` wants it. */
export const findListed = async (
  project: TestProject,
  id: string,
  isThere: (listed: z.output<typeof Conversations>["data"][number]) => boolean = () => true,
) =>
  await vi.waitUntil(async () => {
    const { data } = await listConversations(project);
    return data.find((listed) => listed.id === id && isThere(listed));
  }, WAIT);

/** Waits until the list shows a response with a status. */
export const findResponse = async (project: TestProject, id: string, status: string) =>
  await vi.waitUntil(async () => {
    const { data } = await listResponses(project, `?status=${status}`);
    return data.find((listed) => listed.id === id);
  }, WAIT);

/** Reads the row of a conversation as it is stored, with those that were removed. */
export const readRow = async (table: "listed_conversation" | "listed_response", id: string) =>
  await env.CATALOG.prepare(`SELECT * FROM ${table} WHERE id = ?`).bind(id).first<{
    title: string | null;
    metadata?: string;
    version: number;
    removed_at: number | null;
  }>();

/** Reads the words of a refusal, with `ID` for the id that is in them. */
export async function detail(refused: Response, id: string): Promise<string> {
  return Refusal.parse(await refused.json()).detail.replace(id, "ID");
}

/** The class of the catalog: one prototype serves every binding, also the one that the objects have. */
export const catalogClass: D1Database = Object.getPrototypeOf(env.CATALOG);
