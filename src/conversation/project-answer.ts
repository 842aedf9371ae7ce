import { splitHeading } from "../knowledge/heading-path.ts";
import type { AnswerFact, TextCitation } from "./answer-fact.ts";
import {
  type AnswerProjection,
  EventWriter,
  locateMessage,
  type Projected,
} from "./event-writer.ts";
import type { Annotation, FileSearchCall, MessagePart } from "./item.ts";
import { abandonCalls, lastPhase, writeCall } from "./project-calls.ts";
import { closeReasoning, writeReasoning } from "./project-reasoning.ts";
import type { ResponseObject } from "./response-object.ts";
import { settledResponse } from "./settle-response.ts";

/**
 * Makes the projection (the response object and its event numbers) of a response whose answer's log is still empty, and
 * the stream events with which every response begins. `itemKey` becomes part of the ids of the response's items.
 */
export function beginProjection(response: ResponseObject, itemKey: string): Projected {
  const writer = new EventWriter({ response, nextSequence: 0, itemKey });
  writer.write({ type: "response.created", response });
  const type = response.status === "queued" ? "response.queued" : "response.in_progress";
  writer.write({ type, response });
  return writer.projected();
}

/**
 * Applies further facts (entries of the answer's log) to a projection. Returns the new projection and the stream events
 * that report the changes; has no side effects. Item ids derive from the projection's `itemKey`, so a replay of the
 * facts gives the same ids.
 */
export function projectFacts(projection: AnswerProjection, facts: Iterable<AnswerFact>): Projected {
  const writer = new EventWriter(projection);
  for (const fact of facts) write(writer, fact);
  return writer.projected();
}

/**
 * Computes a response, and all its stream events, from all facts (entries of the log) of its answer so far. `itemKey`
 * becomes part of the ids of the response's items.
 */
export function projectAnswer(
  response: ResponseObject,
  facts: Iterable<AnswerFact>,
  itemKey: string,
): Projected {
  const begun = beginProjection(response, itemKey);
  const { projection, events } = projectFacts(begun.projection, facts);
  return { projection, events: [...begun.events, ...events] };
}

function write(writer: EventWriter, fact: AnswerFact): void {
  if (!fact.type.startsWith("reasoning")) closeReasoning(writer, statusBefore(fact));
  switch (fact.type) {
    case "started":
      writer.response = { ...writer.response, status: "in_progress" };
      writer.write({ type: "response.in_progress", response: writer.response });
      break;
    case "search_started":
      writer.closeMessages("completed", "commentary");
      beginSearch(writer, fact.queries);
      break;
    case "search_completed":
      completeSearch(writer, fact);
      break;
    case "text":
      writeText(writer, fact.text, fact.citations);
      break;
    case "refusal":
      writeRefusal(writer, fact.text);
      break;
    case "reasoning":
      writeReasoning(writer, fact.text);
      break;
    case "reasoning_cut":
      closeReasoning(writer, "incomplete");
      break;
    case "function_call":
    case "function_call_started":
    case "function_call_delta":
    case "function_call_ended":
      writeCall(writer, fact);
      break;
    case "regenerated":
      abandonCalls(writer);
      writer.closeMessages("incomplete", "commentary");
      break;
    case "settled": {
      const { type } = fact.outcome;
      const isWhole = type === "finished" && fact.outcome.outcome === "completed";
      writer.closeMessages(isWhole ? "completed" : "incomplete", lastPhase(writer));
      abandonSearch(writer);
      abandonCalls(writer);
      writer.response = settledResponse(writer.response, fact);
      writer.write({ type: TERMINAL_EVENTS[writer.response.status], response: writer.response });
      break;
    }
  }
}

/** Returns the status of reasoning that a fact ends: an attempt that is over before its answer did not complete it. */
const statusBefore = ({ type }: AnswerFact) =>
  type === "regenerated" || type === "settled" ? "incomplete" : "completed";

/**
 * The event that ends a response, by status. OpenAI has none for a cancelled response, so it ends with
 * `response.incomplete` and the status `cancelled`.
 */
const TERMINAL_EVENTS = {
  completed: "response.completed",
  failed: "response.failed",
  incomplete: "response.incomplete",
  cancelled: "response.incomplete",
  queued: "response.incomplete",
  in_progress: "response.incomplete",
} as const;

