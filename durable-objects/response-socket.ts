import { DurableObject } from "cloudflare:workers";

import { utf8Length } from "../src/bounds.ts";
import type {
  SocketClose,
  SocketConnection,
  SocketFrame,
  SocketMessage,
  SocketTurns,
} from "../src/conversation/socket/socket-client.ts";
import {
  CLOSE_AT_LIMIT,
  CLOSE_FLOODED,
  SOCKET_GRACE_MS,
  SOCKET_LIMIT_REACHED,
  SOCKET_QUEUE_FULL,
  SOCKET_REFUSED_MAX,
  SOCKET_SENT_BYTES_END,
  SOCKET_SENT_BYTES_MAX,
} from "../src/conversation/socket/socket-limits.ts";
import { logger } from "../src/platform/logger.ts";
import { CONNECTION_HEADER } from "../src/platform/objects.ts";
import { requestEnv } from "../src/wiring/bounded-env.ts";
import { StoredHeldResponses } from "./response-socket/held-responses.ts";
import { TurnLanes } from "./response-socket/turn-lanes.ts";

/**
 * The Durable Object class of one client's WebSocket. It passes messages to `turns` and events back, and sleeps between
 * turns (messages that it answers). Its storage has the responses with `store: false` that the client may continue, and
 * is erased when the socket ends. Responses are produced by the objects of their conversations, so the end of a socket
 * ends no response.
 */
export abstract class ResponseSocket extends DurableObject<Env> {
  /** The translation of messages, which belongs to the edge and is joined in src/index.ts. */
  protected abstract readonly turns: SocketTurns;
  readonly #closed = new AbortController();
  readonly #held = new StoredHeldResponses(this.ctx.storage.kv, this.#closed.signal);
  readonly #lanes = new TurnLanes();
  /** Messages refused since no message was held, because the socket held too many. */
  #refused = 0;

  constructor(ctx: DurableObjectState, bindings: Env) {
    super(ctx, requestEnv(bindings));
    // Answered by the platform, without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /**
   * Opens the socket. The Worker has already checked the API key, and passes the data of the connection in a header.
   */
  override async fetch(request: Request): Promise<Response> {
    // Only the Worker addresses this object.
    const connection: SocketConnection = JSON.parse(request.headers.get(CONNECTION_HEADER) ?? "");
    await this.ctx.storage.setAlarm(connection.expiresAt);
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(connection);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Answers a message. The returned promise keeps the object awake until the message is answered. */
  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    // A message that was sent before the client knew of the close is not read.
    if (this.#closed.signal.aborted) return;
    const message = this.turns.read(data);
    // A refused message is not kept.
    const bytes = typeof data === "string" && message.request.ok ? data.length : 0;
    if (!this.#lanes.hasRoom(bytes)) {
      return await this.#refuseFull(socket, message);
    }
    await this.#lanes.run(message.streamId, bytes, () => this.#answer(socket, message));
    if (this.#lanes.isIdle) this.#refused = 0;
    if (this.#closed.signal.aborted) await this.#erase();
    else if (this.#lanes.isIdle && isAtLimit(readConnection(socket))) {
      await this.#endAtLimit(socket);
    }
  }

  /** Completes the closing that the client began, and erases the socket's storage. */
  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    this.#closed.abort();
    try {
      socket.close(code, reason);
    } catch {
      // The client gave no code that can be sent back, or has left.
      socket.close();
    }
    await this.#erase();
  }

  /** Erases the socket's storage. The platform calls it if the client has left without closing the socket. */
  override async webSocketError(_socket: WebSocket, error: unknown): Promise<void> {
    logger.debug("socket.broken", { reason: String(error) });
    await this.#erase();
  }

  /** Ends the socket at its time limit. If a message is being answered then, waits a little longer for the answer. */
  override async alarm(): Promise<void> {
    const [socket] = this.ctx.getWebSockets();
    if (!socket) return await this.#erase();
    const end = readConnection(socket).expiresAt + SOCKET_GRACE_MS;
    if (this.#lanes.isIdle || Date.now() >= end) await this.#endAtLimit(socket);
    else await this.ctx.storage.setAlarm(end);
  }

  async #answer(socket: WebSocket, message: SocketMessage): Promise<void> {
    const { signal } = this.#closed;
    if (signal.aborted) return;
    const connection = readConnection(socket);
    if (isAtLimit(connection)) {
      const refused = this.turns.refuse(SOCKET_LIMIT_REACHED, message.streamId);
      this.#send(socket, this.#lanes.isLast ? { ...refused, close: CLOSE_AT_LIMIT } : refused);
      return;
    }
    const { keySha256 } = connection;
    const frames = this.turns.answer(message, { keySha256, held: this.#held, signal });
    for await (const frame of frames) {
      if (!this.#send(socket, frame)) return;
    }
  }

  /** Refuses a message for which there is no room, and closes the socket of a client that goes on sending. */
  async #refuseFull(socket: WebSocket, { streamId }: SocketMessage): Promise<void> {
    const refused = this.turns.refuse(SOCKET_QUEUE_FULL, streamId);
    this.#refused += 1;
    if (this.#refused < SOCKET_REFUSED_MAX) this.#send(socket, refused);
    else {
      this.#send(socket, { ...refused, close: CLOSE_FLOODED });
      await this.#erase();
    }
  }

  /** Sends a frame; false when the socket is at its end. */
  #send(socket: WebSocket, { text, close }: SocketFrame): boolean {
    if (this.#closed.signal.aborted) return false;
    const connection = readConnection(socket);
    const sentBytes = connection.sentBytes + utf8Length(text);
    socket.serializeAttachment({ ...connection, sentBytes } satisfies SocketConnection);
    try {
      socket.send(text);
    } catch {
      // The client has left; the event of that is on its way.
      return false;
    }
    const end = close ?? (sentBytes >= SOCKET_SENT_BYTES_END ? CLOSE_AT_LIMIT : null);
    if (end) this.#close(socket, end);
    return end === null;
  }

  #close(socket: WebSocket, { code, reason }: SocketClose): void {
    this.#closed.abort();
    socket.close(code, reason);
  }

  async #endAtLimit(socket: WebSocket): Promise<void> {
    const refused = this.turns.refuse(SOCKET_LIMIT_REACHED, null);
    this.#send(socket, { ...refused, close: CLOSE_AT_LIMIT });
    await this.#erase();
  }

  async #erase(): Promise<void> {
    this.#closed.abort();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }
}

const isAtLimit = ({ expiresAt, sentBytes }: SocketConnection) =>
  Date.now() >= expiresAt || sentBytes >= SOCKET_SENT_BYTES_MAX;

function readConnection(socket: WebSocket): SocketConnection {
  // Written by this class only.
  return socket.deserializeAttachment();
}
