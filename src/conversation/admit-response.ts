import { admitAnswer } from "../answer/admit-answer.ts";
import type { AnswerModel } from "../answer/answer-model.ts";
import { jsonBytes } from "../bounds.ts";
import {
  type ConversationId,
  readConversationKey,
  isConversationId,
  isResponseId,
  isVectorStoreId,
  newKey,
  newResponseId,
  type ResponseId,
  type VectorStoreId,
} from "../ids.ts";
import type { PinnedWorkflow } from "../kernel/rules/pinned-workflow.ts";
import { RUN_INPUT_BYTES_MAX } from "../kernel/rules/run/run-input.ts";
import { notFound, type Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { toAnswerRequest, isFileSearch } from "./answer-request-of.ts";
import type { CreateResponseBody, ResponseRequest } from "./response-request.ts";

/** The look-ups that admission needs. */
export type AdmitResponseDeps = {
  readonly defaultModel: string;
  model(name: string): AnswerModel | null;
  /** Returns the refusal of a store that cannot be searched, or null. */
  refuseStore(id: VectorStoreId): Promise<Refusal | null>;
  /**
   * Finds the workflow by name, or the project's own replacement of the built-in one. Null: the built-in one
   * answers.
   */
  workflow(name: string | null): Promise<Result<PinnedWorkflow | null, Refusal>>;
};

/** A request that passed admission, and the place where its response is stored. */
export type AdmittedResponse = {
  readonly id: ResponseId;
  /** The key of the object that the response will live in. */
  readonly conversationKey: string;
  readonly conversationId: ConversationId | null;
  readonly previousId: ResponseId | null;
  readonly request: ResponseRequest;
  readonly input: CreateResponseBody["input"];
  readonly workflow: PinnedWorkflow | null;
};

/** Refuses everything that can be refused before anything is created. Returns where the response will live. */
export async function admitResponse(
  deps: AdmitResponseDeps,
  body: CreateResponseBody,
): Promise<Result<AdmittedResponse, Refusal>> {
  const { input, conversation, previous_response_id: previous } = body;
  const { workflow: name, ...kept } = splitBody(body);
  const place = resolvePlace(conversation ?? null, previous ?? null);
  if (!place.ok) return place;
  const request = { ...kept, model: kept.model || deps.defaultModel };
  const refused = refuseRequest(request) ?? refuseByModel(deps, request);
  if (refused) return err(refused);
  const [unsearchable, found] = await Promise.all([
    refuseStores(deps, request),
    deps.workflow(name),
  ]);
  if (unsearchable) return err(unsearchable);
  if (!found.ok) return found;
  const workflow = found.value;
  const id = newResponseId(place.value.conversationKey);
  if (!workflow) return ok({ ...place.value, id, request, input, workflow });
  const tooLarge = refuseInput(input);
  if (tooLarge) return err(tooLarge);
  const answered = { ...request, workflow: workflow.version };
  return ok({ ...place.value, id, request: answered, input, workflow });
}

/** Splits the body into the request that is stored and the workflow that it names. */
function splitBody({
  input: _input,
  stream: _stream,
  conversation: _conversation,
  previous_response_id: _previous,
  ...kept
}: CreateResponseBody) {
  return kept;
}

type Place = Pick<AdmittedResponse, "conversationKey" | "conversationId" | "previousId">;

function resolvePlace(
  conversation: string | null,
  previous: string | null,
): Result<Place, Refusal> {
  if (conversation !== null && previous !== null) {
    const message = "'previous_response_id' cannot be used together with 'conversation'.";
    return err({ code: "invalid_request", message, param: "previous_response_id" });
  }
  if (conversation !== null) {
    if (!isConversationId(conversation)) {
      return err(notFound("conversation", conversation, "conversation"));
    }
    const conversationKey = readConversationKey(conversation);
    return ok({ conversationKey, conversationId: conversation, previousId: null });
  }
  if (previous === null) {
    return ok({ conversationKey: newKey(), conversationId: null, previousId: null });
  }
  if (!isResponseId(previous)) return err(notFound("response", previous, "previous_response_id"));
  return ok({
    conversationKey: readConversationKey(previous),
    conversationId: null,
    previousId: previous,
  });
}

function refuseRequest(request: ResponseRequest): Refusal | null {
  if (request.background && !request.store) {
    const message = "'background' needs a stored response: leave out 'store' or set it to true.";
    return { code: "invalid_request", message, param: "background" };
  }
  const second = request.tools.findIndex(
    (tool, index) => isFileSearch(tool) && request.tools.findIndex(isFileSearch) < index,
  );
  if (second === -1) return null;
  const message =
    "'tools' has more than one file_search tool. Use one; it searches several vector stores.";
  return { code: "invalid_request", message, param: `tools[${second}]` };
}

function refuseByModel(deps: AdmitResponseDeps, request: ResponseRequest): Refusal | null {
  const admitted = admitAnswer(deps, toAnswerRequest(request, []));
  return admitted.ok ? null : admitted.error;
}

/** Refuses an input that a run could not keep: it keeps its input in one row. */
function refuseInput(input: CreateResponseBody["input"]): Refusal | null {
  const bytes = jsonBytes(input);
  if (bytes <= RUN_INPUT_BYTES_MAX) return null;
  const message = `The input has ${bytes} bytes of JSON; a workflow takes at most ${RUN_INPUT_BYTES_MAX}. Upload large texts as files.`;
  return { code: "payload_too_large", message, param: "input" };
}

async function refuseStores(
  deps: AdmitResponseDeps,
  { tools }: ResponseRequest,
): Promise<Refusal | null> {
  const index = tools.findIndex(isFileSearch);
  const tool = tools.find(isFileSearch);
  if (!tool) return null;
  const refusals = await Promise.all(
    tool.vector_store_ids.map(async (id) =>
      isVectorStoreId(id) ? await deps.refuseStore(id) : notFound("vector store", id),
    ),
  );
  const refusal = refusals.find((one) => one !== null);
  return refusal ? { ...refusal, param: `tools[${index}].vector_store_ids` } : null;
}
