import type { Scope } from "../../knowledge/scope.ts";
import type { Refusal } from "../../refusal.ts";
import type { Result } from "../../result.ts";
import type { CreateResponseBody } from "../response-request.ts";

/**
 * The data of a client's WebSocket. It is attached to the socket, so that it survives when the Durable Object that
 * serves the socket hibernates.
 */
export type SocketConnection = {
  /**
   * The SHA-256 of the API key with which the socket was opened. The key is looked up again for each message, since it
   * may have been revoked.
   */
  readonly keySha256: string;
  readonly scope: Scope;
  /** The time from which the socket accepts no new requests, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Number of bytes of all messages that were sent to the client. */
  readonly sentBytes: number;
};

/** A client's request on a socket: to create a response or, with `generate: false`, only to prepare one. */
export type TurnRequest = { readonly body: CreateResponseBody; readonly generate: boolean };

/** A message that a client sent on a socket, parsed and checked. */
export type SocketMessage = {
  /**
   * The name that the client gives to one of several streams of requests on the socket; null for the default stream.
   * Requests of one stream are answered one after the other.
   */
  readonly streamId: string | null;
  /** The id of the response that the message continues. It is set even if the rest of the message is refused. */
  readonly previousId: string | null;
  readonly request: Result<TurnRequest, Refusal>;
};

/**
 * The responses that are kept only with a socket (`store: false`), so that the client can continue them on the same
 * socket. For each response id, the text of `packItems` that holds the conversation up to that response.
 */
export interface HeldResponses {
  find(id: string): string | null;
  keep(id: string, packed: string): void;
  forget(id: string): void;
}

/**
 * A message to the client of a socket: an event, or an error with its HTTP status. With `close`, the socket is closed
 * after it.
 */
export type SocketFrame = {
  readonly text: string;
  readonly status?: number;
  readonly close?: SocketClose;
};
/** The code and the reason with which a WebSocket is closed. */
export type SocketClose = { readonly code: number; readonly reason: string };

/** The state of a socket that is needed to answer a message. `signal` fires when the socket is closed. */
export type OpenSocket = {
  readonly keySha256: string;
  readonly held: HeldResponses;
  readonly signal: AbortSignal;
};

/**
 * The functions with which the Durable Object of a socket reads the client's messages and answers them with responses.
 */
export interface SocketTurns {
  /** Parses and checks a message; an invalid one has the refusal in `request`. Never throws. */
  read(data: string | ArrayBuffer): SocketMessage;
  /** Answers a message: yields one frame for each event of the response, or one with the refusal. Never throws. */
  answer(message: SocketMessage, socket: OpenSocket): AsyncGenerator<SocketFrame, void, undefined>;
  /** Formats a refusal as an error event. */
  refuse(refusal: Refusal, streamId: string | null): SocketFrame;
}
