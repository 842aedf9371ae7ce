import type { Refusal } from "../../refusal.ts";
import type { SocketClose } from "./socket-client.ts";

/** The longest life of a socket, as in OpenAI's API. */
export const SOCKET_MS_MAX = 60 * 60_000;
/** The longest time that a turn may take beyond it. */
export const SOCKET_GRACE_MS = 5 * 60_000;
/**
 * Bytes that a socket sends before it takes no more turns. The platform buffers what a slow client has not read, and says
 * nothing about it; so this bounds the buffer.
 */
export const SOCKET_SENT_BYTES_MAX = 16 * 1024 * 1024;
/** Bytes at which a socket is closed in the middle of a turn. */
export const SOCKET_SENT_BYTES_END = 2 * SOCKET_SENT_BYTES_MAX;
/** Maximum number of messages that wait or are answered on a socket. */
export const SOCKET_QUEUE_MAX = 32;
/** Maximum bytes of those messages. */
export const SOCKET_QUEUE_BYTES_MAX = 16 * 1024 * 1024;

/** Refusal of a turn on a socket that has reached one of its limits. */
export const SOCKET_LIMIT_REACHED: Refusal = {
  code: "websocket_connection_limit_reached",
  message: `This socket has reached its limit of ${SOCKET_MS_MAX / 60_000} minutes or ${SOCKET_SENT_BYTES_MAX / 1024 / 1024} MB. Open another one and continue there; responses in progress go on, and GET /v1/responses/{id} has them.`,
};
/** Refusal of a message while too many wait. */
export const SOCKET_QUEUE_FULL: Refusal = {
  code: "websocket_queue_full",
  message: `At most ${SOCKET_QUEUE_MAX} messages, or ${SOCKET_QUEUE_BYTES_MAX / 1024 / 1024} MB of them, wait on a socket. This one is lost: send it again when a response has ended.`,
};

/** The end of a socket at one of its limits. */
export const CLOSE_AT_LIMIT: SocketClose = { code: 1000, reason: "limit reached" };
/** The end of a socket whose key was revoked. */
export const CLOSE_REVOKED: SocketClose = { code: 4001, reason: "invalid API key" };
