import { type DeadLetterId, readConversationKey } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { DeadLetterCatalog, markRedriven } from "../platform/databases/dead-letter-catalog.ts";
import {
  addressConversation,
  addressRun,
  addressSchedule,
  addressVectorStore,
  withFreshStub,
} from "../platform/objects.ts";
import type { DeadJob } from "../workflow/dead-letters/dead-letter.ts";
import type { LetterListQuery, RedrivePlan } from "../workflow/dead-letters/letter-requests.ts";
import { redriveLetter, type RunAgain } from "../workflow/dead-letters/redrive.ts";

/** Creates the dependencies of the routes of dead letters, for the project of `scope`. */
export function deadLetterDeps(env: Env, scope: Scope) {
  const letters = new DeadLetterCatalog(env.CATALOG, scope.projectId);
  const again = runAgain(env);
  const redrive = {
    find: (id: DeadLetterId) => letters.find(id, Date.now()),
    runAgain: (job: DeadJob) => again(scope, job),
    markRedriven: (id: DeadLetterId, version: number) => markRedriven(env.CATALOG, id, version),
  };
  return {
    listLetters: (query: LetterListQuery) => letters.list(query, Date.now()),
    findLetter: async (id: DeadLetterId) => (await letters.find(id, Date.now()))?.letter ?? null,
    redriveLetter: (id: DeadLetterId) => redriveLetter(redrive, id),
    scheduleRedrives: (plan: RedrivePlan) => letters.schedule(plan, Date.now()),
    discardLetter: (id: DeadLetterId) => letters.discard(id, Date.now()),
  };
}

/**
 * Creates the function that runs a job again, on the Durable Object that owns it. A call may be repeated: the job runs
 * once, and the repetition is refused.
 */
export const runAgain =
  (env: Env): RunAgain =>
  async (scope, job) => {
    switch (job.kind) {
      case "run":
        return await withFreshStub(
          () => addressRun(env, scope, job.runId),
          (run) => run.redrive(job.runId),
        );
      case "file":
        return await withFreshStub(
          () => addressVectorStore(env, scope, job.storeId),
          (store) => store.redrive(job.fileId),
        );
      case "response":
        return await withFreshStub(
          () => addressConversation(env, scope, readConversationKey(job.responseId)),
          (conversation) => conversation.redrive(job.responseId),
        );
      case "schedule":
        return await withFreshStub(
          () => addressSchedule(env, scope, job.scheduleId),
          (schedule) => schedule.redrive(job.tick),
        );
    }
  };
