import { withDeadline } from "../abort.ts";
import { readSettings } from "../env.ts";
import type { Lane } from "../kernel/rules/definition.ts";
import type { Region, Scope } from "../knowledge/scope.ts";
import { type AdmissionDeps, listCompeting, refuseByLoad } from "../lanes/admit-work.ts";
import {
  type Backlog,
  BACKLOGS,
  backlogOf,
  type BacklogLoad,
  capacityOf,
  joinLoads,
  type MeasuredBacklog,
} from "../lanes/backlog.ts";
import { LoadCache } from "../lanes/load-cache.ts";
import { logger } from "../platform/logger.ts";
import { addressLane, withFreshStub } from "../platform/objects.ts";
import { generateQueue } from "./generate-queue.ts";

/** Time that a request waits for the load of a backlog, in milliseconds. */
const LOAD_MS = 1_000;

/** Kept per isolate. The name of a load is that of the backlog, with the region of its lane. */
const LOADS = new LoadCache();

/** Creates the admission of new work for the background, for a project in the region. */
export function admissionDeps(env: Env, region: Region): AdmissionDeps {
  const nameOf = (backlog: Backlog) => `${region}:${backlog}`;
  return {
    refuseWork: async (work) => {
      const jobsMax = readJobsMax(env);
      const backlogs = await Promise.all(
        listCompeting(work).map(async (backlog) => ({
          backlog,
          load: await LOADS.read(nameOf(backlog), () => readLoad(env, region, backlog)),
          capacity: capacityOf(backlog, jobsMax),
        })),
      );
      const refusal = refuseByLoad(work, backlogs, Math.random);
      if (refusal === null) LOADS.count(nameOf(backlogOf(work)));
      return refusal;
    },
  };
}

/** Creates the dependency of the route that shows the backlogs of a region. Each call reads them, past the cache. */
export const backlogDeps = (env: Env, { region }: Pick<Scope, "region">) => ({
  backlogs: async (): Promise<readonly MeasuredBacklog[]> => {
    const jobsMax = readJobsMax(env);
    return await Promise.all(
      BACKLOGS.map(async (backlog) => ({
        backlog,
        load: await readLoad(env, region, backlog),
        capacity: capacityOf(backlog, jobsMax),
      })),
    );
  },
});

function readJobsMax(env: Env): Readonly<Record<Backlog, number>> {
  const settings = readSettings(env);
  return {
    interactive: settings.LANE_INTERACTIVE_MAX,
    default: settings.LANE_DEFAULT_MAX,
    batch: settings.LANE_BATCH_MAX,
    ingest: settings.INGEST_MAX,
  };
}

/** Asks the queue and the lane at the same time. A load that neither knows is logged, and admits all work. */
async function readLoad(env: Env, region: Region, backlog: Backlog): Promise<BacklogLoad | null> {
  const queue = backlog === "ingest" ? env.INGEST : generateQueue(env, backlog);
  const [inQueue, inLane] = await Promise.all([
    orNull(backlog, readQueue(queue)),
    backlog === "ingest" ? null : orNull(backlog, readLane(env, region, backlog)),
  ]);
  const load = joinLoads(inQueue, inLane);
  if (load === null) logger.warn("backlog.load.unknown", { queue: backlog });
  return load;
}

async function readQueue(queue: Queue) {
  const { backlogCount, oldestMessageTimestamp } = await queue.metrics();
  const oldestAgeMs = Math.max(0, Date.now() - (oldestMessageTimestamp?.getTime() ?? Infinity));
  return { jobs: backlogCount, oldestAgeMs };
}

const readLane = (env: Env, region: Region, lane: Lane) =>
  withFreshStub(
    () => addressLane(env, region, lane),
    (stub) => stub.load(),
  );

async function orNull<Value>(queue: Backlog, asked: Promise<Value>): Promise<Value | null> {
  try {
    return await withDeadline(asked, LOAD_MS, () => null);
  } catch (error) {
    logger.warn("backlog.load.unread", { queue }, error);
    return null;
  }
}
