import { columns, integer, json, nullable, text } from "../../columns.ts";
import type { Definition } from "../rules/definition.ts";
import type { EventDetail } from "../rules/run/event.ts";
import type { RunStatus } from "../rules/run/run-view.ts";

export const RUN = columns("kernel_run", {
  id: text(),
  definitionId: integer(),
  status: text<RunStatus>(),
  input: json<unknown>(),
  output: nullable(json<unknown>()),
  errorStep: nullable(text()),
  errorMessage: nullable(text()),
  outcome: nullable(text<"failed" | "cancelled">()),
  parentRun: nullable(text()),
  parentStep: nullable(text()),
  rootRun: text(),
  depth: integer(),
  size: integer(),
  createdAt: integer(),
  settledAt: nullable(integer()),
});
/** Without the values that may be long: inputs and outputs are read by themselves. */
export const STORED_RUN = RUN.omit("input", "output", "size");

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

/** Older versions of the body have other shapes, so `readDefinition` reads it and not `parseJson`. */
export const DEFINITION = columns("kernel_definition", {
  id: integer(),
  body: json<Definition>(),
  version: integer(),
});
