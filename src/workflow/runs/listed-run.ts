import type { RunId } from "../../ids.ts";
import type { RunStatus } from "../../kernel/rules/run/run-view.ts";

/** A run as lists show it, with its state at the time `updatedAt`. Times are in milliseconds since the epoch. */
export type ListedRun = {
  readonly id: RunId;
  readonly workflow: string;
  readonly workflowVersion: number;
  readonly status: RunStatus;
  readonly errorStep: string | null;
  readonly errorMessage: string | null;
  readonly metadata: string;
  readonly createdAt: number;
  readonly settledAt: number | null;
  readonly updatedAt: number;
};

/** A request for a page of a project's runs, with filters. */
export type RunListQuery = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly status?: string | undefined;
  readonly workflow?: string | undefined;
};
