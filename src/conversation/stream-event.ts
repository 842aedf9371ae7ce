import type { Annotation, MessagePart, OutputItem, ReasoningText } from "./item.ts";
import type { ResponseObject } from "./response-object.ts";

/** A stream event of the Responses API, with its number. `StreamEventBody` lists the types that this service sends. */
export type StreamEvent = StreamEventBody & { readonly sequence_number: number };

type InItem = { readonly item_id: string; readonly output_index: number };
type InPart = InItem & { readonly content_index: number };

/** A stream event of the Responses API, without its number. */
export type StreamEventBody =
  | {
      readonly type:
        | "response.created"
        | "response.queued"
        | "response.in_progress"
        | "response.completed"
        | "response.incomplete"
        | "response.failed";
      readonly response: ResponseObject;
    }
  | {
      readonly type: "response.output_item.added" | "response.output_item.done";
      readonly output_index: number;
      readonly item: OutputItem;
    }
  | ({
      readonly type:
        | "response.file_search_call.in_progress"
        | "response.file_search_call.searching"
        | "response.file_search_call.completed";
    } & InItem)
  | ({
      readonly type: "response.content_part.added" | "response.content_part.done";
      readonly part: MessagePart | ReasoningText;
    } & InPart)
  | ({
      readonly type: "response.output_text.delta";
      readonly delta: string;
      readonly logprobs: readonly never[];
    } & InPart)
  | ({
      readonly type: "response.output_text.annotation.added";
      readonly annotation_index: number;
      readonly annotation: Annotation;
    } & InPart)
  | ({
      readonly type: "response.output_text.done";
      readonly text: string;
      readonly logprobs: readonly never[];
    } & InPart)
  | ({ readonly type: "response.reasoning_text.delta"; readonly delta: string } & InPart)
  | ({ readonly type: "response.reasoning_text.done"; readonly text: string } & InPart)
  | ({ readonly type: "response.refusal.delta"; readonly delta: string } & InPart)
  | ({ readonly type: "response.refusal.done"; readonly refusal: string } & InPart)
  | ({ readonly type: "response.function_call_arguments.delta"; readonly delta: string } & InItem)
  | ({
      readonly type: "response.function_call_arguments.done";
      readonly name: string;
      readonly arguments: string;
    } & InItem);
