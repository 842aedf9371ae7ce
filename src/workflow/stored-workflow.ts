import type { WorkflowId } from "../ids.ts";
import type { Definition } from "../kernel/rules/definition.ts";
import type { WorkflowBody } from "./compile/workflow-body.ts";

/** One version of a workflow. Versions never change, so a run that names one has fixed behaviour. */
export type StoredWorkflow = {
  readonly id: WorkflowId;
  readonly name: string;
  /** Counts from 1; 0 for a built-in workflow. */
  readonly version: number;
  /** Hash of the definition: the same graph has the same hash. */
  readonly hash: string;
  readonly description: string | null;
  /** The body as it was sent. */
  readonly body: WorkflowBody;
  readonly definition: Definition;
  /** Unix seconds. */
  readonly createdAt: number;
};

/** A workflow name, and a version or null for the latest one. */
export type WorkflowReference = { readonly name: string; readonly version: number | null };

/** Parses a reference: `refund` is the latest version, `refund@3` is version 3. Null when the text is neither. */
export function parseReference(text: string): WorkflowReference | null {
  const [, name, version] = /^([a-zA-Z][a-zA-Z0-9_-]{0,63})(?:@([1-9]\d{0,8}))?$/.exec(text) ?? [];
  if (name === undefined) return null;
  return { name, version: version === undefined ? null : Number(version) };
}
