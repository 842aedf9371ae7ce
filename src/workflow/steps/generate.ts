import { z } from "zod";

import { abstention } from "../../answer/abstain.ts";
import { admitAnswer } from "../../answer/admit-answer.ts";
import {
  type AnswerModel,
  type AnswerModels,
  EXTRACTIVE_MODEL,
} from "../../answer/answer-model.ts";
import type {
  AnswerEvent,
  AnswerFailed,
  AnswerRequest,
  Evidence,
} from "../../answer/answer-request.ts";
import { chooseDefault } from "../../answer/default-model.ts";
import { generate } from "../../answer/generate.ts";
import type { ClaimJudges } from "../../answer/grounding/claim-judge.ts";
import { readQuestionText } from "../../answer/question.ts";
import type { AnswerDeps } from "../../answer/search-into.ts";
import { toTextFormat } from "../../conversation/answer-request-of.ts";
import { TextFormatParam } from "../../conversation/text-format.ts";
import { FatalStepError, type StepContext } from "../../kernel/rules/step-handler.ts";
import { type ProjectSettings, selectEvidencePolicy } from "../../knowledge/project-settings.ts";
import { isPassing, ModelUnavailable } from "../../model-unavailable.ts";
import { PublicError } from "../../public-error.ts";
import { ok } from "../../result.ts";
import { repairText } from "../rules/repair-text.ts";
import { toSearchHit, PassagesParam, TEXT_CHARACTERS_MAX } from "./evidence.ts";
import { type GeneratedAnswer, readAnswer } from "./generated-answer.ts";
import { repairInstructions, RepairRequest } from "./repair-request.ts";

const Text = z.string().max(TEXT_CHARACTERS_MAX);

/** The schema of the parameters of `generate@1`: a question or messages, the passages to answer from, and the model. */
export const GenerateWith = z
  .strictObject({
    model: z.string().min(1).max(256).nullish(),
    question: Text.min(1).nullish(),
    messages: z
      .array(
        z.strictObject({ role: z.enum(["system", "developer", "user", "assistant"]), text: Text }),
      )
      .min(1)
      .max(200)
      .nullish(),
    passages: PassagesParam.nullish(),
    instructions: Text.nullish(),
    text_format: TextFormatParam.nullish(),
    max_output_tokens: z.number().int().min(16).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    repair: RepairRequest.nullish(),
  })
  .refine(({ question, messages }) => (question ?? null) === null || (messages ?? null) === null, {
    error: "write either question or messages, not both",
  })
  .refine(({ question, messages }) => question || messages, {
    error: "write question or messages",
  });
type GenerateWith = z.output<typeof GenerateWith>;

/** The dependencies of `generate@1`: the models and the project's settings. */
export type GenerateDeps = AnswerModels &
  Pick<ClaimJudges, "judge"> & {
    /** Reads the project's settings: its default model, and its policy for links and images in answers. */
    settings(): Promise<ProjectSettings>;
  };

/**
 * Runs a `generate@1` step: answers from the given passages only. Without `passages` nothing can be cited, and
 * `grounding` in the output is null. An answer that abstains or is cut short is a normal output. If the model is
 * unavailable, the deployment's next one answers where it can, at last `extractive-1`, and `degraded` says so. The
 * provider is called once in an attempt, with the step's idempotency key, and the project's judge once, if the rules
 * leave it a question.
 */
