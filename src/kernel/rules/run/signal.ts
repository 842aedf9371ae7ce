import { err, ok, type Result } from "../../../result.ts";
import { SIGNAL, type StepDefinition, type Work } from "../definition.ts";
import { parseStepName } from "../step/step-name.ts";
import type { StepState, Wait } from "../step/step-state.ts";

/** A message to a run from outside. */
export type Signal = {
  /** Deduplicates: a signal that is sent again under its id is the same signal. */
  readonly id: string;
  /** The name that a step waits for. A decision about a step that failed for good bears the step's name. */
  readonly name: string;
} & SignalBody;

export type SignalBody = {
  readonly payload: unknown;
  readonly actor: string | null;
  readonly reason: string | null;
  /** The number of the last event that the sender had seen. It makes the signal a decision, which may be stale. */
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

/** Consumed by a step, or kept for one that will wait for it. */
export type SignalReceipt = { readonly status: "consumed" | "kept"; readonly step: string | null };

/** Maximum number of signals that are kept for one run. */
export const SIGNALS_MAX = 1_000;

/** Tests whether a step may ever wait for a signal of that name. */
export const mayAwait = (definition: StepDefinition, name: string): boolean =>
  [definition, ...(definition.fallback ?? [])].some((work) => isWaitFor(work, name));

/** Tests whether a step, or an item of it, may ever want a decision that is sent under that name. */
export const mayWantDecision = (definition: StepDefinition, step: string, name: string): boolean =>
  definition.onExhausted === "human" && parseStepName(name).step === step;

/** Lists what a signal must carry if it comes before its step waits; requirements that are known only later are not tested. */
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

/** Lists what a wait requires and the signal does not carry. */
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

/** Tests whether a wait accepts a signal. `lastEvent` is the number of the run's last event. */
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
    `The decision refers to event ${event}, which is outdated: event ${wait.event} asked for it. Read the run again and decide again.`,
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

/** A person's decision about a step that failed for good. */
export type Decision =
  | { readonly action: "retry" }
  | { readonly action: "fail" }
  | { readonly action: "skip"; readonly output: unknown };

/** Reads a decision from a signal's payload; null when it is none. */
export function parseDecision(payload: unknown): Decision | null {
  if (typeof payload !== "object" || payload === null || !("action" in payload)) return null;
  const { action } = payload;
  if (action === "retry" || action === "fail") return { action };
  return action === "skip" ? { action, output: "output" in payload ? payload.output : null } : null;
}

export const wantsDecision = (state: StepState | undefined) =>
  state?.phase === "held" && state.because === "human";
