import type { DeadLetterId } from "../../ids.ts";
import type { Lane } from "../../kernel/rules/definition.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { PageRequest } from "../../page.ts";
import type { DeadJob, LetterKind, LetterStatus } from "./dead-letter.ts";

/** A selection of dead letters; an absent member selects all. Times are in milliseconds since the epoch. */
export type LetterFilter = {
  readonly kind?: LetterKind | undefined;
  readonly lane?: Lane | undefined;
  /** A part of the error message, in upper or lower case. */
  readonly error?: string | undefined;
  readonly diedAfter?: number | undefined;
  readonly diedBefore?: number | undefined;
};

/** A request for a page of a project's dead letters, with filters. */
export type LetterListQuery = PageRequest<string> &
  LetterFilter & { readonly status?: LetterStatus | undefined };

/** A redrive of the open letters that `filter` selects, at most `limit` of them, `perMinute` in a minute. */
export type RedrivePlan = {
  readonly filter: LetterFilter;
  readonly perMinute: number;
  readonly limit: number;
};

/** A letter whose turn in a redrive of many has come. */
export type ScheduledLetter = {
  readonly id: DeadLetterId;
  readonly scope: Scope;
  readonly job: DeadJob;
  readonly version: number;
};