function beginSearch(writer: EventWriter, queries: readonly string[]): void {
  const call: FileSearchCall = {
    id: writer.itemId("fs"),
    type: "file_search_call",
    status: "in_progress",
    queries,
    results: null,
  };
  const at = { output_index: writer.addItem(call), item_id: call.id };
  writer.write({ type: "response.file_search_call.in_progress", ...at });
  writer.write({ type: "response.file_search_call.searching", ...at });
  writer.replaceItem(at.output_index, { ...call, status: "searching" });
}

function completeSearch(
  writer: EventWriter,
  { queries, results }: Extract<AnswerFact, { type: "search_completed" }>,
): void {
  const index = writer.output.findLastIndex((item) => item.type === "file_search_call");
  const call = writer.output[index];
  if (call?.type !== "file_search_call") return;
  writer.write({
    type: "response.file_search_call.completed",
    output_index: index,
    item_id: call.id,
  });
  writer.endItem(index, { ...call, status: "completed", queries, results });
}

/** Marks a search that began and never ended, so that it does not look as if it were still running. */
function abandonSearch(writer: EventWriter): void {
  const index = writer.output.findLastIndex((item) => item.type === "file_search_call");
  const call = writer.output[index];
  if (call?.type !== "file_search_call" || call.status !== "searching") return;
  writer.endItem(index, { ...call, status: "incomplete" });
}

function writeText(writer: EventWriter, text: string, citations: readonly TextCitation[]): void {
  const { message, part, at } = openPart(writer, {
    type: "output_text",
    text: "",
    annotations: [],
    logprobs: [],
  });
  if (part.type !== "output_text") return;
  writer.write({ type: "response.output_text.delta", ...at, delta: text, logprobs: [] });
  const annotations = [...part.annotations];
  for (const citation of citations) {
    const annotation = toAnnotation(citation, annotations, part.text, text);
    writer.write({
      type: "response.output_text.annotation.added",
      ...at,
      annotation_index: annotations.length,
      annotation,
    });
    annotations.push(annotation);
  }
  const grown = { ...part, text: part.text + text, annotations };
  const content = message.content.with(at.content_index, grown);
  writer.replaceItem(at.output_index, { ...message, content });
}

function writeRefusal(writer: EventWriter, text: string): void {
  const { message, part, at } = openPart(writer, { type: "refusal", refusal: "" });
  if (part.type !== "refusal") return;
  writer.write({ type: "response.refusal.delta", ...at, delta: text });
  const content = message.content.with(at.content_index, { ...part, refusal: part.refusal + text });
  writer.replaceItem(at.output_index, { ...message, content });
}

/** Returns the part that text of `empty`'s kind is appended to: the message's last part, or a new one. */
function openPart(writer: EventWriter, empty: MessagePart) {
  let message = writer.openMessage();
  if (!message) {
    message = {
      id: writer.itemId("msg"),
      type: "message",
      status: "in_progress",
      role: "assistant",
      content: [],
    };
    writer.addItem(message);
  }
  const last = message.content.at(-1);
  if (last?.type === empty.type) return { message, part: last, at: locateMessage(writer, message) };
  writer.endPart(message);
  message = { ...message, content: [...message.content, empty] };
  writer.replaceItem(writer.output.length - 1, message);
  const at = locateMessage(writer, message);
  writer.write({ type: "response.content_part.added", ...at, part: empty });
  return { message, part: empty, at };
}

/** The sentence's span excludes the space that follows it. */
function toAnnotation(
  citation: TextCitation,
  before: readonly Annotation[],
  textBefore: string,
  sentence: string,
): Annotation {
  const files = [...new Set(before.map((annotation) => annotation.file_id))];
  const known = files.indexOf(citation.fileId);
  const { start, end } = citation.span ?? {
    start: sentence.length - sentence.trimStart().length,
    end: sentence.trimEnd().length,
  };
  return {
    type: "file_citation",
    file_id: citation.fileId,
    filename: citation.filename,
    index: known === -1 ? files.length : known,
    start_index: textBefore.length + start,
    end_index: textBefore.length + end,
    quote: citation.quote,
    chunk_id: citation.chunkId,
    source_start: citation.sourceStart,
    source_end: citation.sourceEnd,
    heading_path: splitHeading(citation.heading ?? ""),
    page: citation.page ?? null,
    table: citation.table ?? null,
    row: citation.row ?? null,
  };
}
