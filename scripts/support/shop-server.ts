import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { z } from "zod";

export type Note = { readonly run: string; readonly text: string };
export type Shop = {
  readonly host: string;
  readonly url: string;
  readonly notesOf: (order: string) => readonly Note[];
  readonly close: () => void;
};

const NoteBody = z.object({ run: z.string(), text: z.string() });

/** A shop's API as a customer service talks to it: orders of a customer, and notes at an order, on 127.0.0.1. */
export async function startShop(
  orders: Readonly<Record<string, readonly object[]>>,
): Promise<Shop> {
  const notes = new Map<string, Note[]>();
  const server = createServer((request, response) => void respond(request, response));

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await answer(request).catch((error: unknown) => ({
      status: 500,
      body: { error: String(error) },
    }));
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body === null ? "" : JSON.stringify(body));
  }

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://shop");
    if (request.method === "GET" && pathname === "/orders") {
      return { status: 200, body: { orders: orders[searchParams.get("email") ?? ""] ?? [] } };
    }
    const [, order, run] = /^\/orders\/([^/]+)\/notes(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (order === undefined) return { status: 404, body: { error: "There is nothing here" } };
    const known = notes.get(order) ?? [];
    if (request.method === "POST") {
      const note = NoteBody.parse(JSON.parse(await textOf(request)));
      // A note that is posted twice is one.
      notes.set(order, [...known.filter((other) => other.run !== note.run), note]);
      return { status: 201, body: note };
    }
    if (request.method === "DELETE" && run !== undefined) {
      notes.set(
        order,
        known.filter((note) => note.run !== run),
      );
      return { status: known.some((note) => note.run === run) ? 204 : 404, body: null };
    }
    return { status: 405, body: { error: `${request.method} is not served` } };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has such an address
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    notesOf: (order) => notes.get(order) ?? [],
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}
