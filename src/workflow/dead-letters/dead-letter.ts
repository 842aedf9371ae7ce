import type {
  DeadLetterId,
  FileId,
  ResponseId,
  RunId,
  ScheduleId,
  VectorStoreId,
} from "../../ids.ts";
import type { Lane } from "../../kernel/rules/definition.ts";
import type { FailedAttempt } from "../../kernel/rules/run/run-view.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { shorten } from "../../shorten.ts";

/** The kinds of jobs that dead letters are about. */
export const LETTER_KINDS = ["file", "response", "run", "schedule"] as const;
/**
 * The kind of a job: the indexing of a file in a vector store, an answer in the background, a run of a workflow, or the
 * start of a run at a time of a schedule.
 */
export type LetterKind = (typeof LETTER_KINDS)[number];

/** The statuses of a dead letter, as the API shows them. */
export const LETTER_STATUSES = ["open", "scheduled", "redriven", "completed", "cancelled"] as const;
/**
 * The status of a dead letter. `scheduled`: a redrive of many has not come to it yet. `redriven`: the job runs again;
 * its end makes the letter `completed`, `cancelled`, or `open` again.
 */
export type LetterStatus = (typeof LETTER_STATUSES)[number];

/** The ids that find a job. A letter has ids and no texts of the project. */
export type DeadJob =
  | { readonly kind: "file"; readonly storeId: VectorStoreId; readonly fileId: FileId }
  | { readonly kind: "response"; readonly responseId: ResponseId }
  | { readonly kind: "run"; readonly runId: RunId }
  | {
      readonly kind: "schedule";
      readonly scheduleId: ScheduleId;
      /** The scheduled time, in milliseconds since the epoch. */
      readonly tick: number;
    };

/** The end of a job after which nothing tries it again by itself. */
export type Death = {
  readonly job: DeadJob;
  readonly lane: Lane;
  /** Name of the workflow that the job ran. */
  readonly workflow: string;
  /** The step that failed for good. */
  readonly step: string;
  readonly message: string;
  /** The number of failed attempts, and the newest of them, oldest first. */
  readonly attempts: number;
  readonly errors: readonly FailedAttempt[];
  /** Time of the end, in milliseconds since the epoch. */
  readonly diedAt: number;
};

/** A dead letter: a job that was given up, kept until it is redriven or discarded, or its time is over. */
export type DeadLetter = Death & {
  readonly id: DeadLetterId;
  /** The hash of the definition of the workflow that the job ran. */
  readonly definitionHash: string;
  readonly status: LetterStatus;
  /** When a redrive of many redrives it, in milliseconds since the epoch; null unless it is `scheduled`. */
  readonly redriveAt: number | null;
  /** The reason why the last redrive of many was refused; null without one. */
  readonly redriveError: string | null;
};

/** The dead letter of a job as the job's object writes it: its newest end, or that it has completed since. */
export type LetterEntry = {
  readonly id: DeadLetterId;
  readonly scope: Scope;
  readonly status: Extract<LetterStatus, "open" | "completed" | "cancelled">;
  /** Grows with every change, so that an entry that arrives late changes nothing. */
  readonly version: number;
  readonly death: Death & Pick<DeadLetter, "definitionHash">;
};

/** Time for which a dead letter is kept after the last end of its job, in milliseconds: 30 days. */
export const LETTER_KEPT_MS = 30 * 24 * 3_600_000;

/** Maximum number of attempts that a letter lists, and of characters of an error message in it. */
const ERRORS_MAX = 20;
const MESSAGE_CHARACTERS_MAX = 1_000;

/** The properties of a `Death` from which `describeDeath` makes the others. */
type GivenUp = Omit<Death, "attempts" | "errors"> & { readonly failures: readonly FailedAttempt[] };

/** Describes the end of a job, with the newest failed attempts; a job without any has one, its end. */
export function describeDeath({ failures, ...death }: GivenUp): Death {
  const { diedAt: at, step, message } = death;
  const all = failures.length > 0 ? failures : [{ at, step, attempt: null, message }];
  const errors = all
    .slice(-ERRORS_MAX)
    .map((failure) => ({ ...failure, message: cut(failure.message) }));
  return { ...death, message: cut(message), attempts: all.length, errors };
}

const cut = (message: string) => shorten(message, MESSAGE_CHARACTERS_MAX);
