import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { listen } from "../local/listen.ts";
import { Shop, type ShopReply } from "./shop.ts";

/** The running HTTP server of a shop's API, for `npm run demo:support`. */
export type ShopServer = {
  readonly host: string;
  readonly url: string;
  readonly shop: Shop;
  readonly close: () => void;
};

/** Starts the HTTP server of a shop's API on 127.0.0.1, with these orders by email address. */
export async function startShop(
  orders: Readonly<Record<string, readonly object[]>>,
): Promise<ShopServer> {
  const shop = new Shop(orders);
  const server = createServer((request, response) => void respond(shop, request, response));
  const port = await listen(server);
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: `http://${host}`,
    shop,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function respond(
  shop: Shop,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body } = await makeReply(shop, request).catch((error: unknown): ShopReply => ({
    status: 500,
    body: { error: String(error) },
  }));
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === null ? "" : JSON.stringify(body));
}

async function makeReply(shop: Shop, request: IncomingMessage): Promise<ShopReply> {
  const text = await readText(request);
  return shop.respond(request.method ?? "", new URL(request.url ?? "/", "http://shop"), text);
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  return text;
}
