import type { SocketFrame } from "../../conversation/socket/socket-client.ts";
import type { Refusal } from "../../refusal.ts";
import { PROBLEMS, toOpenAiError } from "../problem.ts";

/**
 * Formats a refusal as the event of a socket. Open Responses puts the error into `error`, OpenAI's event has its members
 * at the top; this one has both.
 */
export function formatErrorEvent(refusal: Refusal, streamId: string | null): SocketFrame {
  const shown = toSocketRefusal(refusal);
  const error = toOpenAiError(shown);
  const { code, message, param } = error;
  const { status } = PROBLEMS[shown.code];
  const event = {
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
