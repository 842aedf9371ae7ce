import type { Scope } from "../../knowledge/scope.ts";
import type { Refusal } from "../../refusal.ts";
import type { Result } from "../../result.ts";
import type { CreateResponseBody } from "../response-request.ts";

/** A client's socket, as it is kept while its object sleeps. */
export type SocketConnection = {
  /** The SHA-256 of the key that opened the socket. It is looked up again for each message. */
  readonly keySha256: string;
  readonly scope: Scope;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Bytes of all messages to the client so far. */
  readonly sentBytes: number;
};

/** A request to create a response, or with `generate: false` to prepare one. */
export type TurnRequest = { readonly body: CreateResponseBody; readonly generate: boolean };

/** A message of a client, checked. */
export type SocketMessage = {
  /** The stream that the client names; null for the default one. The turns of one stream follow each other. */
  readonly streamId: string | null;
  /** The response that the message continues, also when the rest of it is refused. */
  readonly previousId: string | null;
  readonly request: Result<TurnRequest, Refusal>;
};

/**
 * The responses that are not stored and that the client may continue on the same socket: for each id the items that the
 * next turn answers to, packed.
 */
export interface HeldResponses {
  find(id: string): string | null;
  keep(id: string, packed: string): void;
  forget(id: string): void;
}

/** A message to the client: an event, or an error with its status. It may be the last message. */
export type SocketFrame = {
  readonly text: string;
  readonly status?: number;
  readonly close?: SocketClose;
};
/** The code and the reason of the end of a socket. */
export type SocketClose = { readonly code: number; readonly reason: string };

/** The state of a socket that a turn needs. `signal` fires when the socket is closed. */
export type OpenSocket = {
  readonly keySha256: string;
  readonly held: HeldResponses;
  readonly signal: AbortSignal;
};

/** The translation between a socket's messages and responses, as the object of the socket calls it. */
export interface SocketTurns {
  /** Checks a message. Never throws. */
  read(data: string | ArrayBuffer): SocketMessage;
  /** Answers a message, one frame for each event. Never throws. */
  answer(message: SocketMessage, socket: OpenSocket): AsyncGenerator<SocketFrame, void, undefined>;
  /** Formats a refusal as an error event. */
  refuse(refusal: Refusal, streamId: string | null): SocketFrame;
}
