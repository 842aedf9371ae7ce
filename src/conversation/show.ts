import type { Annotation, Item, MessagePart, ReasoningText } from "./item.ts";
import type { ResponseObject } from "./response-object.ts";
import { GROUNDING, RESULTS } from "./response-request.ts";
import type { StreamEvent } from "./stream-event.ts";

/**
 * The optional fields of a response that a client requested with `include`: the extensions about grounding, and the
 * results of searches.
 */
export type Shown = { readonly grounding: boolean; readonly results: boolean };

/** Converts the list in `include` to the optional fields that it requests. */
export const readInclude = (include: readonly string[]): Shown => ({
  grounding: include.includes(GROUNDING),
  results: include.includes(RESULTS),
});

/**
 * Removes the optional fields that the client did not request from a response. `degraded` is always shown if it is set,
 * since a caller must not take the built-in model's answer for one of the requested model.
 */
export function showResponse(response: ResponseObject, shown: Shown): ResponseObject {
  const { grounding, degraded, ...official } = response;
  const output = response.output.map((item) => showItem(item, shown));
  return {
    ...official,
    output,
    ...(shown.grounding && grounding !== undefined && { grounding }),
    ...((degraded || (shown.grounding && degraded !== undefined)) && { degraded }),
  };
}

/** Removes the optional fields that the client did not request from an item. */
export function showItem<Shape extends Item>(item: Shape, shown: Shown): Shape {
  if (item.type === "file_search_call") return shown.results ? item : { ...item, results: null };
  if (item.type !== "message" || item.role !== "assistant" || shown.grounding) return item;
  return { ...item, content: item.content.map((part) => showPart(part, shown)) };
}

/** Removes the optional fields that the client did not request from a stream event. */
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

const officialAnnotation = ({ type, file_id, filename, index }: Annotation): Annotation => ({
  type,
  file_id,
  filename,
  index,
});
