import type { AnswerModels } from "../answer/answer-model.ts";
import { chooseDefault } from "../answer/default-model.ts";
import type { VectorStoreId } from "../ids.ts";
import type { ProjectSettings } from "../knowledge/project-settings.ts";
import { readStoreModel, unknownModel } from "../model-names.ts";
import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { isFileSearch } from "./answer-request-of.ts";
import { type ResponseRequest, STORES_MAX, type ToolParam } from "./response-request.ts";

/**
 * The look-ups that resolve the model name of a request, which can be that of a language model, that of a vector store,
 * or absent for the project's default.
 */
export type ChooseModelDeps = AnswerModels & {
  settings(): Promise<ProjectSettings>;
  /** Returns the refusal of a vector store that cannot be searched; null if the store can be searched. */
  refuseStore(id: VectorStoreId): Promise<Refusal | null>;
};

/**
 * Refuses a model name that stands for a vector store which cannot be searched. Stores that are missing or of another
 * project are refused like a missing model. Returns null for all other names.
 */
export async function refuseStoreModel(
  deps: Pick<ChooseModelDeps, "refuseStore" | "modelNames">,
  name: string,
): Promise<Refusal | null> {
  const storeId = readStoreModel(name);
  const refusal = storeId && (await deps.refuseStore(storeId));
  if (!refusal) return null;
  return refusal.code === "not_found"
    ? unknownModel(name, deps.modelNames, "answering")
    : { ...refusal, param: "model" };
}

/**
 * Fills in the language model that answers a request: the project's default if the request names no model, or names a
 * vector store as its model. A vector store named as the model is searched in addition to those of the request's file
 * search.
 */
export function chooseModel<Request extends ResponseRequest>(
  models: AnswerModels,
  settings: ProjectSettings,
  request: Request,
): Result<Request, Refusal> {
  const storeId = readStoreModel(request.model);
  if (request.model !== "" && storeId === null) return ok(request);
  const chosen = chooseDefault(models, settings);
  if (!chosen.ok) return chosen;
  if (storeId === null) return ok({ ...request, model: chosen.value });
  const tools = searchToo(request.tools, storeId);
  const refused = refuseStoreCount(tools);
  return refused ? err(refused) : ok({ ...request, tools, answeringModel: chosen.value });
}

/** Adds a store to the file search of a request. */
function searchToo(tools: readonly ToolParam[], storeId: VectorStoreId): ToolParam[] {
  if (!tools.some(isFileSearch)) {
    return [...tools, { type: "file_search", vector_store_ids: [storeId] }];
  }
  return tools.map((tool) =>
    isFileSearch(tool)
      ? { ...tool, vector_store_ids: [...new Set([storeId, ...tool.vector_store_ids])] }
      : tool,
  );
}

function refuseStoreCount(tools: readonly ToolParam[]): Refusal | null {
  const index = tools.findIndex(isFileSearch);
  const count = tools.find(isFileSearch)?.vector_store_ids.length ?? 0;
  if (count <= STORES_MAX) return null;
  const message = `With the one that 'model' names, the request names ${count} vector stores; at most ${STORES_MAX} are searched.`;
  return { code: "invalid_request", message, param: `tools[${index}].vector_store_ids` };
}

/**
 * Refuses the model name of a request for which no model is called, such as a token count, if there is no model of that
 * name, or if it names a vector store that cannot be searched. Returns null for any other name, and for an empty one.
 */
export async function refuseModelName(
  deps: ChooseModelDeps,
  name: string,
): Promise<Refusal | null> {
  if (readStoreModel(name) !== null) return await refuseStoreModel(deps, name);
  if (name === "" || deps.model(name) !== null) return null;
  return unknownModel(name, deps.modelNames, "answering");
}
