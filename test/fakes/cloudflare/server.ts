import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { FakeAccount } from "./account.ts";
import type { ApiAnswer } from "./answer.ts";
import { answerApi } from "./api.ts";
import { answerWorker } from "./worker.ts";

/** A loss of the connection, which lasts: wrangler repeats a single call that failed. */
type Loss = {
  /** Number of the first call that is lost, counted from 1, among all calls of the fake. */
  readonly at: number;
  /** The first call loses its request, or only its answer. All later ones lose their requests. */
  readonly loses: "request" | "answer";
};

/** Calls that are refused, by their method and path as in `calls`. */
type Refusal = { readonly calls: RegExp; readonly answer: ApiAnswer };

/** A running fake of Cloudflare's API, and of the Worker that is deployed to it. */
export type FakeCloudflare = {
  readonly account: FakeAccount;
  /** Address of the API, for CLOUDFLARE_API_BASE_URL. */
  readonly apiUrl: string;
  /** Id of the account, which no other fake has. */
  readonly accountId: string;
  /** Returns the address of the deployed Worker of a name. */
  readonly workerUrl: (name: string) => string;
  /** The calls of the API, such as `POST /queues`. */
  readonly calls: string[];
  /** The loss of the connection; null while there is none. */
  lost: Loss | null;
  /** The calls that are refused, as for a token without rights; null for none. */
  refusal: Refusal | null;
  readonly stop: () => void;
};

/** Starts the fake with an empty account, or with `account`. */
export async function startFakeCloudflare(account = new FakeAccount()): Promise<FakeCloudflare> {
  const calls: string[] = [];
  const accountId = randomBytes(16).toString("hex");
  const server = createServer((req, res) => {
    respond(req, res).catch((error: unknown) =>
      res.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Not listening on TCP");
  const url = `http://127.0.0.1:${address.port}`;
  const fake: FakeCloudflare = {
    account,
    apiUrl: `${url}/client/v4`,
    accountId,
    workerUrl: (name) => `${url}/worker/${name}`,
    calls,
    lost: null,
    refusal: null,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };

  async function respond(req: IncomingMessage, res: ServerResponse) {
    const { pathname, searchParams: query } = new URL(req.url ?? "/", url);
    const body = await readBody(req);
    const worker = /^\/worker\/([^/]+)(.*)$/.exec(pathname);
    if (worker) {
      const [, name = "", path = ""] = worker;
      const request = { ...readHead(req), path, json: readJson(body) };
      return send(res, answerWorker(account, name, request));
    }
    const path = pathname.replace("/client/v4", "").replace(`/accounts/${accountId}`, "");
    const call = `${req.method} ${path}`;
    const lost = findLoss(calls.push(call), fake.lost);
    if (lost === "request") return res.destroy();
    if (fake.refusal?.calls.test(call)) return send(res, fake.refusal.answer);
    const request = { method: req.method ?? "GET", path, query, json: readJson(body) };
    const form = await readForm(req, body);
    const jurisdiction = readJurisdiction(req);
    const answer = answerApi({ account, accountId }, { ...request, jurisdiction, form });
    return lost === "answer" ? res.destroy() : send(res, answer);
  }
  return fake;
}

const findLoss = (call: number, loss: Loss | null) => {
  if (loss === null || call < loss.at) return null;
  return call === loss.at ? loss.loses : "request";
};

const readHead = (req: IncomingMessage) => ({
  method: req.method ?? "GET",
  key: req.headers.authorization?.replace(/^Bearer /, "") ?? "",
});

/** R2 takes the jurisdiction of a bucket in a header. */
const readJurisdiction = ({ headers }: IncomingMessage) =>
  headers["cf-r2-jurisdiction"]?.toString() ?? null;

async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function readJson(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}

async function readForm(req: IncomingMessage, body: Buffer): Promise<FormData | null> {
  const type = req.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return null;
  const response = new Response(new Uint8Array(body), { headers: { "content-type": type } });
  const form = await response.formData();
  const metadata = form.get("metadata");
  if (metadata instanceof File) form.set("metadata", await metadata.text());
  return form;
}

function send(res: ServerResponse, { status, body }: ApiAnswer) {
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(body));
}
