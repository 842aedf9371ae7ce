import { createScheduledController, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import service from "../../../src/index.ts";
import { objectName } from "../../../src/knowledge/scope.ts";
import { verdicts } from "../runs/run-object.ts";
import { createWorkflowProject, echo } from "../runs/workflow-project.ts";
import { createLetterCalls } from "./letters.ts";

/** Creates a project with functions that start runs which fail, and that call the routes of dead letters. */
export async function createFailingProject() {
  const project = await createWorkflowProject();
  const letters = createLetterCalls(project);
  const stubOf = (id: string) => env.RUNS.getByName(objectName(project.scope, id));
  /** Starts a run whose step `charge` fails for good, until the verdict by the name that is returned is another one. */
  const startFailing = async (message: string, more: object = {}) => {
    const name = newId("verdict_");
    verdicts.set(name, new Error(message));
    const id = await project.start({
      charge: { use: "scripted@1", with: name, retry: { attempts: 1 }, ...more },
      thank: { ...echo("thanks"), needs: ["charge"] },
    });
    return { id, name };
  };
  /** Starts a run that fails for good, and returns its letter. */
  const failRun = async (message = "The shop is away", more: object = {}) => {
    const { id, name } = await startFailing(message, more);
    await project.settled(id);
    const letter = await vi.waitUntil(
      async () => (await letters.list()).find(({ job }) => job.run_id === id),
      { timeout: 10_000, interval: 20 },
    );
    return { id, name, letter };
  };
  /** Tests whether the object of a run has written its letter to D1. */
  const isWritten = async (id: string) =>
    await runInDurableObject(stubOf(id), (_object, { storage }) => {
      const rows = storage.sql.exec("SELECT due FROM dead_letter").toArray();
      return rows.length > 0 && rows.every(({ due }) => due === null);
    });
  return { ...project, letters, stubOf, failRun, isWritten };
}

/** Does what the cron trigger does by the minute. */
export const sweep = async () => await service.scheduled(createScheduledController(), env);
