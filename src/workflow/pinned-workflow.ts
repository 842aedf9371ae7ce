import type { Definition } from "../kernel/definition.ts";

/** A workflow as a run keeps it: what it is, and the sub-workflows that it may start, by the names they are called by. */
export type PinnedWorkflow = {
  readonly definition: Definition;
  readonly workflows: Readonly<Record<string, Definition>>;
};
