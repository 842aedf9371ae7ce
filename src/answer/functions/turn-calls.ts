import type { LanguageModelV3Prompt } from "@ai-sdk/provider";

import { shorten } from "../../shorten.ts";
import type { AnswerEvent, AnswerRequest, CallPiece } from "../answer-request.ts";
import { assistantMessage, type ModelToolCall, toolMessage } from "../prompt.ts";
import { declaredCalls, findMisfits } from "./declared-calls.ts";
import type { PassedCalls } from "./passed-calls.ts";
import { restAfter } from "./rest-of-arguments.ts";
import type { BegunCall, SentCalls } from "./sent-calls.ts";

/**
 * Thrown when a model has been asked several times and each time called a strict function with arguments that do not
 * fit its schema. The message is written for clients.
 */
export class UnusableReply extends Error {
  override readonly name = "UnusableReply";
}

/** The calls of the client's functions in one reply of a model. */
export type TurnCalls = {
  /** The calls, without those that repeat a sent one, and without `continued`. */
  readonly calls: readonly ModelToolCall[];
  /** The calls whose arguments do not match their schema, with the reason. */
  readonly misfits: ReadonlyMap<ModelToolCall, string>;
  /** The call that goes on where an earlier reply's call stopped matching, with the rest of its arguments. */
  readonly continued: { readonly call: ModelToolCall; readonly rest: string } | null;
  /** True if the model has to make calls again. */
  readonly isUnusable: boolean;
  /** True if there is a call that can be sent, or was. */
  readonly hasCalls: boolean;
};

/** Compares the calls of a reply with the request, and with what the client has of earlier replies. */
export function readTurn(
  request: AnswerRequest,
  made: readonly ModelToolCall[],
  passed: PassedCalls,
  sent: SentCalls,
): TurnCalls {
  const declared = declaredCalls(request, made);
  const { begun } = sent;
  const continued = begun && findContinued(request, begun, declared, sent);
  const others = declared.filter((call) => call !== continued?.call);
  const calls = sent.withoutRepeated(others);
  const misfits = findMisfits(
    request,
    calls.filter(({ toolCallId }) => !passed.has(toolCallId)),
  );
  const lacks = begun !== null && continued === null && calls.length > 0;
  const isUnusable = misfits.size > 0 || lacks || passed.unfinished !== null;
  const hasCalls = continued !== null || calls.length > misfits.size;
  return { calls, misfits, continued, isUnusable, hasCalls };
}

/** Finds the call that goes on where the begun one stopped matching; rather one that repeats no sent call. */
function findContinued(
  request: AnswerRequest,
  begun: BegunCall,
  declared: readonly ModelToolCall[],
  sent: SentCalls,
): TurnCalls["continued"] {
  const same = declared.filter(({ toolName }) => toolName === begun.name);
  for (const call of new Set([...sent.withoutRepeated(same), ...same])) {
    const isMisfit = findMisfits(request, [call]).size > 0;
    const rest = isMisfit ? null : restAfter(begun.text, call.input);
    if (rest !== null) return { call, rest };
  }
  return null;
}

/**
 * Ends the call that was begun, if the reply has the rest of it. Returns the pieces to send.
 */
export function endBegun({ continued }: TurnCalls, sent: SentCalls): CallPiece[] {
  if (sent.begun === null || continued === null) return [];
  const { callId } = sent.begun;
  const { call, rest: delta } = continued;
  sent.complete(call);
  return [
    ...(delta === "" ? [] : [{ type: "function_call_delta" as const, callId, delta }]),
    { type: "function_call_ended", callId },
  ];
}

type WholeCall = Extract<AnswerEvent, { type: "function_call" }>;

/** Returns the calls to send now: those that match, and were not sent while the model wrote them. */
export function wholeCalls(turn: TurnCalls, passed: PassedCalls, sent: SentCalls): WholeCall[] {
  const waiting = turn.calls.filter((call) => !passed.has(call.toolCallId));
  return waiting
    .filter((call) => !turn.misfits.has(call))
    .map(({ toolCallId, toolName: name, input }) => {
      const callId = sent.freeId(toolCallId);
      const pieces = passed.piecesOf(toolCallId);
      const inPieces = pieces.length > 1 ? { pieces } : {};
      return { type: "function_call", callId, name, arguments: input, ...inPieces };
    });
}

/** Records what the client has of the calls of a reply whose other calls are made again. */
export function recordSent(turn: TurnCalls, passed: PassedCalls, sent: SentCalls): void {
  sent.add(turn.calls.filter(({ toolCallId }) => passed.has(toolCallId)));
  const { unfinished } = passed;
  if (unfinished === null) return;
  const { callId, name, text } = unfinished;
  const misfit = turn.calls.find(({ toolCallId }) => toolCallId === callId);
  const problem = (misfit && turn.misfits.get(misfit)) ?? "they are not complete";
  sent.begin({ callId, name, text, problem });
}

/**
 * Asks again for all calls of a turn that were not sent yet: calls that were made together may depend on each other. A
 * call of which a part was sent has to keep this part.
 */
export function askAgain(
  { text, calls }: { readonly text: string; readonly calls: readonly ModelToolCall[] },
  { misfits, continued }: TurnCalls,
  passed: PassedCalls,
  sent: SentCalls,
  prompt: LanguageModelV3Prompt,
): void {
  const isSent = (call: ModelToolCall) => call === continued?.call || passed.has(call.toolCallId);
  const which = calls.some(isSent)
    ? "Make all calls again that were not called."
    : "Make all calls again.";
  const how = sent.begun === null ? which : `${which} ${explainBegun(sent.begun)}`;
  prompt.push(assistantMessage(text, calls));
  for (const call of calls) {
    const problem = misfits.get(call);
    let output = `Not called, since the arguments of another call do not fit its schema. ${how}`;
    if (isSent(call)) {
      output = "Called. Its output follows later. Do not make this call again.";
    } else if (problem !== undefined) {
      output = `Not called. The arguments do not fit the function's schema: ${problem}. ${how}`;
    }
    prompt.push(toolMessage(call.toolCallId, call.toolName, output));
  }
}

/** Characters of the sent arguments that a model is shown. It has the whole call before it. */
const SHOWN_CHARACTERS = 200;

function explainBegun({ name, text }: BegunCall): string {
  const end = text.length > SHOWN_CHARACTERS ? `…${text.slice(-SHOWN_CHARACTERS)}` : text;
  return `Begin with the call of ${name}, and keep its arguments as they were up to and including ${end.toWellFormed()}, since that part was sent already. Change only what follows.`;
}

/** Returns the exception for a reply with calls that cannot be sent, after which the model is not asked again. */
export function unusableReply(
  { misfits }: Pick<TurnCalls, "misfits">,
  sent: SentCalls,
): UnusableReply {
  const advice = "Send the request again, simplify the schema, or use another model.";
  if (sent.begun !== null) {
    const { name, problem } = sent.begun;
    return new UnusableReply(
      `The model called the strict function '${name}' with arguments that do not fit its schema: ${problem}. Their beginning was sent already, and it did not complete them. ${advice}`,
    );
  }
  const [[call, problem] = [null, ""]] = misfits;
  return new UnusableReply(
    `The model called the strict function '${shorten(call?.toolName ?? "")}' with arguments that do not fit its schema: ${problem}. ${advice}`,
  );
}
