import { unknownModel } from "../model-names.ts";
import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { shorten } from "../shorten.ts";
import type { AnswerModels } from "./answer-model.ts";
import type { AnswerRequest } from "./answer-request.ts";
import { FILE_SEARCH } from "./model-tools.ts";

/**
 * Checks that the model which a request names exists and can do what the request asks, before a response is created for
 * it. Returns the request unchanged, or a refusal.
 */
export function admitAnswer(
  deps: Pick<AnswerModels, "model" | "modelNames">,
  request: AnswerRequest,
): Result<AnswerRequest, Refusal> {
  const model = deps.model(request.model);
  if (model === null) return err(unknownModel(request.model, deps.modelNames, "answering"));
  const refused =
    checkTools(request) ??
    checkToolChoice(request) ??
    checkGrounding(request) ??
    (model.builtIn ? beyondBuiltIn(request) : null);
  return refused === null ? ok(request) : err(refused);
}

/**
 * Refuses a request to the built-in model `extractive-1` that demands JSON or a function call: that model can only
 * quote documents. Returns null for any other request.
 */
export function beyondBuiltIn(request: AnswerRequest): Refusal | null {
  const { model, toolChoice, fileSearch, textFormat } = request;
  if (textFormat.type !== "text") {
    const message = `The model '${shorten(model)}' writes text only; it cannot answer as ${textFormat.type}. Use another model.`;
    return { code: "model_cannot", message, param: "text.format" };
  }
  const mustCall =
    toolChoice === "required"
      ? fileSearch === null
      : typeof toolChoice === "object" && toolChoice.type === "function";
  if (!mustCall) return null;
  const message = `The model '${shorten(model)}' cannot call functions, so tool_choice cannot require a call. Use another model.`;
  return { code: "model_cannot", message, param: "tool_choice" };
}

/** Refuses duplicate names: a reply identifies the tool that it calls by name. */
function checkTools({ functions, fileSearch }: AnswerRequest): Refusal | null {
  const taken = new Set(fileSearch === null ? [] : [FILE_SEARCH]);
  for (const { name } of functions) {
    if (taken.has(name)) return invalid(`tools has more than one tool named '${name}'.`, "tools");
    taken.add(name);
  }
  return null;
}

function checkToolChoice({ toolChoice, functions, fileSearch }: AnswerRequest): Refusal | null {
  if (toolChoice === "required" && fileSearch === null && functions.length === 0) {
    return invalid("tool_choice is 'required', but tools is empty.", "tool_choice");
  }
  if (typeof toolChoice === "string") return null;
  if (toolChoice.type === "file_search") {
    if (fileSearch !== null) return null;
    return invalid("tool_choice names file_search, which is not in tools.", "tool_choice");
  }
  const { name } = toolChoice;
  return functions.some((tool) => tool.name === name)
    ? null
    : invalid(`tool_choice names the function '${name}', which is not in tools.`, "tool_choice");
}

/** Refuses JSON where every claim needs a source: citations stand after the sentences of a text. */
function checkGrounding({ evidencePolicy, textFormat, fileSearch }: AnswerRequest): Refusal | null {
  if (evidencePolicy.grounding !== "strict" || fileSearch === null) return null;
  if (textFormat.type === "text") return null;
  const message = `This project demands grounding ('grounding' is 'strict' in its settings), and the sources of an answer as ${textFormat.type} cannot be verified. Ask for text, leave out file_search, or have the setting changed to 'report'.`;
  return invalid(message, "text.format");
}

const invalid = (message: string, param: string): Refusal => ({
  code: "invalid_request",
  message,
  param,
});
