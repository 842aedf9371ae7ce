import { z } from "zod";

import type { Page } from "../../page.ts";
import type { Refusal } from "../../refusal.ts";
import { ok, type Result } from "../../result.ts";
import type { KeptMessage } from "../../workflow/dead-letters/dead-message.ts";
import { objectType } from "../fields.ts";
import { declareList, listBody, listOfOne, ListQuery } from "../list.ts";
import { COMPONENTS } from "../route/components.ts";
import { routesWith } from "../route/route.ts";

/** The dependencies of the route that lists messages which no consumer could read. */
export type DeadMessageDeps = {
  readonly messages: {
    /** Lists messages, the newest first, those after the message with the id `after`, which must exist. */
    list(limit: number, after: string | undefined): Promise<Result<Page<KeptMessage>, Refusal>>;
  };
};

const Seconds = z.number().int().describe("Unix seconds.");
const DeadMessageBody = z
  .strictObject({
    id: z.string().describe("Id of the message, as the queue made it."),
    object: objectType("organization.dead_letter"),
    kind: z.literal("message").describe("Always `message`."),
    created_at: Seconds.describe("Time at which the message was kept, in Unix seconds."),
    sent_at: Seconds.describe("Time at which it was sent, in Unix seconds."),
    queue: z.string().describe("The queue whose consumer could not read it."),
    project_id: z.string().nullable().describe("The project that it names; null if it names none."),
    message: z.unknown().describe("The message. Messages of this service have ids and no texts."),
  })
  .register(COMPONENTS, { id: "DeadMessage" });

const EXAMPLE = {
  id: "9d2c4f0f4d0b4a5c8d3f7b1e6a2c9f10",
  object: "organization.dead_letter",
  kind: "message",
  created_at: 1_795_000_060,
  sent_at: 1_795_000_000,
  queue: "edgewise-ingest",
  project_id: null,
  message: { v: 2 },
} satisfies z.input<typeof DeadMessageBody>;

const route = routesWith<DeadMessageDeps>();

/** The route of messages that no consumer could read, an extension by Edgewise for operators. */
export const deadMessageRoutes = [
  route(
    {
      access: "admin",
      tag: "Dead letters",
      ours: true,
      method: "GET",
      path: "/v1/organization/dead_letters",
      summary: "List unreadable messages",
      description: "Messages of the last 30 days that no consumer could read, newest first.",
      query: z.strictObject({
        limit: ListQuery.shape.limit,
        after: ListQuery.shape.after,
      }),
      response: declareList(DeadMessageBody),
      example: { query: { limit: "20" }, response: listOfOne(EXAMPLE) },
    },
    async ({ deps, query: { limit, after } }) => {
      const page = await deps.messages.list(limit, after);
      if (!page.ok) return page;
      const { rows, hasMore } = page.value;
      return ok(listBody({ rows: rows.map(messageBody), hasMore }));
    },
  ),
];

const messageBody = ({ id, queue, projectId, body, sentAt, createdAt }: KeptMessage) => ({
  id,
  object: "organization.dead_letter" as const,
  kind: "message" as const,
  created_at: createdAt,
  sent_at: Math.floor(sentAt / 1000),
  queue,
  project_id: projectId,
  message: body,
});