export async function generateStep(
  deps: GenerateDeps,
  given: GenerateWith,
  { signal, idempotencyKey }: Pick<StepContext, "signal" | "idempotencyKey">,
): Promise<GeneratedAnswer> {
  const settings = await deps.settings();
  const model = given.model ? ok(given.model) : chooseDefault(deps, settings);
  if (!model.ok) throw new FatalStepError(model.error.message);
  const asked = buildRequest(given, model.value, settings);
  const admitted = admitAnswer(deps, asked);
  if (!admitted.ok) throw new FatalStepError(admitted.error.message);
  const events: AnswerEvent[] = [];
  const engine: AnswerDeps = {
    modelNames: deps.modelNames,
    model: (name) => calledUnder(idempotencyKey, deps.model(name)),
    judge: (name) => deps.judge(name),
    search: searchNothing,
  };
  for await (const event of generate(engine, asked, toEvidence(given, asked), signal)) {
    if (event.type === "failed") throw failure(event);
    events.push(event);
  }
  const answer = readAnswer(events, asked);
  return isBuiltIn(deps, answer.model)
    ? repairAnswer(answer, given, readQuestionText(asked))
    : answer;
}

const calledUnder = (key: string, model: AnswerModel | null): AnswerModel | null =>
  model && {
    ...model,
    stream: (call, mayRestart) =>
      model.stream({ ...call, headers: { ...call.headers, "Idempotency-Key": key } }, mayRestart),
  };

function buildRequest(
  given: GenerateWith,
  model: string,
  settings: ProjectSettings,
): AnswerRequest {
  const { repair } = given;
  const instructions = [
    given.instructions,
    repair?.violations.length ? repairInstructions(repair) : null,
  ].filter((text) => text);
  const messages = given.messages ?? [{ role: "user" as const, text: given.question ?? "" }];
  return {
    model,
    instructions: instructions.length === 0 ? null : instructions.join("\n\n"),
    items: messages.map((message) => ({ type: "message", ...message })),
    fileSearch: given.passages ? SEARCHED_BEFORE : null,
    functions: [],
    toolChoice: "none",
    parallelToolCalls: false,
    textFormat: toTextFormat(given.text_format ?? { type: "text" }),
    maxOutputTokens: given.max_output_tokens ?? null,
    temperature: given.temperature ?? null,
    topP: null,
    release: "verified",
    outputPolicy: settings.output,
    evidencePolicy: selectEvidencePolicy(settings),
  };
}

/** Makes the engine answer from documents: the evidence was found before. */
const SEARCHED_BEFORE = {
  storeIds: [],
  filter: null,
  maxResults: 1,
  scoreThreshold: 0,
  weights: null,
};

function toEvidence({ passages }: GenerateWith, asked: AnswerRequest): Evidence {
  if (!passages) return { searches: [] };
  return { searches: [{ queries: [readQuestionText(asked)], hits: passages.map(toSearchHit) }] };
}

const searchNothing: AnswerDeps["search"] = async () => {
  throw new Error("A step that generates does not search");
};

function failure({ code, message, away }: AnswerFailed): Error {
  if (code === "invalid_prompt") return new FatalStepError(message);
  const text = `The model could not answer: ${message}`;
  if (away === undefined || !isPassing(away.reason)) return new PublicError(text);
  const retryAfterMs = (away.retryAfter ?? 0) * 1_000;
  return new ModelUnavailable(away.reason, text, undefined, retryAfterMs);
}

const isBuiltIn = (deps: GenerateDeps, model: string) =>
  model === EXTRACTIVE_MODEL || deps.model(model)?.builtIn === true;

/** Removes everything that the rules forbid from the built-in model's answer. It abstains when nothing is left. */
function repairAnswer(answer: GeneratedAnswer, { repair }: GenerateWith, question: string) {
  // The sentences without support are those of the draft; this answer's are quotes.
  const violations = repair?.violations.filter(({ kind }) => kind !== "grounding");
  const rules = repair?.rules;
  if (!violations?.length || !rules) return answer;
  const first = repairText(answer.text, violations, rules, answer.citations);
  const { grounding } = answer;
  const isLost = first.isEmpty && answer.text !== "";
  const said = isLost ? repairText(abstention(question, "unsupported"), violations, rules) : first;
  return {
    ...answer,
    text: said.text,
    citations: first.citations,
    grounding: grounding && {
      ...grounding,
      ...(isLost && { status: "abstained" as const }),
      citations_verified: first.citations.length,
    },
  };
}
