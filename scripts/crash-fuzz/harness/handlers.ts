import {
  FatalStepError,
  type StepContext,
  type StepHandler,
} from "../../../src/kernel/step-handler.ts";
import type { PlanCrash } from "./crashes.ts";

export type HarnessEnv = {
  readonly EFFECTS_URL: string;
  /** The fast clock: when it showed the wall's time, and how many times as fast it runs. */
  readonly EPOCH: string;
  readonly CLOCK_RATE: string;
  readonly CRASH_CHANCE: string;
  readonly SEED: string;
};

const QUEUE_LEASE_MS = 30_000;
/** Some seconds of work. The clock stands still meanwhile, so it is measured in turns. */
const LOUD_TURNS = 4_000_000_000;

/** Handlers whose effects are calls to the world outside, which may crash around them. */
export function harnessHandlers(env: HarnessEnv, plan: PlanCrash): Record<string, StepHandler> {
  const call = async (kind: string, key: string, label: string, signal?: AbortSignal) => {
    const url = `${env.EFFECTS_URL}/${kind}/${encodeURIComponent(key)}?label=${encodeURIComponent(label)}`;
    const response = await fetch(url, { method: "PUT", ...(signal && { signal }) });
    await response.text();
    if (!response.ok) throw new Error(`The world answered ${response.status}`);
  };
  const cause = async (kind: string, context: StepContext): Promise<number> => {
    const reach = plan(["before an effect", "after an effect", "once an effect is reported"]);
    reach("before an effect");
    await call(kind, context.idempotencyKey, labelOf(context), context.signal);
    reach("after an effect");
    setTimeout(() => reach("once an effect is reported"));
    return context.attempt;
  };
  return {
    "effect@1": local((context) => cause("effect", context)),
    "undo@1": local((context) => cause("undo", context)),
    "flaky@1": local(async (context) => {
      if (context.attempt === 1) throw new Error("The first attempt always fails");
      return await cause("effect", context);
    }),
    "broken@1": local(() => Promise.reject(new FatalStepError("It cannot work"))),
    // Its effect passes no output gate, and it goes on until it is killed.
    "loud@1": local(async ({ idempotencyKey }) => {
      console.log(`loud: ${idempotencyKey}`);
      let turn = 0;
      while (turn < LOUD_TURNS) turn++;
      return turn;
    }),
    "queued@1": {
      kind: "dispatched",
      inFlightMax: 100,
      leaseMs: QUEUE_LEASE_MS,
      dispatch: async (claims) => {
        for (const { lease, runId, step } of claims) {
          await call("queue", lease, `${runId}/${step}`);
        }
      },
    },
  };
}

const local = (run: (context: StepContext) => Promise<unknown>): StepHandler => ({
  kind: "local",
  run,
});

/** `{run}/{step}`, and what tells an item of a map or a child of a run apart. */
function labelOf({ runId, step, input, with: given }: StepContext): string {
  const causes = memberOf(input, "causes") ?? `${runId}/`;
  const part = memberOf(given, "part");
  return `${causes}${step}${part === null ? "" : `.${part}`}`;
}

function memberOf(value: unknown, name: string): string | null {
  if (typeof value !== "object" || value === null) return null;
  const member: unknown = Reflect.get(value, name);
  return typeof member === "string" ? member : null;
}
