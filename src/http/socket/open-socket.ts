import type { SocketConnection } from "../../conversation/socket/socket-client.ts";
import { SOCKET_MS_MAX } from "../../conversation/socket/socket-limits.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { shorten } from "../../shorten.ts";
import type { AppContext } from "../app-env.ts";
import { chooseProtocol, isUpgrade } from "../auth.ts";
import { routesWith } from "../route/route.ts";
import { CreateMessage } from "./client-message.ts";
import { SocketErrorBody } from "./error-event.ts";

/** The dependencies of the route that opens WebSockets. */
export type SocketDeps = {
  /** The origins whose pages may call the API. */
  readonly origins: readonly string[];
  /** Opens a WebSocket whose server side is a new Durable Object. */
  open(connection: SocketConnection): Promise<WebSocket>;
};

const route = routesWith<SocketDeps>();

/** The route that opens a WebSocket, on which a client creates responses and receives their events. */
export const socketRoutes = [
  route(
    {
      access: "project",
      tag: "Responses",
      method: "GET",
      path: "/v1/responses",
      summary: "Open a WebSocket for responses",
      description:
        "Upgrades the connection. Each message of the client is JSON with `type: response.create` and the members of the body of `POST /v1/responses`; each message of the service is an event of a response, or an event `error` with `status` and `error`. A browser, which sets no headers, sends its key as the subprotocol `openai-insecure-api-key.<key>`, after `responses`.",
      response: null,
      socket: { message: CreateMessage, error: SocketErrorBody },
      media: [
        {
          status: 101,
          contentType: "",
          description: "The connection is a WebSocket",
          example: null,
        },
      ],
      refusals: ["upgrade_required", "origin_not_allowed"],
      example: {},
    },
    async ({ c, deps }) => {
      if (!isUpgrade(c)) return err({ ...UPGRADE_REQUIRED, headers: UPGRADE });
      const refused = refuseOrigin(c, deps.origins);
      if (refused) return err(refused);
      const webSocket = await deps.open({
        keySha256: c.get("keySha256"),
        scope: c.get("scope"),
        expiresAt: Date.now() + SOCKET_MS_MAX,
        sentBytes: 0,
      });
      const protocol = chooseProtocol(c);
      const headers = protocol === null ? {} : { "sec-websocket-protocol": protocol };
      return ok(new Response(null, { status: 101, webSocket, headers }));
    },
  ),
];

const UPGRADE = { upgrade: "websocket" };
const UPGRADE_REQUIRED: Refusal = {
  code: "upgrade_required",
  message:
    "GET /v1/responses opens a WebSocket: connect with a WebSocket client, at ws:// or wss://. To create a response over HTTP, send POST /v1/responses; to read one, GET /v1/responses/{id}; to list those in the background, GET /v1/background_responses.",
};

/** Refuses a page of an origin that may not call the API: browsers do not apply CORS to WebSockets themselves. */
function refuseOrigin(c: AppContext, origins: readonly string[]): Refusal | null {
  const origin = c.req.header("origin");
  if (origin === undefined || origins.includes("*") || origins.includes(origin)) return null;
  if (origin === new URL(c.req.url).origin) return null;
  return {
    code: "origin_not_allowed",
    message: `Pages of '${shorten(origin)}' may not open a socket here. The operator allows an origin with the variable CORS_ORIGINS.`,
  };
}
