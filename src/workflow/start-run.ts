import { jsonBytes } from "../bounds.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { RunId } from "../ids.ts";
import { RUN_INPUT_BYTES_MAX } from "../kernel/rules/run/run-input.ts";
import { notFound, type Refusal } from "../refusal.ts";
import { type Created, createOnce, type KeyClaim, type RequestKey } from "../request-key.ts";
import { err, ok, type Result } from "../result.ts";
import { sha256Hex } from "../sha256.ts";
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

/** The dependencies of `startRun`: the look-up of workflows, and the calls of the run's object. */
export type StartRunDeps = FindWorkflowDeps & {
  start(command: RunCommand): Promise<Result<Created<RunBody>, Refusal>>;
  /** Finds the run that was started under an id; null if none was. Refuses another fingerprint. */
  findRun(id: RunId, fingerprint: string): Promise<Result<RunBody | null, Refusal>>;
};

/** The idempotency key of a request that starts a run. */
export type RunKey = {
  readonly request: RequestKey;
  /** The id of the run that an earlier build has started under this key: its ids did not derive from the day. */
  readonly formerId: RunId;
};

/**
 * Starts a run of a workflow, and returns it in the shape of the API. `identity` is the run's id, or the key of a request
 * that starts it once; null for a new run.
 */
export async function startRun(
  deps: StartRunDeps,
  request: RunRequest,
  identity: RunId | RunKey | null,
): Promise<Result<Created<RunBody>, Refusal>> {
  const { workflow, input, metadata } = request;
  const fingerprint = await sha256Hex(canonicalJson({ workflow, input, metadata }));
  const start = (id: RunId, claim: KeyClaim | null) =>
    beginRun(deps, request, { id, fingerprint, startBefore: claim?.end ?? null });
  if (typeof identity === "string") return await start(identity, null);
  const find = (id: RunId) => deps.findRun(id, fingerprint);
  const former = identity && (await find(identity.formerId));
  if (former && !former.ok) return former;
  if (former && former.value !== null) return ok({ value: former.value, isReplayed: true });
  return await createOnce(identity?.request ?? null, "run_", { find, create: start });
}

async function beginRun(
  deps: StartRunDeps,
  { workflow: reference, input, metadata }: RunRequest,
  identity: Pick<RunCommand, "id" | "fingerprint" | "startBefore">,
): Promise<Result<Created<RunBody>, Refusal>> {
  const bytes = jsonBytes(input);
  if (bytes > RUN_INPUT_BYTES_MAX) return err(tooLarge(bytes));
  const parsed = parseReference(reference);
  const workflow = parsed && (await findWorkflow(deps, parsed));
  if (!workflow) return err(notFound("workflow", reference, "workflow"));
  const pinned = await pinWorkflow(deps, workflow, "runs");
  if (!pinned.ok) return pinned;
  return await deps.start({ ...pinned.value, ...identity, input: input ?? null, metadata });
}

const tooLarge = (bytes: number): Refusal => ({
  code: "payload_too_large",
  message: `The input has ${bytes} bytes of JSON; at most ${RUN_INPUT_BYTES_MAX} are allowed. Upload large texts as files and name them.`,
  param: "input",
});
