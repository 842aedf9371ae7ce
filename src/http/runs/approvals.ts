import { z } from "zod";

import { isResponseId, isRunId } from "../../ids.ts";
import type { Page } from "../../page.ts";
import { ok } from "../../result.ts";
import type { OpenWaits } from "../../workflow/runs/open-waits.ts";
import { objectType } from "../fields.ts";
import { declareList, declareListQuery, listBody, listOfOne, workflowFilter } from "../list.ts";
import { COMPONENTS } from "../route/components.ts";
import { RUN_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { RunWaitBody } from "./run-body.ts";

const isRun = (id: string): boolean => isRunId(id) || isResponseId(id);

const ApprovalsQuery = declareListQuery("a run", isRun).extend(workflowFilter("runs"));

/** The dependency of the route of approvals. */
export type ApprovalDeps = {
  waitingRuns(query: z.output<typeof ApprovalsQuery>): Promise<Page<OpenWaits>>;
};

const ApprovalBody = z
  .strictObject({
    id: z.string().describe("Id of the run that waits."),
    object: objectType("workflow.run.approval"),
    workflow: z.string().describe("Name of the workflow."),
    waiting_for: z
      .array(RunWaitBody)
      .describe("The waits that somebody can end, up to 20: for signals, decisions and a resume."),
    as_of: z
      .number()
      .describe("The time whose state the entry shows, in Unix seconds with milliseconds."),
  })
  .register(COMPONENTS, { id: "WorkflowRunApproval" });

const EXAMPLE = {
  id: RUN_PARAM.example,
  object: "workflow.run.approval",
  workflow: "refund",
  waiting_for: [
    {
      step: "approve",
      for: "signal",
      signal: "approval",
      requires: ["actor", "reason"],
      event: 2,
      until: 1_795_086_400,
    },
  ],
  as_of: 1_795_000_000.85,
} satisfies z.input<typeof ApprovalBody>;

const approvalBody = ({
  id,
  workflow,
  waits,
  updatedAt,
}: OpenWaits): z.input<typeof ApprovalBody> => ({
  id,
  object: "workflow.run.approval",
  workflow,
  waiting_for: waits.map((wait) => ({ ...wait, requires: [...wait.requires] })),
  as_of: updatedAt / 1000,
});

const route = routesWith<ApprovalDeps>();

/** The route that lists what waits for somebody over all runs, an extension by Edgewise. */
export const approvalRoutes = [
  route(
    {
      access: "project",
      tag: "Workflow runs",
      ours: true,
      method: "GET",
      path: "/v1/approvals",
      summary: "List approvals",
      watched: true,
      description:
        "Every run that waits for somebody, also one that answers a response: for a signal, a decision or a resume. Ordered by id. A wait is listed about a second after it begins; `GET /v1/runs/{run_id}` has its present state.",
      query: ApprovalsQuery,
      response: declareList(ApprovalBody),
      example: { query: { limit: "20" }, response: listOfOne(EXAMPLE) },
    },
    async ({ deps, query }) => {
      const { rows, hasMore } = await deps.waitingRuns(query);
      return ok(listBody({ rows: rows.map(approvalBody), hasMore }));
    },
  ),
];
