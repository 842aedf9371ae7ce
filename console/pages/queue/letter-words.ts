import type { DeadLetter } from "../../api/operations.ts";

/** The states of a dead letter, for the filter. */
export const STATUSES = [
  { value: "open", label: "Open" },
  { value: "", label: "All" },
  { value: "scheduled", label: "To be redriven" },
  { value: "redriven", label: "Redriven" },
  { value: "completed", label: "Completed" },
  { value: "cancelled", label: "Cancelled" },
] as const;

/** The kinds of jobs, for the filter. */
export const KINDS = [
  { value: "", label: "All kinds" },
  { value: "file", label: "Files" },
  { value: "response", label: "Responses" },
  { value: "run", label: "Runs" },
  { value: "schedule", label: "Ticks of schedules" },
] as const;

/** The lanes of jobs, for the filter. */
export const LANES = [
  { value: "", label: "All lanes" },
  { value: "interactive", label: "Interactive" },
  { value: "default", label: "Default" },
  { value: "batch", label: "Batch" },
] as const;

/** The state of a dead letter in words. */
export const LETTER_STATUS: Readonly<Record<DeadLetter["status"], string>> = {
  open: "open",
  scheduled: "to be redriven",
  redriven: "redriven",
  completed: "completed",
  cancelled: "cancelled",
};

/** The status whose colour the state of a dead letter has. */
export const LETTER_TONE: Readonly<Record<DeadLetter["status"], string>> = {
  open: "failed",
  scheduled: "queued",
  redriven: "running",
  completed: "completed",
  cancelled: "cancelled",
};
