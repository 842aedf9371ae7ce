import { err, ok, type Result } from "../../../result.ts";
import { SIGNAL, type StepDefinition, type Work } from "../definition.ts";
import { parseStepName } from "../step/step-name.ts";
import type { StepState, Wait } from "../step/step-state.ts";

/** A message to a run from outside the kernel, for a step that waits for a signal of this name. */
export type Signal = {
  /** The id by which a repeated signal is recognised, which then has no further effect. */
  readonly id: string;
  /** The name that a step waits for. For a decision about a step that failed for good: the name of that step. */
  readonly name: string;
} & SignalBody;

/** The content of a signal, without its id and its name. */
export type SignalBody = {
  readonly payload: unknown;
  readonly actor: string | null;
  readonly reason: string | null;
  /**
   * The number of the last event of the run that the sender has seen; null if the sender names none. A signal with such
   * a number is a decision, and is refused if it was made before the step began to wait for it.
   */
  readonly event: number | null;
};

/** The reason why a run did not accept a signal, with a message for the sender. */
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

/**
 * Confirms that a run accepted a signal: a step has consumed it, or it is kept for a step that will wait for it (`step`
 * is null).
 */
export type SignalReceipt = { readonly status: "consumed" | "kept"; readonly step: string | null };

/** Maximum number of signals that one run may receive. */
export const SIGNALS_MAX = 1_000;

/**
 * Tests whether a step, by its definition, may at some time wait for a signal of this name. Signals that no step can
 * wait for are refused.
 */
export const mayAwait = (definition: StepDefinition, name: string): boolean =>
  [definition, ...(definition.fallback ?? [])].some((work) => isWaitFor(work, name));

/**
 * Tests whether a step or one of its items may at some time be held for a decision that is sent as a signal of this
 * name.
 */
export const mayWantDecision = (definition: StepDefinition, step: string, name: string): boolean =>
  definition.onExhausted === "human" && parseStepName(name).step === step;

/**
 * Lists the fields that a step requires of a signal of this name, to check a signal that arrives before the step waits
 * for it. Returns an empty list if the fields are given as an expression, which is evaluated when the wait begins.
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

/** Lists the fields in `requires` that a signal does not have. */
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

/**
 * Decides whether a signal may end a step's wait. Returns a refusal if the signal lacks required fields or refers to an
 * outdated event. `lastEvent` is the number of the run's last event.
 */
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

/** Makes the refusal of a signal that lacks the required fields `missing`. */
export const incomplete = (missing: readonly string[]) =>
  refuse(
    "signal_incomplete",
    `This signal must also have ${missing.join(" and ")}. Send it again with ${missing.length === 1 ? "that field" : "these fields"}.`,
  );

/** Makes the refusal of a signal. */
export const refuse = (
  code: SignalRefusal["code"],
  message: string,
): Result<never, SignalRefusal> => err({ code, message });

/** A person's decision about a step that is held because its work failed for good. */
export type Decision =
  | { readonly action: "retry" }
  | { readonly action: "fail" }
  | { readonly action: "skip"; readonly output: unknown };

/** Parses the payload of a signal as a person's decision about a held step; null if it is not one. */
export function parseDecision(payload: unknown): Decision | null {
  if (typeof payload !== "object" || payload === null || !("action" in payload)) return null;
  const { action } = payload;
  if (action === "retry" || action === "fail") return { action };
  return action === "skip" ? { action, output: "output" in payload ? payload.output : null } : null;
}

/** Tests whether a step is held until a person decides about it. */
export const wantsDecision = (state: StepState | undefined) =>
  state?.phase === "held" && state.because === "human";
