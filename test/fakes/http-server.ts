import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import type { TestProject } from "vitest/node";

import { listen } from "../../scripts/local/listen.ts";
import { ORDERS } from "../../scripts/support/policies.ts";
import { Shop } from "../../scripts/support/shop.ts";

/**
 * An API that behaves as its path says: it echoes the request, redirects, refuses, or never ends. `/dns-query` is DNS
 * over HTTPS for the names in `NAMES`. `/shops/NAME/` is a shop of that name, as in the demo. A PUT of the certs of
 * Cloudflare Access sets the keys that a GET answers. `/redeem` takes a project's key for the token of a sign-in link.
 */
async function startHttpServer() {
  const world: World = { cut: 0, certs: "", shops: new Map() };
  const server = createServer((req, res) => {
    respond(world, req, res).catch((error: unknown) =>
      res.destroy(error instanceof Error ? error : undefined),
    );
  });
  const port = await listen(server);
  return {
    host: `127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** `cut` counts readers that went away, so that a test sees that a body was cancelled. */
type World = { cut: number; certs: string; readonly shops: Map<string, ScriptedShop> };

async function respond(world: World, req: IncomingMessage, res: ServerResponse) {
  const url = new URL(req.url ?? "/", "http://127.0.0.1");
  const [, name, path] = /^\/shops\/([^/]+)(\/.*)$/.exec(url.pathname) ?? [];
  if (name === undefined || path === undefined) return await playScene(world, url, req, res);
  const shop = world.shops.get(name) ?? { shop: new Shop(ORDERS), calls: [], script: [] };
  world.shops.set(name, shop);
  url.pathname = path;
  return serveShop(shop, req.method ?? "", url, await readText(req), res);
}

async function playScene(world: World, url: URL, req: IncomingMessage, res: ServerResponse) {
  const status = Number(url.searchParams.get("status") ?? 200);
  switch (url.pathname) {
    case "/echo": {
      const { method, headers } = req;
      const query = Object.fromEntries(url.searchParams);
      const authorizationLength = headers.authorization?.length ?? 0;
      const body = await readText(req);
      return sendJson(res, status, { method, headers, query, body, authorizationLength });
    }
    case "/redirect":
      return res.writeHead(status, { location: url.searchParams.get("to") ?? "/echo" }).end();
    case "/loop":
      return res.writeHead(302, { location: "/loop" }).end();
    case "/status":
      return res
        .writeHead(status, { "retry-after": url.searchParams.get("after") ?? "" })
        .end(url.searchParams.get("say") ?? `Scripted status ${status}`);
    case "/text":
      return res
        .writeHead(200, { "content-type": url.searchParams.get("type") ?? "text/plain" })
        .end(Buffer.from(url.searchParams.get("bytes") ?? "", "hex"));
    case "/large":
      return sendForever(world, res, 5_000_000);
    case "/endless":
      return sendForever(world, res, Infinity);
    case "/stalls":
      return res.writeHead(status).write("And then");
    case "/silent":
      return;
    case "/cdn-cgi/access/certs":
      if (req.method === "PUT") world.certs = await readText(req);
      return res.writeHead(200, { "content-type": "application/json" }).end(world.certs);
    case "/redeem":
      return sendJson(res, 200, { apiKey: await readText(req), adminKey: "another admin key" });
    case "/cut":
      return sendJson(res, 200, { cut: world.cut });
    case "/dns-query":
      return sendDns(res, url.searchParams.get("name") ?? "", url.searchParams.get("type"));
    default:
      return sendJson(res, 404, { error: "There is no such scene." });
  }
}

function sendForever(world: World, res: ServerResponse, bytesMax: number) {
  const chunk = Buffer.alloc(64 * 1024, "x");
  let sent = 0;
  const send = () => {
    while (sent < bytesMax && !res.destroyed) {
      sent += chunk.length;
      if (!res.write(chunk)) return;
    }
    if (!res.destroyed) res.end();
  };
  res.on("drain", send).on("close", () => {
    if (!res.writableFinished) world.cut += 1;
  });
  res.writeHead(200, { "content-type": "text/plain" });
  send();
}

/**
 * Vitest's global setup: starts a scripted HTTP server for the tests of a Vitest project. They get its host with
 * `inject("httpServer")`.
 */
export default async function setup(project: TestProject) {
  const { host, stop } = await startHttpServer();
  project.provide("httpServer", host);
  return stop;
}

/**
 * A shop, the calls that it received, and its answers to the next calls. `silent` carries the call out and never
 * answers.
 */
type ScriptedShop = {
  readonly shop: Shop;
  readonly calls: string[];
  readonly script: (number | "silent")[];
};

function serveShop(
  { shop, calls, script }: ScriptedShop,
  method: string,
  url: URL,
  body: string,
  res: ServerResponse,
) {
  if (url.pathname === "/calls") return sendJson(res, 200, calls);
  if (url.pathname === "/script") {
    script.push(...JSON.parse(body));
    return sendJson(res, 200, script);
  }
  calls.push(`${method} ${url.pathname}`);
  const next = script.shift();
  if (typeof next === "number") return sendJson(res, next, { error: "Scripted" });
  const { status, body: reply } = shop.respond(method, url, body);
  if (next === "silent") return;
  if (reply === null) res.writeHead(status).end();
  else sendJson(res, status, reply);
}

/** Addresses by name; a number is a DNS error code. */
const NAMES: Record<string, { A?: string[]; AAAA?: string[] } | number> = {
  "private.example.com": { A: ["93.184.216.34", "10.0.0.7"] },
  "metadata.example.com": { A: ["169.254.169.254"] },
  "six.example.com": { A: ["93.184.216.34"], AAAA: ["::ffff:127.0.0.1"] },
  "broken.example.com": 2,
  "missing.example.com": 3,
};
const RECORD_TYPES: Record<string, number> = { A: 1, AAAA: 28 };
const CNAME = 5;

function sendDns(res: ServerResponse, name: string, type: string | null) {
  const known = NAMES[name] ?? 3;
  if (typeof known === "number") return sendJson(res, 200, { Status: known });
  const addresses = type === "AAAA" ? known.AAAA : known.A;
  const records = (addresses ?? []).map((data) => ({
    name,
    type: RECORD_TYPES[type ?? "A"],
    data,
  }));
  sendJson(res, 200, {
    Status: 0,
    Answer: [{ name, type: CNAME, data: "elsewhere.example." }, ...records],
  });
}

function sendJson(res: ServerResponse, status: number, body: object) {
  res.writeHead(status, {
    "content-type": "application/json",
    etag: '"1"',
    "set-cookie": "session=1",
  });
  res.end(JSON.stringify(body));
}

async function readText(req: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of req.setEncoding("utf8")) body += chunk;
  return body;
}
