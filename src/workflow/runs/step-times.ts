import type { RunEvent } from "../../kernel/rules/run/event.ts";

/**
 * The times of a step and of its attempts, in milliseconds since the epoch. `startedAt` is null for a step without
 * external effects, whose start is not logged.
 */
export type StepTimes = {
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly attempts: readonly AttemptTimes[];
};

/** The times and the error of one attempt. `endedAt` is null while it runs; `error` is null unless it failed. */
export type AttemptTimes = {
  readonly attempt: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly error: string | null;
};

/** Maximum number of attempts that are kept per step; the oldest are dropped. */
const ATTEMPTS_MAX = 10;

/** Reads the times of steps, items and undos from the events of a run's log. */
export class StepTimesCollector {
  readonly #times = new Map<string, StepTimes>();

  /** Returns the times of the row `row`, a step, an item or an undo; all null if it has not begun. */
  of(row: string): StepTimes {
    return this.#times.get(row) ?? NONE;
  }

  /** Adds the next event of the log. Events must be added in order. */
  add({ type, step, at, detail }: RunEvent): void {
    if (step === null) return;
    switch (type) {
      case "step.started":
        this.#begin(step, at, { attempt: detail?.attempt ?? 1, startedAt: at, ...OPEN });
        return;
      case "step.waiting":
        this.#begin(step, at, null);
        return;
      case "step.retried":
      case "step.lost":
      case "step.fell_back":
      case "step.held":
        this.#endAttempt(step, at, detail?.message ?? null);
        return;
      case "step.completed":
      case "step.skipped":
        this.#end(step, at, null);
        return;
      case "step.failed":
        this.#end(step, at, detail?.message ?? null);
        return;
      case "step.undone":
        this.#end(`${step}~undo`, at, null);
        return;
      case "step.undo_failed":
        this.#end(`${step}~undo`, at, detail?.message ?? null);
        return;
      // These do not change a step's times. The linter reports a new type of event until it has a case.
      case "run.started":
      case "run.paused":
      case "run.resumed":
      case "run.retried":
      case "run.undoing":
      case "run.completed":
      case "run.failed":
      case "run.cancelled":
      case "step.released":
      case "signal.received":
    }
  }

  #begin(step: string, at: number, attempt: AttemptTimes | null): void {
    const known = this.of(step);
    // A settled step starts over.
    const times = known.endedAt === null ? known : NONE;
    const attempts = attempt ? [...times.attempts, attempt].slice(-ATTEMPTS_MAX) : times.attempts;
    this.#times.set(step, { startedAt: times.startedAt ?? at, endedAt: null, attempts });
  }

  #endAttempt(step: string, at: number, error: string | null): void {
    const times = this.of(step);
    const last = times.attempts.at(-1);
    if (last?.endedAt !== null) return;
    const attempts = [...times.attempts.slice(0, -1), { ...last, endedAt: at, error }];
    this.#times.set(step, { ...times, attempts });
  }

  #end(step: string, at: number, error: string | null): void {
    this.#endAttempt(step, at, error);
    const times = this.of(step);
    this.#times.set(step, { ...(times.endedAt === null ? times : NONE), endedAt: at });
  }
}

const OPEN = { endedAt: null, error: null };
const NONE: StepTimes = { startedAt: null, endedAt: null, attempts: [] };
