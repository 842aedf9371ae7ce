/**
 * The state of a circuit breaker for one model of a provider: the recent outcomes of calls, and whether more calls are
 * allowed. `admitCall` and `settleCall` compute the next state from a state and an event; they read no clock and no
 * random numbers. Times are Unix times in milliseconds.
 *
 * `epoch` numbers the phases of a circuit breaker: every change of phase increases it. A permit carries the `epoch` of
 * the state that gave it, so the outcome of a call that ends in a later phase is ignored.
 */
export type Circuit =
  | {
      readonly phase: "closed";
      readonly epoch: number;
      /** The outcomes of the last 30 s, counted in slices of 5 s, oldest first. */
      readonly recent: readonly Tally[];
      readonly hardFailuresInRow: number;
    }
  | {
      readonly phase: "open";
      readonly epoch: number;
      readonly until: number;
      /**
       * The duration for which the circuit stays open, in milliseconds, without the random variation. It doubles (up to
       * a limit) each time a trial call in the half-open phase fails.
       */
      readonly openMs: number;
    }
  | {
      readonly phase: "half_open";
      readonly epoch: number;
      readonly since: number;
      readonly openMs: number;
      readonly probesOut: number;
      readonly probesPassed: number;
    };

type Tally = { readonly from: number; readonly calls: number; readonly bad: number };

/**
 * The outcome of a model call, as the circuit breaker counts it. `slow` counts as bad, like a failure. `hard_failure`:
 * the provider did not answer at all. `ignored`: a 4xx status or a cancelled call, which is not the provider's fault.
 */
export type CallOutcome = "success" | "slow" | "failure" | "hard_failure" | "ignored";

/**
 * The permission to make one model call. `epoch` is the `epoch` of the circuit breaker's state when it gave the
 * permission.
 */
export type Permit = { readonly epoch: number };

/** The decision of a circuit breaker about a call, and its state after the decision. */
export type Admission = {
  readonly circuit: Circuit;
  /** The permission to call; null if the call is not allowed now. */
  readonly permit: Permit | null;
  /** The milliseconds until a call may be allowed again; 0 if one is allowed now, or if nobody knows. */
  readonly retryAfterMs: number;
};

/** The decision of a circuit breaker about a call, for its caller. */
export type Admitted = Omit<Admission, "circuit">;

const WINDOW_MS = 30_000;
const SLICE_MS = 5_000;
const CALLS_MIN = 20;
const BAD_SHARE_MAX = 0.5;
const HARD_FAILURES_MAX = 5;
const OPEN_FIRST_MS = 10_000;
const OPEN_MAX_MS = 120_000;
/** The open time varies by this share, so that callers do not return all at once. */
const JITTER_SHARE = 0.2;
const PROBES = 3;
/** A call takes at most 120 s; a probe without an outcome after that was lost with its isolate. */
const PROBE_LOST_MS = 120_000;

/** Returns the state of a circuit breaker that allows calls and has not counted any outcome. */
export function closedCircuit(epoch = 0): Circuit {
  return { phase: "closed", epoch, recent: [], hardFailuresInRow: 0 };
}

/** Decides whether a model call is allowed at `now` (milliseconds since the epoch). */
export function admitCall(circuit: Circuit, now: number): Admission {
  switch (circuit.phase) {
    case "closed":
      return { circuit, permit: { epoch: circuit.epoch }, retryAfterMs: 0 };
    case "open":
      return now < circuit.until
        ? { circuit, permit: null, retryAfterMs: circuit.until - now }
        : startProbing(circuit, now);
    case "half_open": {
      if (now - circuit.since >= PROBE_LOST_MS) return startProbing(circuit, now);
      const { epoch, probesOut, probesPassed } = circuit;
      if (probesOut + probesPassed >= PROBES) return { circuit, permit: null, retryAfterMs: 0 };
      return {
        circuit: { ...circuit, probesOut: probesOut + 1 },
        permit: { epoch },
        retryAfterMs: 0,
      };
    }
  }
}

/**
 * Returns the state of a circuit breaker after the outcome of a call that it allowed. `now` is the time of the outcome,
 * in milliseconds since the epoch. `chance`, a random number from 0 to 1, varies the time for which the circuit stays
 * open, so that not all circuits send calls to the provider again at the same time.
 */
