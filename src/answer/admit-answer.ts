import { err, ok, type Result } from "../result.ts";
import type { AnswerRefusal, AnswerRequest } from "./answer-request.ts";
import type { AnswerDeps } from "./generate.ts";

/** Decides whether the named model can do what is asked, before a response is created for it. */
export function admitAnswer(
  deps: Pick<AnswerDeps, "model">,
  request: AnswerRequest,
): Result<AnswerRequest, AnswerRefusal> {
  const model = deps.model(request.model);
  if (model === null) {
    return err({ code: "model_not_found", model: request.model, param: "model" });
  }
  const refused = refusedToolChoice(request) ?? (model.builtIn ? beyondBuiltIn(request) : null);
  return refused === null ? ok(request) : err(refused);
}

function refusedToolChoice({ toolChoice, functions, fileSearch }: AnswerRequest) {
  if (toolChoice === "required" && fileSearch === null && functions.length === 0) {
    return unknownChoice("tool_choice is required, but tools is empty.");
  }
  if (typeof toolChoice === "string") return null;
  if (toolChoice.type === "file_search") {
    if (fileSearch !== null) return null;
    return unknownChoice("tool_choice names file_search, which is not in tools.");
  }
  return functions.some((tool) => tool.name === toolChoice.name)
    ? null
    : unknownChoice(`tool_choice names the function ${toolChoice.name}, which is not in tools.`);
}

const unknownChoice = (detail: string): AnswerRefusal => ({
  code: "unknown_tool_choice",
  param: "tool_choice",
  detail,
});

/** `extractive-1` quotes documents: it cannot decide on a function call or write JSON. */
function beyondBuiltIn({ model, toolChoice, fileSearch, textFormat }: AnswerRequest) {
  const refuse = (param: string, detail: string): AnswerRefusal => ({
    code: "unsupported_by_model",
    model,
    param,
    detail,
  });
  if (textFormat.type !== "text") {
    return refuse("text.format", `${model} writes text only, not ${textFormat.type}.`);
  }
  const forced =
    typeof toolChoice === "object"
      ? toolChoice.type === "function"
      : toolChoice === "required" && fileSearch === null;
  return forced ? refuse("tool_choice", `${model} cannot call functions.`) : null;
}
