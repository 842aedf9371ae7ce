import { err, ok, type Result } from "../../../result.ts";
import { SIGNAL, type StepDefinition, type Work } from "../definition.ts";
import { parseStepName } from "../step/step-name.ts";
import type { StepState, Wait } from "../step/step-state.ts";

/** What somebody outside says to a run. */
export type Signal = {
  /** Sent again under the same id it is the same signal. */
  readonly id: string;
  /** What a step waits for; a step that failed for good and wants a decision is named itself. */
  readonly name: string;
} & SignalBody;

export type SignalBody = {
  readonly payload: unknown;
  readonly actor: string | null;
  readonly reason: string | null;
  /** The number of the last event that the sender had seen; what it says is a decision then, and may be stale. */
  readonly event: number | null;
};

export type SignalRefusal = {
  readonly code:
    | "run_not_found"
    | "run_settled"
    | "signal_unknown"
    | "signal_not_awaited"
    | "signal_incomplete"
    | "signal_stale"
    | "signal_reused"
    | "signals_full";
  readonly message: string;
};

/** How a signal was taken: by a step, or kept for one that will wait for it. */
export type SignalReceipt = { readonly status: "consumed" | "kept"; readonly step: string | null };

/** Signals that are kept for one run. */
export const SIGNALS_MAX = 1_000;

/** Whether a step may ever wait for a signal of that name. */
export const mayAwait = (definition: StepDefinition, name: string): boolean =>
  [definition, ...(definition.fallback ?? [])].some((work) => isWaitFor(work, name));

/** Whether a step, or an item of it, may ever want a decision that is sent under that name. */
export const mayWantDecision = (definition: StepDefinition, step: string, name: string): boolean =>
  definition.onExhausted === "human" && parseStepName(name).step === step;

/** What a signal that comes before its step must say so that the step can take it; what is known only later is not asked for. */
export function requiredBy(definition: StepDefinition, name: string): readonly string[] {
  const work = [definition, ...(definition.fallback ?? [])].find((one) => isWaitFor(one, name));
  const given = work?.with;
  if (typeof given !== "object" || given === null || !("requires" in given)) return [];
  return Array.isArray(given.requires) ? given.requires.map(String) : [];
}

function isWaitFor({ use, with: given }: Work, name: string): boolean {
  if (use !== SIGNAL || typeof given !== "object" || given === null || !("name" in given))
    return false;
  return given.name === name || (typeof given.name === "string" && given.name.includes("${"));
}

type SignalWait = Pick<Extract<Wait, { for: "signal" }>, "requires" | "event">;

/** What a wait requires of a signal, and the signal does not say. */
export function missingIn(
  { actor, reason, event }: Pick<SignalBody, "actor" | "reason" | "event">,
  requires: readonly string[],
): string[] {
  const given = new Map<string, string | number | null>([
    ["actor", actor || null],
    ["reason", reason || null],
    ["event", event],
  ]);
  return requires.filter((what) => given.get(what) === null);
}

/** Whether a wait takes a signal. `lastEvent` is the number of the run's last event. */
export function admitSignal(
  wait: SignalWait,
  signal: Signal,
  lastEvent: number,
): Result<null, SignalRefusal> {
  const { event } = signal;
  const missing = missingIn(signal, wait.requires);
  if (missing.length > 0) return incomplete(missing);
  if (event === null) return ok(null);
  if (event > lastEvent) {
    return refuse(
      "signal_stale",
      `The run has had ${lastEvent} events, so nobody has seen event ${event}.`,
    );
  }
  if (event >= wait.event) return ok(null);
  return refuse(
    "signal_stale",
    `The decision was made on event ${event}, but it was asked for with event ${wait.event}. Look at the run again and decide anew.`,
  );
}

export const incomplete = (missing: readonly string[]) =>
  refuse(
    "signal_incomplete",
    `This signal is a decision: say also its ${missing.join(" and its ")}.`,
  );

export const refuse = (
  code: SignalRefusal["code"],
  message: string,
): Result<never, SignalRefusal> => err({ code, message });

/** What a person decided about a step that failed for good. */
export type Decision =
  | { readonly action: "retry" }
  | { readonly action: "fail" }
  | { readonly action: "skip"; readonly output: unknown };

/** Reads a decision from a signal's payload; null when it is none. */
export function decisionOf(payload: unknown): Decision | null {
  if (typeof payload !== "object" || payload === null || !("action" in payload)) return null;
  const { action } = payload;
  if (action === "retry" || action === "fail") return { action };
  return action === "skip" ? { action, output: "output" in payload ? payload.output : null } : null;
}

export const wantsDecision = (state: StepState | undefined) =>
  state?.phase === "held" && state.because === "human";
