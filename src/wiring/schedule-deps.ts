import type { ScheduleObject } from "../../durable-objects/schedule.ts";
import type { ScheduleId } from "../ids.ts";
import { objectName, type Scope } from "../knowledge/scope.ts";
import type { Remote } from "../platform/conversations.ts";
import type { ListQuery } from "../platform/databases/list-page.ts";
import { listSchedules } from "../platform/databases/schedule-catalog.ts";
import { objectOf, withFreshStub } from "../platform/objects.ts";
import type { ScheduleSettings } from "../workflow/schedule/schedule-types.ts";
import { parseReference } from "../workflow/stored-workflow.ts";
import { workflowFinder } from "./workflow-finder.ts";

/** What the routes of schedules need, on real bindings. Every call may be made twice. */
export function scheduleBindings(env: Env, scope: Scope) {
  const ask = <Value>(id: ScheduleId, call: (schedule: ScheduleClient) => Promise<Value>) =>
    withFreshStub(() => scheduleOf(env, scope, id), call);
  const finder = workflowFinder(env, scope.projectId);
  return {
    hasWorkflow: async (reference: string) => {
      const parsed = parseReference(reference);
      return parsed !== null && (await finder.lookUp(parsed)) !== null;
    },
    create: (id: ScheduleId, settings: ScheduleSettings) =>
      ask(id, (schedule) => schedule.create({ ...settings, id, scope })),
    read: (id: ScheduleId) => ask(id, (schedule) => schedule.read()),
    update: (id: ScheduleId, changes: Partial<ScheduleSettings>) =>
      ask(id, (schedule) => schedule.update(changes)),
    remove: (id: ScheduleId) => ask(id, (schedule) => schedule.remove()),
    trigger: (id: ScheduleId, key: string) => ask(id, (schedule) => schedule.trigger(key)),
    list: (query: ListQuery) => listSchedules(env.CATALOG, scope.projectId, query),
  };
}

type ScheduleClient = Remote<ScheduleObject>;

/** The object of a schedule. */
export function scheduleOf(env: Env, scope: Scope, id: ScheduleId): ScheduleClient {
  const stub: unknown = objectOf(env.SCHEDULES, scope, objectName(scope, id));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the stub's own type is `never` for JSON of unknown depth, such as a run's input
  return stub as ScheduleClient;
}
