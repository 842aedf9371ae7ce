import { z } from "zod";

import { type DeadLetterId, isDeadLetterId } from "../../ids.ts";
import type { Page } from "../../page.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import type { DeadLetter } from "../../workflow/dead-letters/dead-letter.ts";
import type {
  LetterFilter,
  LetterListQuery,
  RedrivePlan,
} from "../../workflow/dead-letters/letter-requests.ts";
import { REDRIVES_PER_MINUTE_MAX } from "../../workflow/dead-letters/redrive.ts";
import { objectType } from "../fields.ts";
import { declareList, declareListQuery, deletion, listBody, listOfOne } from "../list.ts";
import { CHANGES } from "../route/declaration.ts";
import { DEAD_LETTER_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import {
  DeadLetterBody,
  deadLetterBody,
  LaneSchema,
  LETTER_EXAMPLE,
  LetterKindSchema,
  LetterStatusSchema,
} from "./dead-letter-body.ts";

/** Maximum number of letters that one redrive of many schedules. */
const SCHEDULED_MAX = 10_000;
const PER_MINUTE = 60;

/** The dependencies of the routes of dead letters. */
export type DeadLetterDeps = {
  listLetters(query: LetterListQuery): Promise<Page<DeadLetter>>;
  findLetter(id: DeadLetterId): Promise<DeadLetter | null>;
  redriveLetter(id: DeadLetterId): Promise<Result<DeadLetter, Refusal>>;
  /** Gives letters their turns in a redrive of many, and returns their number. */
  scheduleRedrives(plan: RedrivePlan): Promise<number>;
  /** Discards a letter. Returns false if there is none. */
  discardLetter(id: DeadLetterId): Promise<boolean>;
};

/** The end of the year 2999. */
const TIME_MAX = 32_503_680_000;
const FILTER = {
  kind: LetterKindSchema.optional().describe("Only letters about jobs of this kind."),
  lane: LaneSchema.optional().describe("Only letters about jobs in this lane."),
  error: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Only letters whose error message contains this text, in upper or lower case."),
};
/** Makes the parameters of a filter by time. Those of a query are texts. */
const byTime = (time: z.ZodNumber | z.ZodCoercedNumber) => ({
  created_after: time
    .int()
    .min(0)
    .max(TIME_MAX)
    .optional()
    .describe("Only jobs given up at this time or later, in Unix seconds."),
  created_before: time
    .int()
    .min(0)
    .max(TIME_MAX)
    .optional()
    .describe("Only jobs given up before this time, in Unix seconds."),
});

const LettersQuery = declareListQuery("a dead letter", isDeadLetterId).extend({
  ...FILTER,
  ...byTime(z.coerce.number()),
  status: LetterStatusSchema.optional().describe("Only letters with this status."),
});
const RedriveBody = z.strictObject({
  ...FILTER,
  ...byTime(z.number()),
  per_minute: z
    .number()
    .int()
    .min(1)
    .max(REDRIVES_PER_MINUTE_MAX)
    .default(PER_MINUTE)
    .describe(`Jobs that begin in a minute; ${PER_MINUTE} by default.`),
});
const RedriveReceipt = z.strictObject({
  object: objectType("dead_letter.redrive"),
  scheduled: z
    .number()
    .int()
    .describe("Number of letters that are redriven now, one after the other."),
  per_minute: z.number().int().describe("Jobs that begin in a minute."),
  has_more: z
    .boolean()
    .describe(`True if the filter may select more: one request takes ${SCHEDULED_MAX}.`),
});

const DELETED = deletion("dead_letter.deleted");
const route = routesWith<DeadLetterDeps>();
const OF_PROJECT = { access: "project", tag: "Dead letters", ours: true } as const;
const ONE = {
  ...OF_PROJECT,
  path: "/v1/dead_letters/{dead_letter_id}",
  params: { dead_letter_id: DEAD_LETTER_PARAM },
} as const;

/** The routes of dead letters, an extension by Edgewise: list, get, redrive one or many, and discard. */
export const deadLetterRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/dead_letters",
      summary: "List dead letters",
      watched: true,
      description: "Jobs that were given up in the last 30 days.",
      query: LettersQuery,
      response: declareList(DeadLetterBody),
      example: { query: { kind: "run" }, response: listOfOne(LETTER_EXAMPLE) },
    },
    async ({ deps, query: { limit, order, after, before, status, ...filter } }) => {
      const page = { limit, order, after, before, status };
      const { rows, hasMore } = await deps.listLetters({ ...page, ...readFilter(filter) });
      return ok(listBody({ rows: rows.map(deadLetterBody), hasMore }));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/dead_letters/redrive",
      summary: "Redrive many dead letters",
      description:
        "Runs the jobs of all open letters that the filter selects again, in the background, at most `per_minute` of them in a minute. A letter whose job cannot run again stays open, with the reason.",
      body: RedriveBody,
      idempotency: CHANGES,
      response: RedriveReceipt,
      status: 202,
      example: {
        body: { kind: "run", error: "503", per_minute: 30 },
        response: {
          object: "dead_letter.redrive",
          scheduled: 212,
          per_minute: 30,
          has_more: false,
        },
      },
    },
    async ({ deps, body: { per_minute: perMinute, ...filter } }) => {
      const plan = { filter: readFilter(filter), perMinute, limit: SCHEDULED_MAX };
      const scheduled = await deps.scheduleRedrives(plan);
      return ok({
        object: "dead_letter.redrive" as const,
        scheduled,
        per_minute: perMinute,
        has_more: scheduled >= SCHEDULED_MAX,
      });
    },
  ),
  route(
    {
      ...ONE,
      method: "GET",
      summary: "Get a dead letter",
      watched: true,
      response: DeadLetterBody,
      example: { response: LETTER_EXAMPLE },
    },
    async ({ deps, params: { dead_letter_id: id } }) => {
      const letter = await deps.findLetter(id);
      return letter ? ok(deadLetterBody(letter)) : err(notFound("dead letter", id));
    },
  ),
  route(
    {
      ...ONE,
      method: "POST",
      path: `${ONE.path}/redrive`,
      summary: "Redrive a dead letter",
      description:
        "Runs the job again: a run from its failed steps, a file from its beginning, a response under its id.",
      idempotency: CHANGES,
      response: DeadLetterBody,
      refusals: ["not_redrivable"],
      example: { response: { ...LETTER_EXAMPLE, status: "redriven" } },
    },
    async ({ deps, params: { dead_letter_id: id } }) => {
      const letter = await deps.redriveLetter(id);
      return letter.ok ? ok(deadLetterBody(letter.value)) : letter;
    },
  ),
  route(
    {
      ...ONE,
      method: "DELETE",
      summary: "Discard a dead letter",
      description: "The job stays as it is.",
      response: DELETED.schema,
      example: { response: DELETED.body(DEAD_LETTER_PARAM.example) },
    },
    async ({ deps, params: { dead_letter_id: id } }) =>
      (await deps.discardLetter(id)) ? ok(DELETED.body(id)) : err(notFound("dead letter", id)),
  ),
];

type Filter = Omit<z.output<typeof RedriveBody>, "per_minute">;

const readFilter = ({ created_after, created_before, ...filter }: Filter): LetterFilter => ({
  ...filter,
  diedAfter: created_after && created_after * 1000,
  diedBefore: created_before && created_before * 1000,
});
