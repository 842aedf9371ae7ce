import { admitAnswer } from "../answer/admit-answer.ts";
import { findStrictProblem } from "../answer/functions/strict-schema.ts";
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
} from "../ids.ts";
import type { PinnedWorkflow } from "../kernel/rules/pinned-workflow.ts";
import { RUN_INPUT_BYTES_MAX } from "../kernel/rules/run/run-input.ts";
import { selectEvidencePolicy } from "../knowledge/project-settings.ts";
import { notFound, type Refusal } from "../refusal.ts";
import { claimOn, type KeyClaim, type RequestKey } from "../request-key.ts";
import { err, ok, type Result } from "../result.ts";
import { shorten } from "../shorten.ts";
import { toAnswerRequest, isFileSearch } from "./answer-request-of.ts";
import { type ChooseModelDeps, chooseModel, refuseStoreModel } from "./choose-model.ts";
import { findImage, type SentItem } from "./input-item.ts";
import { imageRefused, POLICY_WITHOUT_CONVERSATION } from "./refusals.ts";
import { type NewItem, type ReferenceDeps, resolveItems } from "./resolve-items.ts";
import type { AnyRequestBody, CreateResponseBody, ResponseRequest } from "./response-request.ts";
import type { ConversationPolicy } from "./turn-policy.ts";

/** The look-ups that `admitResponse` needs: of models, vector stores, workflows and the project's settings. */
export type AdmitResponseDeps = ReferenceDeps &
  ChooseModelDeps & {
    /**
     * Finds the workflow with this name or, if `name` is null, the custom workflow that the project uses for answers.
     * The result is null if the built-in workflow answers.
     */
    workflow(name: string | null): Promise<Result<PinnedWorkflow | null, Refusal>>;
  };

/**
 * A checked request for a response, with the id that the response will have and the key of the conversation object (a
 * Durable Object) that will store it.
 */
export type AdmittedResponse = {
  readonly id: ResponseId;
  /** The key of the conversation object that will store the response. */
  readonly conversationKey: string;
  readonly conversationId: ConversationId | null;
  readonly previousId: ResponseId | null;
  readonly request: ResponseRequest;
  readonly input: readonly NewItem[];
  readonly policy: ConversationPolicy | null;
  readonly workflow: PinnedWorkflow | null;
  /** The claim of the request's idempotency key; null without one. */
  readonly claim: KeyClaim | null;
};

/**
 * Checks a request for a response before anything is created. Refuses it if any part is invalid. Returns the request
 * with its model, workflow and items looked up, and the key of the conversation object (a Durable Object) that will
 * store the response.
 */
export async function admitResponse(
  deps: AdmitResponseDeps,
  body: AnyRequestBody,
  key: RequestKey | null = null,
): Promise<Result<AdmittedResponse, Refusal>> {
  const { conversation, previous_response_id: previous } = body;
  const { workflow: name, conversation_policy: policy, ...kept } = splitBody(body);
  // Outside of a conversation, the object that stores the response is found by its idempotency key.
  if (policy !== null && !conversation) return err(POLICY_WITHOUT_CONVERSATION);
  const place = resolvePlace(conversation ?? null, previous ?? null, key?.name);
  if (!place.ok) return place;
  const [settings, missing, unsearchable, found] = await Promise.all([
    deps.settings(),
    refuseStoreModel(deps, kept.model),
    refuseStores(deps, kept),
    deps.workflow(name),
  ]);
  const policies = {
    outputPolicy: settings.output,
    evidencePolicy: selectEvidencePolicy(settings),
  };
  const chosen = chooseModel(deps, settings, { ...kept, ...policies });
  if (!chosen.ok) return chosen;
  const request = chosen.value;
  const refused =
    refuseRequest(request) ??
    missing ??
    refuseByModel(deps, request) ??
    refuseImages(request.model, body.input) ??
    unsearchable;
  if (refused) return err(refused);
  if (!found.ok) return found;
  const { conversationKey } = place.value;
  const resolved = await resolveInput(deps, conversationKey, body.input);
  if (!resolved.ok) return resolved;
  const input = resolved.value;
  const workflow = found.value;
  const claim = key && claimOn(key, key.today);
  const id = newResponseId(conversationKey, key?.today.part);
  const stored = keepFor(request, claim);
  const admitted = { ...place.value, id, request: stored, input, policy, workflow, claim };
  if (!workflow) return ok(admitted);
  const tooLarge = refuseInput(input);
  if (tooLarge) return err(tooLarge);
  return ok({ ...admitted, request: { ...admitted.request, workflow: workflow.version } });
}

