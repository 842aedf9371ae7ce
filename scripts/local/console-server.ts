import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { type ConsoleBuild, openConsoleBuild } from "../site/build-console.ts";
import { CONSOLE_POLICY } from "../site/headers-file.ts";
import type { Files } from "../site/sync-folder.ts";
import { listen } from "./listen.ts";
import type { DevelopmentSecrets } from "./state-folder.ts";

/** Time for which a sign-in link can be used, in milliseconds. */
const LINK_MS = 5 * 60_000;
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

/** The server behind the console of `npm run dev`, which only the local Worker calls. */
export type ConsoleServer = {
  /** Address of the server, for the Worker's variable `CONSOLE_URL`. */
  readonly url: string;
  /** Resolves to the duration of the first build, in milliseconds. */
  readonly built: Promise<number>;
  /** Makes the token of a sign-in link, which signs in once, within five minutes. */
  readonly createToken: (keys: Pick<DevelopmentSecrets, "apiKey" | "adminKey">) => string;
  readonly close: () => void;
};

/**
 * Serves the console while it is developed: each time that the page is opened it is built from the sources as they are
 * then. The folder of static files is not touched, since a change in it restarts workerd. It also exchanges the tokens of
 * sign-in links for the keys of the local service; they exist in this process alone. `report` is called with the errors
 * of builds.
 */
export async function startConsoleServer(report: (error: string) => void): Promise<ConsoleServer> {
  const startedAt = performance.now();
  const builds = new Builds(await openConsoleBuild(), report);
  const built = builds.refresh().then(() => performance.now() - startedAt);
  const links = new Map<string, { body: string; until: number }>();
  const server = createServer((request, response) => {
    if (request.method === "POST" && request.url === "/redeem") redeem(links, request, response);
    else void builds.send(request, response);
  });
  const port = await listen(server);
  server.unref();
  return {
    url: `http://127.0.0.1:${port}`,
    built,
    createToken: ({ apiKey, adminKey }) => {
      const token = randomBytes(24).toString("base64url");
      links.set(token, {
        body: JSON.stringify({ apiKey, adminKey }),
        until: Date.now() + LINK_MS,
      });
      return token;
    },
    close: () => {
      server.close();
      void builds.end();
    },
  };
}

/** The builds of the console: the newest one for the page, and the files of all, which open pages may still load. */
class Builds {
  readonly #build: ConsoleBuild;
  readonly #report: (error: string) => void;
  readonly #files = new Map<string, string | Uint8Array>();

  constructor(build: ConsoleBuild, report: (error: string) => void) {
    this.#build = build;
    this.#report = report;
  }

  /** Answers a request for the page or one of its files. */
  async send({ url = "/" }: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = url === "/console/" ? "console/index.html" : url.slice(1);
    if (path.endsWith(".html")) await this.refresh();
    const content = this.#files.get(path);
    const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
    response.setHeader("cache-control", "no-cache");
    response.setHeader("content-type", type);
    if (path.endsWith(".html")) response.setHeader("content-security-policy", CONSOLE_POLICY);
    response.writeHead(content === undefined ? 404 : 200).end(content);
  }

  /** Ends the builds. */
  end(): Promise<void> {
    return this.#build.end();
  }

  /** Builds the console again. If the sources have an error, the page before stays, and the error is reported. */
  async refresh(): Promise<void> {
    try {
      const files: Files = await this.#build.build();
      for (const [path, content] of Object.entries(files)) this.#files.set(path, content);
    } catch (error) {
      this.#report(error instanceof Error ? error.message : String(error));
    }
  }
}

function redeem(
  links: Map<string, { body: string; until: number }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const token = Buffer.concat(pieces).toString();
    const link = links.get(token);
    links.delete(token);
    if (!link || link.until < Date.now()) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(link.body);
  });
}
