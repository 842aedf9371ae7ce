import type { WorkflowId } from "../ids.ts";
import type { Definition } from "../kernel/rules/definition.ts";
import type { WorkflowBody } from "./compile/workflow-body.ts";

/** A version of a workflow as it is stored. Versions never change, so a run that names one always does the same. */
export type StoredWorkflow = {
  readonly id: WorkflowId;
  readonly name: string;
  /** The version's number, from 1; 0 for a built-in workflow. */
  readonly version: number;
  /** `contentHash` of the definition, by which an unchanged workflow is recognised. */
  readonly hash: string;
  readonly description: string | null;
  /** The workflow in the form in which the client sent it. */
  readonly body: WorkflowBody;
  readonly definition: Definition;
  /** Time at which the version was saved, in Unix seconds. */
  readonly createdAt: number;
};

/** The name of a workflow and a version of it; null means the latest. */
export type WorkflowReference = { readonly name: string; readonly version: number | null };

/**
 * Parses a reference to a workflow: `refund` means the latest version, `refund@3` version 3. Null if the text is
 * neither.
 */
export function parseReference(text: string): WorkflowReference | null {
  const [, name, version] = /^([a-zA-Z][a-zA-Z0-9_-]{0,63})(?:@([1-9]\d{0,8}))?$/.exec(text) ?? [];
  if (name === undefined) return null;
  return { name, version: version === undefined ? null : Number(version) };
}
