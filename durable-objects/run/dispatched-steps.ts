import { jsonBytes } from "../../src/bounds.ts";
import type { StepKernel } from "../../src/kernel/engine/step-kernel.ts";
import type { ChosenWork } from "../../src/kernel/ledger/run-store.ts";
import type { Lane } from "../../src/kernel/rules/definition.ts";
import type { StepClaim, StepHandler, StepOutcome } from "../../src/kernel/rules/step-handler.ts";
import { parseLease } from "../../src/kernel/rules/step/lease.ts";
import { parseStepName } from "../../src/kernel/rules/step/step-name.ts";
import { outcomeOfError } from "../../src/kernel/rules/step/step-outcome.ts";
import type { Scope } from "../../src/knowledge/scope.ts";
import { estimateJob } from "../../src/lanes/estimate-job.ts";
import type { LaneJob, LaneWork } from "../../src/lanes/lane-client.ts";
import { leaveLane, submitToLanes } from "../../src/wiring/lanes.ts";
import {
  GENERATE,
  GENERATE_DISPATCH,
  type StepMessage,
  type StepTask,
} from "../../src/workflow/steps/dispatched-step.ts";
import { forgetSent, rememberSent, renameSent } from "./local-leases.ts";

/** Maximum number of steps of one object that are in a lane or at a consumer. */
export const DISPATCHED_MAX = 100;
/**
 * Time in which a lane must have sent a step to a consumer, in milliseconds. After that the object hands the step to
 * the lane again, where it keeps its place. The lane itself sends lost messages again.
 */
export const LANE_MS = 60 * 60_000;
/** Time in which a consumer reports that it still works, in milliseconds. After that the step is sent again. */
export const WORK_MS = 30_000;

/** The place of a step: its project and region, and its lane. */
type StepPlace = { readonly scope: Scope; readonly lane: Lane };

/** The functions that the object gives to `DispatchedSteps`. */
type Owner = {
  /** Returns the kernel. Called after its construction. */
  kernel(): StepKernel;
  /** Returns the place of a step, whose own lane is `lane`; null if its run was deleted. */
  place(runId: string, lane: Lane): StepPlace | null;
};

/**
 * Chooses the handler of a step: a step of the type `generate@1` is sent to consumers, unless its lane is
 * `interactive`.
 */
export const chooseDispatched = ({ use, lane }: Omit<ChosenWork, "runId">): string =>
  use === GENERATE && lane !== "interactive" ? GENERATE_DISPATCH : use;

/** The steps of an object's runs that consumers of queues do, by way of the lanes. */
export class DispatchedSteps {
  readonly #env: Env;
  readonly #owner: Owner;
  /** The handler that hands claimed steps to their lanes. */
  readonly handler: StepHandler = {
    kind: "dispatched",
    inFlightMax: DISPATCHED_MAX,
    leaseMs: LANE_MS,
    workMs: WORK_MS,
    dispatch: (claims) => this.#submit(claims),
  };

  constructor(env: Env, owner: Owner) {
    this.#env = env;
    this.#owner = owner;
  }

  /** Returns the work of a message; null if its lease has ended, or another consumer has the work. */
  take(lease: string): StepTask | null {
    const kernel = this.#owner.kernel();
    const taken = kernel.take(lease);
    if (!taken) return null;
    renameSent(lease, taken);
    try {
      const work = kernel.readWork(taken);
      if (!work) return null;
      const { runId, step, attempt, with: given, idempotencyKey, deadline } = work;
      return { lease: taken, runId, step, attempt, with: given, idempotencyKey, deadline };
    } catch (error) {
      this.end(taken, outcomeOfError(error));
      return null;
    }
  }

  /** Extends the lease of a consumer that does a step. Returns false if the lease has ended. */
  keep(lease: string): boolean {
    return this.#owner.kernel().keep(lease);
  }

  /** Ends a step. Changes nothing if the lease has ended. */
  end(lease: string, outcome: StepOutcome): void {
    this.#owner.kernel().settle(lease, outcome);
    forgetSent(lease);
  }

  /** Removes the steps with these leases from their lanes: they were cancelled before a consumer took them. */
  async leave(leases: readonly string[]): Promise<void> {
    const left = leases.map(async (lease) => {
      const work = parseLease(lease);
      const place = work && this.#owner.place(work.runId, this.#readLane(work));
      if (!place) return;
      await leaveLane(this.#env, place.scope, place.lane, [{ ...work, lease, waitedMs: null }]);
    });
    await Promise.all(left);
  }

  #readLane({ runId, step }: LaneWork): Lane {
    const definition = this.#owner.kernel().definition(runId);
    return definition?.steps[parseStepName(step).step]?.lane ?? "default";
  }

  async #submit(claims: readonly StepClaim[]): Promise<void> {
    const lanes = new Map<Lane, LaneJob[]>();
    let scope: Scope | null = null;
    for (const claim of claims) {
      const place = this.#owner.place(claim.runId, claim.lane);
      if (!place) continue;
      // All runs of an object are of one project.
      ({ scope } = place);
      rememberSent(this.#env, claim.lease);
      const jobs = lanes.get(place.lane) ?? [];
      jobs.push(makeJob(claim, place.scope));
      lanes.set(place.lane, jobs);
    }
    if (scope) await submitToLanes(this.#env, scope, lanes);
  }
}

function makeJob(claim: StepClaim, scope: Scope): LaneJob {
  const { runId, step, lease } = claim;
  const message: StepMessage = { v: 1, scope, runId, lease };
  return { runId, step, lease, tokens: estimateJob(measure(claim), null), message };
}

/** Measures the parameters of a step as JSON, in bytes. */
function measure(claim: StepClaim): number {
  try {
    return jsonBytes(claim.readWith());
  } catch {
    // The step fails with this error when a consumer takes it.
    return 0;
  }
}
