import { Hono } from "hono";
import { z } from "zod";

import {
  EVENT_STREAM_HEADERS,
  eventStreamOf,
  readEvents,
  textOf,
} from "../answering/event-stream.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { listBody, ListQuery } from "../list.ts";
import { problem } from "../problem.ts";
import { readQuery } from "../request/request.ts";
import { keepAlive } from "./keep-alive.ts";
import { ask, type RunDepsFor } from "./runs.ts";

const SequenceNumber = z.coerce.number().int().min(0);
const EventsQuery = z.strictObject({
  stream: z.enum(["true", "false"]).optional(),
  starting_after: SequenceNumber.optional(),
  after: SequenceNumber.optional(),
  limit: ListQuery.shape.limit,
});

/** What happens to a run: a page of it, or all of it as it comes. */
export const runEventRoutes = (depsFor: RunDepsFor) =>
  new Hono<AppEnv>().get("/:id/events", async (c) => {
    const query = readQuery(c, EventsQuery);
    if (!query.ok) return problem(c, query.error);
    const { stream, limit, starting_after: startingAfter, after } = query.value;
    const accept = c.req.header("accept") ?? "";
    const wantsStream = stream ? stream === "true" : accept.includes("text/event-stream");
    const from = startingAfter ?? after ?? 0;
    if (wantsStream) return await streamEvents(c, depsFor, lastEventIdOf(c) ?? from);
    const page = await ask(c, depsFor, (run) => run.events(from, limit));
    if (!page.ok) return problem(c, page.error);
    return c.json({ ...listBody(page.value.events, limit), has_more: page.value.hasMore });
  });

async function streamEvents(c: AppContext, depsFor: RunDepsFor, after: number): Promise<Response> {
  const watched = await ask(c, depsFor, (run) => run.watch(after));
  if (!watched.ok) return problem(c, watched.error);
  // Tells an EventSource, which comes back when a stream has ended, that there is nothing to come back for.
  if (!watched.value && lastEventIdOf(c) !== null) return c.body(null, 204);
  const source = {
    open: async (last: number) => {
      const again = await ask(c, depsFor, (run) => run.watch(last));
      if (!again.ok) throw new Error(`The run's events are gone: ${again.error.message}`);
      return again.value ?? emptyStream();
    },
    delivered: async () => {},
  };
  const events = readEvents(source, watched.value ?? emptyStream(), after);
  return c.body(eventStreamOf(keepAlive(textOf(events))), 200, EVENT_STREAM_HEADERS);
}

/** What an EventSource sends when it comes back; it knows more than the URL, which stays the same. */
function lastEventIdOf(c: AppContext): number | null {
  const id = c.req.header("last-event-id");
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null;
}

const emptyStream = () =>
  new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
