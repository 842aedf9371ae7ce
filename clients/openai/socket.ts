import assert from "node:assert/strict";

import type { Response, ResponsesClientEvent } from "openai/resources/responses/responses";
import { ResponsesWS } from "openai/resources/responses/ws";

import type { Call } from "../call.ts";
import { LEAVE, NOTICE, type World } from "../world.ts";
import { ask, assertCited } from "./ask.ts";

/** Calls `work` with a socket, and closes it. */
async function withSocket(world: World, work: (socket: ResponsesWS) => Promise<void>) {
  const socket = new ResponsesWS(world.openai);
  await work(socket).finally(() => socket.close());
}

/** Sends a message and returns the response that completes. */
async function sendTurn(
  socket: ResponsesWS,
  message: Omit<Extract<ResponsesClientEvent, { type: "response.create" }>, "type">,
): Promise<Response> {
  socket.send({ type: "response.create", ...message });
  for await (const event of socket) {
    if (event.type === "error") throw event.error;
    if (event.type === "message" && event.message.type === "response.completed") {
      return event.message.response;
    }
  }
  throw new Error("The socket closed before the response was completed.");
}

/** The test calls of `ResponsesWS`, the client of the WebSocket for responses in the package `openai`. */
export const SOCKET_CALLS: readonly Call[] = [
  {
    name: "ResponsesWS: two turns over one socket",
    run: (world) =>
      withSocket(world, async (socket) => {
        const first = await sendTurn(socket, ask(world));
        assertCited(first);
        const second = await sendTurn(socket, {
          ...ask(world, NOTICE.question),
          previous_response_id: first.id,
        });
        assertCited(second, NOTICE);
      }),
  },
  {
    name: "ResponsesWS: store: false, continued on the socket",
    run: (world) =>
      withSocket(world, async (socket) => {
        const first = await sendTurn(socket, { ...ask(world), store: false });
        const second = await sendTurn(socket, {
          ...ask(world, NOTICE.question),
          previous_response_id: first.id,
          store: false,
        });
        assertCited(second, NOTICE);
        await assert.rejects(world.openai.responses.retrieve(first.id), { status: 404 });
      }),
  },
  {
    name: "ResponsesWS: an error, and then a turn",
    run: (world) =>
      withSocket(world, async (socket) => {
        await assert.rejects(
          sendTurn(socket, { ...ask(world), previous_response_id: "resp_missing" }),
        );
        assertCited(await sendTurn(socket, ask(world, LEAVE.question)));
      }),
  },
];
