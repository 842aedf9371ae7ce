import { z } from "zod";

import { isScheduleId, type ScheduleId } from "../../../src/ids.ts";
import { createProject, type TestProject } from "../project.ts";

/** The schema of a schedule in a response, as far as tests read it. */
export const Schedule = z.looseObject({
  id: z.custom<ScheduleId>((id) => isScheduleId(String(id))),
});
/** The schema of a page of schedules in a response. */
export const Page = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });
/** The schema of the body of an error response. */
export const Problem = z.looseObject({
  error: z.object({ code: z.string(), message: z.string(), param: z.string().nullable() }),
});

/** The settings of a schedule that starts a run every morning. */
export const DAILY = { workflow: "report@1", cron: "0 9 * * *", time_zone: "Europe/Berlin" };
/** Converts an ISO date to Unix seconds. */
export const seconds = (text: string) => Date.parse(text) / 1000;

/** Sends a request to a path under /v1/schedules. */
export async function call(
  { fetch }: TestProject,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
) {
  return await fetch(`/schedules${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

/** Creates a project with the workflows that the schedules of these tests start. */
export async function createOwner() {
  const project = await createProject();
  const steps = { only: { use: "transform@1", with: { value: 1 } } };
  for (const name of ["report", "other", "a", "b", "c"]) {
    await project.fetch("/workflows", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, steps }),
    });
  }
  return project;
}

/** Creates a schedule, daily unless `body` says otherwise. */
export async function create(project: TestProject, body: object = {}) {
  const response = await call(project, "POST", "", { ...DAILY, ...body });
  return Schedule.parse(await response.json());
}
