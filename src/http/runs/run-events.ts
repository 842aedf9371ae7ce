import { z } from "zod";

import type { ResponseId, RunId } from "../../ids.ts";
import { ok } from "../../result.ts";
import {
  EVENT_STREAM_HEADERS,
  streamTexts,
  readEvents,
  formatRunEvent,
  formatRunEvents,
  readLastEventId,
} from "../answering/event-stream.ts";
import type { AppContext } from "../app-env.ts";
import { listBody, listOfOne, ListQuery, declareList } from "../list.ts";
import { RUN_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { keepAlive } from "./keep-alive.ts";
import { EVENT_EXAMPLE, RunEventBody } from "./run-event-body.ts";
import type { RunDeps } from "./runs.ts";

const SequenceNumber = z.coerce.number().int().min(0);
const EventsQuery = z.strictObject({
  stream: z
    .enum(["true", "false"])
    .optional()
    .describe("Send the events as they come, until the run ends."),
  starting_after: SequenceNumber.optional().describe(
    "Number of the event that the stream begins after.",
  ),
  after: SequenceNumber.optional().describe(
    "Without `stream`: number of the event that the page begins after.",
  ),
  limit: ListQuery.shape.limit,
});

const route = routesWith<Pick<RunDeps, "ask">>();

/** The route that reads the log of a run: a page of its events, or a stream that continues until the run ends. */
export const runEventRoutes = [
  route(
    {
      access: "project",
      tag: "Workflow runs",
      ours: true,
      method: "GET",
      path: "/v1/runs/{run_id}/events",
      summary: "List the events of a run",
      description: "With `stream=true`, or `Accept: text/event-stream`, as server-sent events.",
      params: { run_id: RUN_PARAM },
      query: EventsQuery,
      response: declareList(RunEventBody),
      media: [
        {
          contentType: "text/event-stream",
          description: "With `stream`: events as they happen, until the run ends",
          example: formatRunEvent({
            type: EVENT_EXAMPLE.type,
            id: EVENT_EXAMPLE.sequence_number,
            data: JSON.stringify(EVENT_EXAMPLE),
          }),
        },
        {
          contentType: "",
          status: 204,
          description: "For an EventSource that reconnects: no more events follow",
          example: null,
        },
      ],
      example: { query: { after: "1" }, response: listOfOne(EVENT_EXAMPLE) },
    },
    async ({ c, deps, params: { run_id: id }, query }) => {
      const { stream, limit, starting_after: startingAfter, after } = query;
      const accept = c.req.header("accept") ?? "";
      const wantsStream = stream ? stream === "true" : accept.includes("text/event-stream");
      const from = startingAfter ?? after ?? 0;
      if (wantsStream) return await streamEvents(c, deps, id, readLastEventId(c) ?? from);
      const page = await deps.ask(id, (run) => run.events(from, limit));
      if (!page.ok) return page;
      const { events, hasMore } = page.value;
      return ok(listBody({ rows: events, hasMore }));
    },
  ),
];

async function streamEvents(
  c: AppContext,
  deps: Pick<RunDeps, "ask">,
  id: RunId | ResponseId,
  after: number,
) {
  const watched = await deps.ask(id, (run) => run.watch(after));
  if (!watched.ok) return watched;
  // An EventSource reconnects when a stream ends; the 204 says that there is nothing more.
  if (!watched.value && readLastEventId(c) !== null) return ok(c.body(null, 204));
  const source = {
    open: async (last: number) => {
      const again = await deps.ask(id, (run) => run.watch(last));
      if (!again.ok) throw new Error(`The run's events cannot be read: ${again.error.message}`);
      return again.value ?? emptyStream();
    },
    delivered: async () => {},
  };
  const events = readEvents(source, watched.value ?? emptyStream(), after);
  return ok(c.body(streamTexts(keepAlive(formatRunEvents(events))), 200, EVENT_STREAM_HEADERS));
}

const emptyStream = () =>
  new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
