/** An action of a scripted model, such as to write a text or to break the connection. */
export type Step =
  | { readonly text: string }
  | { readonly refusal: string }
  | { readonly call: string; readonly arguments: string; readonly id?: string }
  | { readonly finish: "stop" | "length" | "tool_calls" | "content_filter" }
  /** Answers with a status. Only as the first step. */
  | { readonly status: number; readonly retryAfter?: string; readonly message?: string }
  /** Writes this many characters, in deltas of `delta` characters. */
  | {
      readonly flood: number;
      readonly delta: number;
      readonly as: "content" | "refusal" | "arguments" | "reasoning_content";
    }
  | { readonly waitMs: number }
  /** Waits until somebody has asked for `GET /open?gate=…`. */
  | { readonly gate: string }
  /** Sends a delta as it is. */
  | { readonly delta: object }
  /** Ends the stream with `[DONE]` alone: without a finish reason and without usage. */
  | { readonly doneOnly: true }
  /** Reports an error as an event of the stream. */
  | { readonly failure: string }
  | { readonly disconnect: true };