const keepFor = (request: ResponseRequest, claim: KeyClaim | null): ResponseRequest =>
  claim === null ? request : { ...request, keptUntil: claim.until };

async function resolveInput(
  deps: ReferenceDeps,
  conversationKey: string,
  input: CreateResponseBody["input"],
): Promise<Result<AdmittedResponse["input"], Refusal>> {
  if (typeof input === "string") return ok([{ param: "input", content: userMessage(input) }]);
  return await resolveItems(deps, conversationKey, { items: input, param: "input" });
}

/** Makes the input item for an `input` that is a plain text: a message of the user with this text. */
export const userMessage = (content: string): SentItem => ({
  type: "message",
  role: "user",
  content,
});

/** No model reads images yet. */
function refuseImages(model: string, input: CreateResponseBody["input"]): Refusal | null {
  const image = typeof input === "string" ? null : findImage(input, "input");
  return image === null ? null : imageRefused(`The model '${shorten(model)}' reads`, image);
}

/** Splits the body into the request that is stored and the workflow that it names. */
function splitBody({
  input: _input,
  stream: _stream,
  conversation: _conversation,
  previous_response_id: _previous,
  ...kept
}: AnyRequestBody) {
  return kept;
}

type Place = Pick<AdmittedResponse, "conversationKey" | "conversationId" | "previousId">;

/**
 * Determines which conversation object (a Durable Object) stores a new response: that of the conversation with the id
 * `conversation`, that of `previous` (the id of the response that it continues), or a new object if both are null.
 * Refuses ids of the wrong form, and requests with both ids. `ownKey` is the key of the new object.
 */
export function resolvePlace(
  conversation: string | null,
  previous: string | null,
  ownKey = newKey(),
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
    return ok({ conversationKey: ownKey, conversationId: null, previousId: null });
  }
  if (!isResponseId(previous)) return err(notFound("response", previous, "previous_response_id"));
  return ok({
    conversationKey: readConversationKey(previous),
    conversationId: null,
    previousId: previous,
  });
}

function refuseRequest(request: ResponseRequest): Refusal | null {
  const notStrict = refuseSchemas(request);
  if (notStrict) return notStrict;
  const second = request.tools.findIndex(
    (tool, index) => isFileSearch(tool) && request.tools.findIndex(isFileSearch) < index,
  );
  if (second === -1) return null;
  const message =
    "'tools' has more than one file_search tool. Use one; it searches several vector stores.";
  return { code: "invalid_request", message, param: `tools[${second}]` };
}

/** Refuses a strict function whose schema cannot be strict, as OpenAI's API does. */
function refuseSchemas({ tools }: ResponseRequest): Refusal | null {
  for (const [index, tool] of tools.entries()) {
    if (tool.type !== "function" || !tool.strict || tool.parameters === null) continue;
    const problem = findStrictProblem(tool.parameters);
    if (problem === null) continue;
    const message = `Invalid schema for the strict function '${tool.name}': ${problem} Correct it, or set strict to false.`;
    return {
      code: "invalid_function_parameters",
      message,
      param: `tools[${index}].parameters`,
    };
  }
  return null;
}

function refuseByModel(deps: AdmitResponseDeps, request: ResponseRequest): Refusal | null {
  const admitted = admitAnswer(deps, toAnswerRequest(request, []));
  return admitted.ok ? null : admitted.error;
}

/** Refuses an input that a run could not keep: it keeps its input in one row. */
function refuseInput(input: AdmittedResponse["input"]): Refusal | null {
  const bytes = jsonBytes(input.map(({ content }) => content));
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
