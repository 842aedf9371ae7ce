import type { ScheduleId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { WorkflowListQuery } from "../platform/databases/list-page.ts";
import { listSchedules } from "../platform/databases/schedule-catalog.ts";
import { addressSchedule, withFreshStub } from "../platform/objects.ts";
import type { Remote } from "../remote.ts";
import type { KeyClaim } from "../request-key.ts";
import { ok } from "../result.ts";
import type { ScheduleClient } from "../workflow/schedule/schedule-client.ts";
import type { ScheduleSettings } from "../workflow/schedule/schedule-types.ts";
import { parseReference } from "../workflow/stored-workflow.ts";
import { workflowFinder } from "./workflow-finder.ts";

/**
 * Creates the dependencies of the routes of schedules, for the project of `scope`. A call of any of the created
 * functions is safe to repeat.
 */
export function scheduleDeps(env: Env, scope: Scope) {
  const ask = <Value>(id: ScheduleId, call: (schedule: Remote<ScheduleClient>) => Promise<Value>) =>
    withFreshStub(() => addressSchedule(env, scope, id), call);
  const finder = workflowFinder(env, scope.projectId);
  return {
    hasWorkflow: async (reference: string) => {
      const parsed = parseReference(reference);
      return parsed !== null && (await finder.lookUp(parsed)) !== null;
    },
    create: async (id: ScheduleId, settings: ScheduleSettings, claim: KeyClaim | null) => {
      const init = { ...settings, id, scope };
      if (claim) return await ask(id, (schedule) => schedule.createOnce(init, claim));
      const created = await ask(id, (schedule) => schedule.create(init));
      return created.ok ? ok({ value: created.value, isReplayed: false }) : created;
    },
    madeWith: (id: ScheduleId, claim: KeyClaim) => ask(id, (schedule) => schedule.madeWith(claim)),
    read: (id: ScheduleId) => ask(id, (schedule) => schedule.read()),
    update: (id: ScheduleId, changes: Partial<ScheduleSettings>) =>
      ask(id, (schedule) => schedule.update(changes)),
    remove: (id: ScheduleId) => ask(id, (schedule) => schedule.remove()),
    trigger: (id: ScheduleId, key: string) => ask(id, (schedule) => schedule.trigger(key)),
    list: (query: WorkflowListQuery) => listSchedules(env.CATALOG, scope.projectId, query),
  };
}
