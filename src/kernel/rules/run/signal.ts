import { err, ok, type Result } from "../../../result.ts";
import { SIGNAL, type StepDefinition, type Work } from "../definition.ts";
import { parseStepName } from "../step/step-name.ts";
import type { StepState, Wait } from "../step/step-state.ts";

/** A message to a run from outside the kernel. */
export type Signal = {
  /** Deduplicates: repeating a signal with the same id has no further effect. */
  readonly id: string;
  /** The name that a step waits for. A decision about a step that failed for good has the step's name. */
  readonly name: string;
} & SignalBody;

/** The content of a signal. */
export type SignalBody = {
  readonly payload: unknown;
  readonly actor: string | null;
  readonly reason: string | null;
  /** The number of the last event that the sender has seen. It makes the signal a decision, which may be stale. */
  readonly event: number | null;
};

/** The reason why a signal was not accepted. */
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

/** The acceptance of a signal: consumed by a step, or kept for a step that will wait for it. */
export type SignalReceipt = { readonly status: "consumed" | "kept"; readonly step: string | null };

/** Maximum number of signals that are kept for one run. */
export const SIGNALS_MAX = 1_000;

/** Tests whether a step may ever wait for a signal. */
export const mayAwait = (definition: StepDefinition, name: string): boolean =>
  [definition, ...(definition.fallback ?? [])].some((work) => isWaitFor(work, name));

/** Tests whether a step, or an item of it, may ever need a decision that is sent under `name`. */
export const mayWantDecision = (definition: StepDefinition, step: string, name: string): boolean =>
  definition.onExhausted === "human" && parseStepName(name).step === step;

/**
 * Lists the fields that an early signal must have. Requirements that are expressions are not known yet and not listed.
 */
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

/** Lists the required fields that a signal does not have. */
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

/** Accepts or refuses a signal for a wait. `lastEvent` is the number of the run's last event. */
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
      `The decision refers to event ${event}, but the run has only ${lastEvent} events. Read the run again and decide again.`,
    );
  }
  if (event >= wait.event) return ok(null);
  return refuse(
    "signal_stale",
    `The decision refers to event ${event}, which is outdated: event ${wait.event} asked for it. Read the run again and decide again.`,
  );
}

/** Refuses a signal that lacks required fields. */
export const incomplete = (missing: readonly string[]) =>
  refuse(
    "signal_incomplete",
    `This signal must also have ${missing.join(" and ")}. Send it again with ${missing.length === 1 ? "that field" : "these fields"}.`,
  );

/** Makes a refusal. */
export const refuse = (
  code: SignalRefusal["code"],
  message: string,
): Result<never, SignalRefusal> => err({ code, message });

/** A person's decision about a step that failed for good. */
export type Decision =
  | { readonly action: "retry" }
  | { readonly action: "fail" }
  | { readonly action: "skip"; readonly output: unknown };

/** Parses a signal's payload as a decision; null if it is not one. */
export function parseDecision(payload: unknown): Decision | null {
  if (typeof payload !== "object" || payload === null || !("action" in payload)) return null;
  const { action } = payload;
  if (action === "retry" || action === "fail") return { action };
  return action === "skip" ? { action, output: "output" in payload ? payload.output : null } : null;
}

/** Tests whether a step waits for a person's decision. */
export const wantsDecision = (state: StepState | undefined) =>
  state?.phase === "held" && state.because === "human";
