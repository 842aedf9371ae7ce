import type { Definition } from "./definition.ts";

/** A workflow as a run keeps it: its definition, and the sub-workflows that it may start, by name. */
export type PinnedWorkflow = {
  readonly version: WorkflowVersion;
  readonly definition: Definition;
  readonly workflows: Readonly<Record<string, Definition>>;
};

/** The version of a workflow. Version 0 is built into the service. */
export type WorkflowVersion = {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
};
