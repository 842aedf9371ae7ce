import { z } from "zod";

import type { SocketFrame } from "../../conversation/socket/socket-client.ts";
import type { Refusal } from "../../refusal.ts";
import { PROBLEMS, toOpenAiError } from "../problem.ts";
import { COMPONENTS } from "../route/components.ts";
import { ProblemBody } from "../route/problem-body.ts";

/**
 * The event of a refusal on a socket. Open Responses puts the error into `error`, OpenAI's event has its members at the
 * top; this one has both.
 */
export const SocketErrorBody = z
  .strictObject({
    type: z.literal("error").describe("Type of the event."),
    status: z.number().int().describe("The status that a request over HTTP would have."),
    error: ProblemBody.shape.error,
    code: z.string().describe("The same as in `error`."),
    message: z.string().describe("The same as in `error`."),
    param: z.string().nullable().describe("The same as in `error`."),
    sequence_number: z.literal(0).describe("Always 0: the event belongs to no response."),
    stream_id: z.string().optional().describe("The stream of the message; absent for the default."),
  })
  .register(COMPONENTS, { id: "SocketError" });

/** Formats a refusal as the event of a socket. */
export function formatErrorEvent(refusal: Refusal, streamId: string | null): SocketFrame {
  const shown = toSocketRefusal(refusal);
  const error = toOpenAiError(shown);
  const { code, message, param } = error;
  const { status } = PROBLEMS[shown.code];
  const event: z.input<typeof SocketErrorBody> = {
    type: "error",
    status,
    error,
    code,
    message,
    param,
    sequence_number: 0,
    ...(streamId !== null && { stream_id: streamId }),
  };
  return { text: JSON.stringify(event), status };
}

/** Gives a missing previous response the code by which clients of sockets know that they must send the whole input. */
function toSocketRefusal(refusal: Refusal): Refusal {
  const { code, message, param } = refusal;
  if (code !== "not_found" || param !== "previous_response_id") return refusal;
  return {
    code: "previous_response_not_found",
    message: `${message} A response with 'store: false' is known only to its own socket, and until a turn that continues it fails. Send the whole input without 'previous_response_id'.`,
    param,
  };
}
