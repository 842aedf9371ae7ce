import type { Definition } from "./definition.ts";

/**
 * A workflow as it is passed to a new run, which keeps it: its version, its definition, and the definitions of the
 * sub-workflows that it may start, by name.
 */
export type PinnedWorkflow = {
  readonly version: WorkflowVersion;
  readonly definition: Definition;
  readonly workflows: Readonly<Record<string, Definition>>;
};

/** The name and version of a workflow. Version 0 is the one built into the service. */
export type WorkflowVersion = {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
};
