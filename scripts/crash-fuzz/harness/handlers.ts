import {
  FatalStepError,
  type StepClaim,
  type StepContext,
  type StepHandler,
} from "../../../src/kernel/rules/step-handler.ts";
import { undoneBy } from "../../../src/kernel/rules/step/step-name.ts";
import type { PlanCrash } from "./crashes.ts";

/** The bindings of the Worker of the crash fuzz. */
export type HarnessEnv = {
  readonly EFFECTS_URL: string;
  /** The only moment at which the fast clock shows the real time, in milliseconds since the epoch. */
  readonly EPOCH: string;
  readonly CLOCK_RATE: string;
  readonly CRASH_CHANCE: string;
  readonly STRIKES_MAX: string;
  readonly SEED: string;
};

const QUEUE_LEASE_MS = 30_000;
/** Some seconds of work. The clock does not advance during it, so it is measured in iterations. */
const LONG_TURNS = 4_000_000_000;

type HandlerDeps = {
  readonly plan: PlanCrash;
  /** Tests whether the run has settled before. */
  hasSettled(runId: string): boolean;
  /** Reports on a lease after the work. */
  settleLater(lease: string, work: Promise<void>): void;
};

/**
 * Makes the step handlers of the crash fuzz, whose effects are requests to the effect server. They may crash the object
 * before and after each effect.
 */
export function harnessHandlers(env: HarnessEnv, deps: HandlerDeps): Record<string, StepHandler> {
  const call = async (kind: string, key: string, label: string, signal?: AbortSignal) => {
    const url = `${env.EFFECTS_URL}/${kind}/${encodeURIComponent(key)}?label=${encodeURIComponent(label)}`;
    const response = await fetch(url, { method: "PUT", ...(signal && { signal }) });
    await response.text();
    if (!response.ok) throw new Error(`The world answered ${response.status}`);
  };
  const cause = async (kind: string, context: StepContext): Promise<number> => {
    const reach = deps.plan(["before an effect", "after an effect", "once an effect is reported"]);
    reach("before an effect");
    await call(kind, context.idempotencyKey, formatLabel(context), context.signal);
    reach("after an effect");
    setTimeout(() => reach("once an effect is reported"));
    return context.attempt;
  };
  const fail = async (context: StepContext): Promise<never> => {
    await cause("try", context);
    throw new FatalStepError("It cannot work");
  };
  return {
    "effect@1": local((context) => cause("effect", context)),
    "undo@1": local((context) => cause("undo", { ...context, step: undoneBy(context.step) })),
    "flaky@1": local(async (context) => {
      if (context.attempt === 1) throw new Error("The first attempt always fails");
      return await cause("effect", context);
    }),
    "broken@1": local(fail),
    "thrown@1": local(async (context) => {
      await cause("effect", context);
      throw new Error("The effect was caused, but the attempt fails");
    }),
    "mended@1": local((context) =>
      deps.hasSettled(context.runId) ? cause("effect", context) : fail(context),
    ),
    "pure@1": { ...local(({ attempt }) => Promise.resolve(attempt)), pure: true },
    // Their effect passes no output gate, and they run until they are killed.
    "loud@1": local(neverEnd),
    "greedy@1": { ...local(neverEnd), pure: true },
    "posted@1": dispatched(async (claims) => {
      for (const { lease, runId, step } of claims) {
        deps.settleLater(lease, call("effect", `${runId}:${step}`, `${runId}/${step}`));
      }
    }),
    "queued@1": dispatched(async (claims) => {
      for (const { lease, runId, step } of claims) await call("queue", lease, `${runId}/${step}`);
    }),
  };
}

async function neverEnd({ idempotencyKey }: StepContext): Promise<number> {
  console.log(`at work: ${idempotencyKey}`);
  let turn = 0;
  while (turn < LONG_TURNS) turn++;
  return turn;
}

const local = (run: (context: StepContext) => Promise<unknown>) =>
  ({ kind: "local", run }) satisfies StepHandler;

const dispatched = (dispatch: (claims: readonly StepClaim[]) => Promise<void>): StepHandler => ({
  kind: "dispatched",
  inFlightMax: 100,
  leaseMs: QUEUE_LEASE_MS,
  dispatch,
});

/** Formats `{run}/{step}`, with the `part` that distinguishes the fallbacks of a step. */
function formatLabel({ runId, step, with: given }: StepContext): string {
  const part: unknown =
    typeof given === "object" && given !== null ? Reflect.get(given, "part") : undefined;
  return `${runId}/${step}${typeof part === "string" ? `.${part}` : ""}`;
}
