import { z } from "zod";

import { BACKLOGS, type MeasuredBacklog } from "../../lanes/backlog.ts";
import { ok } from "../../result.ts";
import { listData, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { routesWith } from "../route/route.ts";

/** The dependency of the route of lanes. */
export type LaneDeps = { backlogs(): Promise<readonly MeasuredBacklog[]> };

const LaneBody = z
  .strictObject({
    object: objectType("lane"),
    name: z
      .enum(BACKLOGS)
      .describe("A lane of answers and steps of runs, or `ingest` for files that are indexed."),
    jobs: z
      .number()
      .int()
      .nullable()
      .describe("Jobs that wait or are at work; null if it is not known now."),
    jobs_max: z.number().int().describe("Number of jobs with which it is full."),
    oldest_age_seconds: z
      .number()
      .nullable()
      .describe("Time for which the oldest job has waited; null if it is not known now."),
    oldest_age_max_seconds: z.number().describe("Time of a wait with which it is full."),
    done_per_second: z
      .number()
      .nullable()
      .describe("Jobs that end per second, over about the last half minute; null if not counted."),
  })
  .register(COMPONENTS, { id: "Lane" });

const LaneListBody = z.strictObject({ object: objectType("list"), data: listData(LaneBody) });

const laneBody = ({ backlog, load, capacity }: MeasuredBacklog): z.input<typeof LaneBody> => ({
  object: "lane",
  name: backlog,
  jobs: load?.jobs ?? null,
  jobs_max: capacity.jobs,
  oldest_age_seconds: load && load.oldestAgeMs / 1000,
  oldest_age_max_seconds: capacity.ageMs / 1000,
  done_per_second: load?.drainPerSecond ?? null,
});

const EXAMPLE = laneBody({
  backlog: "default",
  load: { jobs: 12, oldestAgeMs: 4_200, drainPerSecond: 3.5, room: 0 },
  capacity: { jobs: 10_000, ageMs: 900_000 },
});

const route = routesWith<LaneDeps>();

/** The route that lists the lanes in which background work waits, an extension by Edgewise. */
export const laneRoutes = [
  route(
    {
      access: "project",
      tag: "Dead letters",
      ours: true,
      method: "GET",
      path: "/v1/lanes",
      summary: "List lanes",
      watched: true,
      description:
        "The lanes of background work in the region of the project, which all of its projects share, with their load and the load at which they refuse new work. There are no pages.",
      response: LaneListBody,
      example: { response: { object: "list", data: [EXAMPLE] } },
    },
    async ({ deps }) =>
      ok({ object: "list" as const, data: (await deps.backlogs()).map(laneBody) }),
  ),
];
