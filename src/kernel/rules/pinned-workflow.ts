import type { Definition } from "./definition.ts";

/** A workflow as a run keeps it: what it is, and the sub-workflows that it may start, by the names they are called by. */
export type PinnedWorkflow = {
  readonly version: WorkflowVersion;
  readonly definition: Definition;
  readonly workflows: Readonly<Record<string, Definition>>;
};

/** Which version of a workflow; 0 is what the service brings along. */
export type WorkflowVersion = {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
};
