import { newId, type RunId, runIdOf } from "../ids.ts";
import type { Definition } from "../kernel/definition.ts";
import { notFound, type Refusal } from "../refusal.ts";
import { err, type Result } from "../result.ts";
import { canonicalJson } from "./content-hash.ts";
import { type FindWorkflowDeps, findSubworkflows, findWorkflow } from "./find-workflow.ts";
import { outOfPlace } from "./out-of-place.ts";
import type { RunBody } from "./runs/show-run.ts";
import { parseReference } from "./stored-workflow.ts";

/** Of an input's JSON, in bytes. Larger things are uploaded as files and named. */
export const INPUT_BYTES_MAX = 1_000_000;

export type RunRequest = {
  /** `name` or `name@version`. */
  readonly workflow: string;
  readonly input: unknown;
  readonly metadata: Readonly<Record<string, string>>;
};

/** A run to be started. Sent again under the same id it is the same run. */
export type RunCommand = {
  readonly id: RunId;
  /** Of what was asked: under one id only the same is asked again. */
  readonly fingerprint: string;
  readonly workflow: { readonly name: string; readonly version: number; readonly hash: string };
  readonly definition: Definition;
  /** By the names that steps use. */
  readonly workflows: Readonly<Record<string, Definition>>;
  readonly input: unknown;
  readonly metadata: Readonly<Record<string, string>>;
};

export type StartRunDeps = FindWorkflowDeps & {
  start(command: RunCommand): Promise<Result<RunBody, Refusal>>;
};

/**
 * Starts a run of a workflow as it is now, with the workflows that it consists of. `key` is what a client repeats a
 * request by: it makes the run's id, so the object of that name finds repetitions without a table of keys.
 */
export async function startRun(
  deps: StartRunDeps,
  request: RunRequest,
  key: string | null,
): Promise<Result<RunBody, Refusal>> {
  const { workflow: reference, input, metadata } = request;
  const bytes = new TextEncoder().encode(JSON.stringify(input ?? null)).byteLength;
  if (bytes > INPUT_BYTES_MAX) return err(tooLarge(bytes));
  const parsed = parseReference(reference);
  const workflow = parsed && (await findWorkflow(deps, parsed));
  if (!workflow) return err(notFound("workflow", reference, "workflow"));
  const workflows = await findSubworkflows(deps, workflow.definition);
  if (!workflows.ok) return workflows;
  const all = [workflow.definition, ...Object.values(workflows.value)];
  const misplaced = outOfPlace(all, deps.stepTypes, "runs");
  if (misplaced) return err(misplaced);
  const { name, version, hash, definition } = workflow;
  return await deps.start({
    id: key === null ? newId("run_") : runIdOf(await sha256(key)),
    fingerprint: hexOf(await sha256(canonicalJson({ workflow: reference, input, metadata }))),
    workflow: { name, version, hash },
    definition,
    workflows: workflows.value,
    input: input ?? null,
    metadata,
  });
}

const tooLarge = (bytes: number): Refusal => ({
  code: "payload_too_large",
  message: `The input has ${bytes} bytes of JSON, at most ${INPUT_BYTES_MAX} are kept. Upload large texts as files and name them.`,
  param: "input",
});

const hexOf = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
