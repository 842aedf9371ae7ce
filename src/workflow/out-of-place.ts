import type { Definition } from "../kernel/rules/definition.ts";
import type { Refusal } from "../refusal.ts";
import type { StepType, StepTypes } from "./compile/step-types.ts";

const PLACES = {
  answers:
    "in workflows that answer, which `POST /v1/responses` names or the project calls `answer`",
  ingestion: "in the workflow that the project calls `ingest`",
} as const;

/** The purpose for which a run is started: to answer a response, to index a file, or as a run of its own (`runs`). */
export type StartPlace = NonNullable<StepType["only"]> | "runs";

/**
 * Checks that all step types in the definitions of a run (its own and those of its sub-workflows) work in runs that are
 * started for the purpose `here`. Returns null, or a refusal that names the first step whose type does not.
 */
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
