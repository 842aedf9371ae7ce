import { jsonBytes } from "../bounds.ts";
import { newId, deriveRunId } from "../ids.ts";
import { RUN_INPUT_BYTES_MAX } from "../kernel/rules/run/run-input.ts";
import { notFound, type Refusal } from "../refusal.ts";
import { err, type Result } from "../result.ts";
import { canonicalJson } from "./content-hash.ts";
import { type FindWorkflowDeps, findWorkflow } from "./find-workflow.ts";
import { pinWorkflow } from "./pin-workflow.ts";
import type { RunCommand } from "./runs/run-client.ts";
import type { RunBody } from "./runs/show-run.ts";
import { parseReference } from "./stored-workflow.ts";

/** A client's request to start a run of a workflow. */
export type RunRequest = {
  /** The workflow to run, as `name` or `name@version`. */
  readonly workflow: string;
  readonly input: unknown;
  readonly metadata: Readonly<Record<string, string>>;
};

/** The dependencies of starting a run. */
export type StartRunDeps = FindWorkflowDeps & {
  start(command: RunCommand): Promise<Result<RunBody, Refusal>>;
};

/**
 * Starts a run of a workflow, and returns it in the shape of the API. `key` is the client's idempotency key, or null.
 * The run's id is derived from it, so the object with that id recognises a repeated request and returns the same run.
 */
export async function startRun(
  deps: StartRunDeps,
  request: RunRequest,
  key: string | null,
): Promise<Result<RunBody, Refusal>> {
  const { workflow: reference, input, metadata } = request;
  const bytes = jsonBytes(input);
  if (bytes > RUN_INPUT_BYTES_MAX) return err(tooLarge(bytes));
  const parsed = parseReference(reference);
  const workflow = parsed && (await findWorkflow(deps, parsed));
  if (!workflow) return err(notFound("workflow", reference, "workflow"));
  const pinned = await pinWorkflow(deps, workflow, "runs");
  if (!pinned.ok) return pinned;
  return await deps.start({
    ...pinned.value,
    id: key === null ? newId("run_") : deriveRunId(await sha256(key)),
    fingerprint: hexOf(await sha256(canonicalJson({ workflow: reference, input, metadata }))),
    input: input ?? null,
    metadata,
  });
}

const tooLarge = (bytes: number): Refusal => ({
  code: "payload_too_large",
  message: `The input has ${bytes} bytes of JSON; at most ${RUN_INPUT_BYTES_MAX} are allowed. Upload large texts as files and name them.`,
  param: "input",
});

const hexOf = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