export function settleCall(
  circuit: Circuit,
  permit: Permit,
  outcome: CallOutcome,
  now: number,
  chance: number,
): Circuit {
  if (permit.epoch !== circuit.epoch) return circuit;
  switch (circuit.phase) {
    case "closed":
      return outcome === "ignored" ? circuit : settleClosed(circuit, outcome, now, chance);
    case "open":
      return circuit;
    case "half_open":
      return settleProbe(circuit, outcome, now, chance);
  }
}

/** The state of a circuit breaker, as operators see it. Times are in milliseconds since the epoch. */
export type CircuitView = {
  readonly phase: Circuit["phase"];
  /** The time from which on a call is tried again; null unless the circuit is open. */
  readonly until: number | null;
  /** Calls of the last 30 s, and those of them that failed or were slow; 0 unless the circuit is closed. */
  readonly calls: number;
  readonly bad: number;
};

/** Describes the state of a circuit breaker at `now`. A circuit that has been open long enough tries the next call. */
export function viewCircuit(circuit: Circuit, now: number): CircuitView {
  switch (circuit.phase) {
    case "closed": {
      const recent = circuit.recent.filter(({ from }) => from > now - WINDOW_MS);
      const calls = recent.reduce((sum, slice) => sum + slice.calls, 0);
      const bad = recent.reduce((sum, slice) => sum + slice.bad, 0);
      return { phase: "closed", until: null, calls, bad };
    }
    case "open": {
      const isOver = now >= circuit.until;
      const until = isOver ? null : circuit.until;
      return { phase: isOver ? "half_open" : "open", until, calls: 0, bad: 0 };
    }
    case "half_open":
      return { phase: "half_open", until: null, calls: 0, bad: 0 };
  }
}

type Phase<Name extends Circuit["phase"]> = Extract<Circuit, { phase: Name }>;

function startProbing({ epoch, openMs }: Phase<"open" | "half_open">, now: number): Admission {
  const next = epoch + 1;
  return {
    circuit: {
      phase: "half_open",
      epoch: next,
      since: now,
      openMs,
      probesOut: 1,
      probesPassed: 0,
    },
    permit: { epoch: next },
    retryAfterMs: 0,
  };
}

function settleClosed(
  circuit: Phase<"closed">,
  outcome: Exclude<CallOutcome, "ignored">,
  now: number,
  chance: number,
): Circuit {
  const isHard = outcome === "hard_failure";
  const recent = addToTally(circuit.recent, outcome, now);
  const hardFailuresInRow = isHard ? circuit.hardFailuresInRow + 1 : 0;
  const calls = recent.reduce((sum, slice) => sum + slice.calls, 0);
  const bad = recent.reduce((sum, slice) => sum + slice.bad, 0);
  const isFailing = calls >= CALLS_MIN && bad / calls >= BAD_SHARE_MAX;
  if (isFailing || hardFailuresInRow >= HARD_FAILURES_MAX) {
    return openCircuit(circuit.epoch, OPEN_FIRST_MS, now, chance);
  }
  return { ...circuit, recent, hardFailuresInRow };
}

function settleProbe(
  circuit: Phase<"half_open">,
  outcome: CallOutcome,
  now: number,
  chance: number,
): Circuit {
  const probesOut = Math.max(0, circuit.probesOut - 1);
  if (outcome === "ignored") return { ...circuit, probesOut };
  if (outcome !== "success") {
    return openCircuit(circuit.epoch, Math.min(OPEN_MAX_MS, circuit.openMs * 2), now, chance);
  }
  const probesPassed = circuit.probesPassed + 1;
  if (probesPassed >= PROBES) return closedCircuit(circuit.epoch + 1);
  return { ...circuit, probesOut, probesPassed };
}

function openCircuit(epoch: number, openMs: number, now: number, chance: number): Circuit {
  const jittered = openMs * (1 + JITTER_SHARE * (2 * chance - 1));
  return { phase: "open", epoch: epoch + 1, openMs, until: now + Math.round(jittered) };
}

function addToTally(recent: readonly Tally[], outcome: CallOutcome, now: number): readonly Tally[] {
  const from = now - (now % SLICE_MS);
  const kept = recent.filter((slice) => slice.from > now - WINDOW_MS && slice.from !== from);
  const current = recent.find((slice) => slice.from === from) ?? { from, calls: 0, bad: 0 };
  const bad = current.bad + (outcome === "success" ? 0 : 1);
  return [...kept, { from, calls: current.calls + 1, bad }];
}
