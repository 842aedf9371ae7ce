import type { Refusal } from "../../refusal.ts";
import type { SocketClose } from "./socket-client.ts";

/**
 * Maximum age of a socket, in milliseconds; OpenAI's API has the same limit. An older socket accepts no new requests.
 */
export const SOCKET_MS_MAX = 60 * 60_000;
/**
 * Maximum time, in milliseconds, that responses still in progress at the age of `SOCKET_MS_MAX` may take before the
 * socket is closed.
 */
export const SOCKET_GRACE_MS = 5 * 60_000;
/**
 * The number of bytes sent to the client after which a socket accepts no new requests. The platform buffers what a slow
 * client has not read yet, and does not report how much, so this limits the buffer.
 */
export const SOCKET_SENT_BYTES_MAX = 16 * 1024 * 1024;
/** The number of bytes sent to the client at which a socket is closed, even while a response is in progress. */
export const SOCKET_SENT_BYTES_END = 2 * SOCKET_SENT_BYTES_MAX;
/**
 * Maximum number of client messages that a socket holds at once: those that wait to be answered, and those being
 * answered.
 */
export const SOCKET_QUEUE_MAX = 32;
/**
 * Number of messages beyond `SOCKET_QUEUE_MAX` at which a socket is closed: each is read and refused, so a client that
 * goes on sending would be work without end. It counts from the last time at which no message was held.
 */
export const SOCKET_REFUSED_MAX = 100;
/** Maximum total bytes of the client messages that a socket holds. */
export const SOCKET_QUEUE_BYTES_MAX = 16 * 1024 * 1024;

/** The refusal of a request on a socket that has reached its limit of age or of bytes. */
export const SOCKET_LIMIT_REACHED: Refusal = {
  code: "websocket_connection_limit_reached",
  message: `This socket has reached its limit of ${SOCKET_MS_MAX / 60_000} minutes or ${SOCKET_SENT_BYTES_MAX / 1024 / 1024} MB. Open another one and continue there; responses in progress go on, and GET /v1/responses/{id} has them.`,
};
/** The refusal of a message on a socket that already holds `SOCKET_QUEUE_MAX` messages, or too many bytes of them. */
export const SOCKET_QUEUE_FULL: Refusal = {
  code: "websocket_queue_full",
  message: `At most ${SOCKET_QUEUE_MAX} messages, or ${SOCKET_QUEUE_BYTES_MAX / 1024 / 1024} MB of them, wait on a socket. This one is lost: send it again when a response has ended.`,
};

/** The code and reason with which a socket is closed that has reached its limit of age or of bytes. */
export const CLOSE_AT_LIMIT: SocketClose = { code: 1000, reason: "limit reached" };
/** The code and reason with which a socket is closed after its API key was revoked. */
export const CLOSE_REVOKED: SocketClose = { code: 4001, reason: "invalid API key" };
/** The code and reason with which a socket is closed whose client goes on sending though its messages are refused. */
export const CLOSE_FLOODED: SocketClose = {
  code: 1008,
  reason: "too many messages wait: open another socket and wait for the ends of responses",
};
