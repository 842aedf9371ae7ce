import {
  withBound,
  LONG_TEXT_BYTES_MAX,
  columns,
  integer,
  json,
  nullable,
  text,
} from "../../columns.ts";
import { type Definition, DEFINITION_BYTES_MAX } from "../rules/definition.ts";
import type { EventDetail } from "../rules/run/event.ts";
import { RUN_INPUT_BYTES_MAX } from "../rules/run/run-input.ts";
import type { RunStatus } from "../rules/run/run-view.ts";
import { OUTPUT_BYTES_MAX } from "../rules/step/step-outcome.ts";

/** The columns of the table of runs. Times are in milliseconds since the epoch. */
export const RUN = columns("kernel_run", {
  id: text(),
  definitionId: integer(),
  status: text<RunStatus>(),
  input: withBound(json<unknown>(), RUN_INPUT_BYTES_MAX),
  output: nullable(withBound(json<unknown>(), OUTPUT_BYTES_MAX)),
  errorStep: nullable(text()),
  errorMessage: nullable(withBound(text(), LONG_TEXT_BYTES_MAX)),
  outcome: nullable(text<"failed" | "cancelled">()),
  parentRun: nullable(text()),
  parentStep: nullable(text()),
  rootRun: text(),
  depth: integer(),
  size: integer(),
  createdAt: integer(),
  settledAt: nullable(integer()),
});
/** The columns of a run that are read together. Its input and output may be large and are read separately. */
export const STORED_RUN = RUN.omit("input", "output", "size");

/** The columns of the table of events, the log of each run. */
export const EVENT = columns("kernel_event", {
  runId: text(),
  seq: integer(),
  at: integer(),
  type: text(),
  version: integer(),
  step: nullable(text()),
  /** Version 1 stored a bare message here; `upcastEvent` reads both. */
  detail: nullable(json<EventDetail>()),
  open: integer(),
});

/**
 * The columns of the table of definitions. `body` may have the shape of an older version; `readDefinition` converts it.
 */
export const DEFINITION = columns("kernel_definition", {
  id: integer(),
  body: withBound(json<Definition>(), DEFINITION_BYTES_MAX),
  version: integer(),
});
