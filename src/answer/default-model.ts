import type { ProjectSettings, StoredSettings } from "../knowledge/project-settings.ts";
import { describeUnknown, readStoreModel } from "../model-names.ts";
import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import type { AnswerModels } from "./answer-model.ts";

/**
 * Returns the model of a request that names none: the project's default, else the deployment's. Refuses when the
 * project's default no longer exists.
 */
export function chooseDefault(
  models: AnswerModels,
  { default_model: own }: Pick<ProjectSettings, "default_model">,
): Result<string, Refusal> {
  if (own === null) return ok(models.defaultModel);
  if (models.model(own) !== null) return ok(own);
  const problem = describeUnknown(own, models.modelNames, "answering");
  const message = `The project's default model cannot be used. ${problem} Name a model in 'model', or change 'default_model' in the project's settings with POST /v1/organization/projects/{project_id}.`;
  return err({ code: "model_not_found", message, param: "model" });
}

/** Refuses a change that sets a default model which does not exist, or which is the name of a vector store. */
export function refuseDefault(
  models: Pick<AnswerModels, "model" | "modelNames">,
  { default_model: name }: StoredSettings,
): Refusal | null {
  if (typeof name !== "string" || models.model(name) !== null) return null;
  const problem =
    readStoreModel(name) === null
      ? describeUnknown(name, models.modelNames, "answering")
      : `'${name}' is a vector store, which is answered from by the default model. Name a model.`;
  const message = `Invalid 'settings.default_model': ${problem}`;
  return { code: "invalid_request", message, param: "settings.default_model" };
}
