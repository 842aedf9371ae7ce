import { ok, type Result } from "../result.ts";
import type {
  Annotation,
  FileSearchResult,
  Item,
  ListedItem,
  MessagePart,
  OwnedItem,
  ReasoningText,
} from "./item.ts";
import type { ResponseObject } from "./response-object.ts";
import { GROUNDING, RESULTS } from "./response-request.ts";
import { RETRIEVAL } from "./response-retrieval.ts";
import type { StreamEvent } from "./stream-event.ts";

/**
 * The value of `include` that adds to each item of a conversation the id of its response, and of a copy that of its
 * original: an extension by Edgewise.
 */
export const RESPONSE_ID = "edgewise.response_id";

/**
 * The optional parts of a response that a client requested with `include`: `grounding` is the extensions about
 * grounding and citations, `results` the results of searches, `retrieval` the stages of searches. For items of a
 * conversation, `responseId` is the ids of their responses.
 */
export type Shown = {
  readonly grounding: boolean;
  readonly results: boolean;
  readonly retrieval: boolean;
  readonly responseId: boolean;
};

/** Reads from the list in `include` which optional parts of a response the client requests. */
export const readInclude = (include: readonly string[]): Shown => ({
  grounding: include.includes(GROUNDING),
  results: include.includes(RESULTS),
  retrieval: include.includes(RETRIEVAL),
  responseId: include.includes(RESPONSE_ID),
});

/**
 * Removes from a response the optional parts that the client did not request. `degraded` is always kept if it is set,
 * since a caller must not take the built-in model's answer for one of the requested model.
 */
export function showResponse(response: ResponseObject, shown: Shown): ResponseObject {
  const { grounding, degraded, retrieval, ...official } = response;
  const output = response.output.map((item) => showItem(item, shown));
  return {
    ...official,
    output,
    ...(shown.grounding && grounding !== undefined && { grounding }),
    ...(shown.retrieval && retrieval !== undefined && { retrieval }),
    ...((degraded || (shown.grounding && degraded !== undefined)) && { degraded }),
  };
}

/** Removes from an item the optional parts that the client did not request. */
function showItem<Shape extends Item>(item: Shape, shown: Shown): Shape {
  if (item.type === "file_search_call") {
    if (!shown.results) return { ...item, results: null };
    return shown.grounding ? item : { ...item, results: item.results?.map(officialResult) ?? null };
  }
  if (item.type !== "message" || item.role !== "assistant" || shown.grounding) return item;
  return { ...item, content: item.content.map((part) => showPart(part, shown)) };
}

/** Shows an item of a conversation: as `showItem` does, and with the ids of its responses if the client requested them. */
export const showListed = (
  { item, responseId, originId }: OwnedItem,
  shown: Shown,
): ListedItem => ({
  ...showItem(item, shown),
  ...(shown.responseId && { response_id: responseId, origin_response_id: originId }),
});

/** Shows the items of a page as `showItem` does, or passes a refusal on. */
export function showItems<Page extends { readonly items: readonly Item[] }, Refused>(
  page: Result<Page, Refused>,
  shown: Shown,
): Result<Page, Refused> {
  if (!page.ok) return page;
  return ok({ ...page.value, items: page.value.items.map((item) => showItem(item, shown)) });
}

/** Removes from a stream event the optional parts that the client did not request. */
export function showEvent(event: StreamEvent, shown: Shown): StreamEvent {
  if ("response" in event) return { ...event, response: showResponse(event.response, shown) };
  if ("item" in event) return { ...event, item: showItem(event.item, shown) };
  if ("part" in event) return { ...event, part: showPart(event.part, shown) };
  if ("annotation" in event && !shown.grounding) {
    return { ...event, annotation: officialAnnotation(event.annotation) };
  }
  return event;
}

function showPart<Part extends MessagePart | ReasoningText>(part: Part, shown: Shown): Part {
  if (part.type !== "output_text" || shown.grounding) return part;
  return { ...part, annotations: part.annotations.map(officialAnnotation) };
}

const officialResult = ({
  page: _page,
  table: _table,
  row: _row,
  heading_path: _path,
  ...result
}: FileSearchResult) => result;

const officialAnnotation = ({ type, file_id, filename, index }: Annotation): Annotation => ({
  type,
  file_id,
  filename,
  index,
});
