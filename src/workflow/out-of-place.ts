import type { Definition } from "../kernel/rules/definition.ts";
import type { Refusal } from "../refusal.ts";
import type { StepType, StepTypes } from "./compile/step-types.ts";

const PLACES = {
  answers:
    "in workflows that answer, which `POST /v1/responses` names or the project calls `answer`",
  ingestion: "in the workflow that the project calls `ingest`",
} as const;

/** The place where a run begins. */
export type StartPlace = NonNullable<StepType["only"]> | "runs";

/** Explains why workflows cannot run here: a step of theirs works only in another place. Null when they can. */
export function explainOutOfPlace(
  definitions: readonly Definition[],
  types: StepTypes,
  here: StartPlace,
): Refusal | null {
  for (const { name, steps } of definitions) {
    for (const [step, { use }] of Object.entries(steps)) {
      const only = types[use]?.only;
      if (only === undefined || only === here) continue;
      const message = `The step '${step}' of '${name}' uses ${use}, which works ${PLACES[only]}.`;
      return { code: "invalid_request", message, param: "workflow" };
    }
  }
  return null;
}
