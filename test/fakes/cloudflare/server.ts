import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { listen } from "../../../scripts/local/listen.ts";
import { FakeAccount } from "./account.ts";
import type { ApiAnswer, ApiRequest } from "./answer.ts";
import { answerApi } from "./api.ts";
import { answerWorker } from "./worker.ts";

/** A loss of the connection. */
export type Loss = {
  /** Number of the first call that is lost, counted from 1, among all calls of the fake. */
  readonly at: number;
  /** The first call loses its request, or only its answer. All later ones lose their requests. */
  readonly loses: "request" | "answer";
  /** The number of calls that are lost; all further ones by default. wrangler repeats a single one. */
  readonly calls?: number;
};

/** Calls that are refused, by their method and path as in `calls`. */
type Refusal = { readonly calls: RegExp; readonly answer: ApiAnswer };

/** A call of the API, and its outcome: the answer, or the part that was lost. */
export type Call = {
  readonly request: ApiRequest;
  readonly outcome: ApiAnswer | Loss["loses"];
};

/** A running fake of Cloudflare's API, and of the Worker that is deployed to it. */
export type FakeCloudflare = {
  readonly account: FakeAccount;
  /** Address of the API, for CLOUDFLARE_API_BASE_URL. */
  readonly apiUrl: string;
  readonly accountId: string;
  /** Returns the address of the deployed Worker of a name. */
  readonly workerUrl: (name: string) => string;
  /** The calls of the API and of the Worker, such as `POST /queues`. */
  readonly calls: string[];
  /** The calls of the API with their outcomes. */
  readonly record: Call[];
  /** Answers a call of the API as if it had come over the network. */
  readonly answer: (request: ApiRequest) => Call["outcome"];
  /** The loss of the connection; null while there is none. */
  lost: Loss | null;
  /** Begins a loss at the call for which it returns what is lost; null for none. */
  loseAt: ((request: ApiRequest) => Loss["loses"] | null) | null;
  /** The calls that are refused, as for a token without rights; null for none. */
  refusal: Refusal | null;
  /** The calls that wait for ever; null for none. */
  stall: { readonly calls: RegExp; readonly onStall: (req: IncomingMessage) => void } | null;
  readonly stop: () => void;
};

/** Starts the fake with an empty account, or with `account`. */
export async function startFakeCloudflare(
  account = new FakeAccount(),
  accountId = randomBytes(16).toString("hex"),
): Promise<FakeCloudflare> {
  const calls: string[] = [];
  const record: Call[] = [];
  const server = createServer((req, res) => {
    respond(req, res).catch((error: unknown) =>
      res.destroy(error instanceof Error ? error : undefined),
    );
  });
  // A connection that closes while it waits for the next call would look like a lost one.
  server.keepAliveTimeout = 0;
  const port = await listen(server);
  const url = `http://127.0.0.1:${port}`;
  const fake: FakeCloudflare = {
    account,
    apiUrl: `${url}/client/v4`,
    accountId,
    workerUrl: (name) => `${url}/worker/${name}`,
    calls,
    record,
    answer: (request) => {
      const loses = fake.lost === null ? (fake.loseAt?.(request) ?? null) : null;
      if (loses !== null) fake.lost = { at: calls.length + 1, loses };
      // A copy, since an answer may have parts of the account, which change.
      const outcome = structuredClone(
        decide(`${request.method} ${request.path}`, () =>
          answerApi({ account, accountId }, request),
        ),
      );
      record.push({ request, outcome });
      return outcome;
    },
    lost: null,
    loseAt: null,
    refusal: null,
    stall: null,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };

  /** Counts a call, and answers it, unless it is lost or refused. */
  function decide(call: string, carryOut: () => ApiAnswer): Call["outcome"] {
    const lost = findLoss(calls.push(call), fake.lost);
    if (lost === "request") return lost;
    const answer = fake.refusal?.calls.test(call) ? fake.refusal.answer : carryOut();
    return lost ?? answer;
  }

  async function respond(req: IncomingMessage, res: ServerResponse) {
    const { pathname, searchParams } = new URL(req.url ?? "/", url);
    const body = await readBody(req);
    const head = readHead(req);
    const worker = /^\/worker\/([^/]+)(.*)$/.exec(pathname);
    if (worker) {
      const [, name = "", path = ""] = worker;
      const request = { ...head, path, json: readJson(body) };
      const call = `${head.method} /worker/${name}${path}`;
      send(
        res,
        decide(call, () => answerWorker(account, name, request)),
      );
      return;
    }
    const path = pathname.replace("/client/v4", "").replace(`/accounts/${accountId}`, "");
    if (fake.stall?.calls.test(`${head.method} ${path}`)) {
      fake.stall.onStall(req);
      return;
    }
    const query = Object.fromEntries(searchParams);
    const metadata = await readMetadata(req, body);
    const { method } = head;
    const jurisdiction = readJurisdiction(req);
    send(res, fake.answer({ method, path, query, jurisdiction, json: readJson(body), metadata }));
  }
  return fake;
}

/** Makes the matching calls wait for ever, and returns the first of them when it has arrived. */
export const untilStalled = (fake: FakeCloudflare, calls: RegExp): Promise<IncomingMessage> =>
  new Promise((resolve) => {
    fake.stall = { calls, onStall: resolve };
  });

const findLoss = (call: number, loss: Loss | null) => {
  if (loss === null || call < loss.at || call >= loss.at + (loss.calls ?? Infinity)) return null;
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

/** Reads the description of a Worker from the form in which it is uploaded. */
async function readMetadata(req: IncomingMessage, body: Buffer): Promise<string | null> {
  const type = req.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return null;
  const response = new Response(new Uint8Array(body), { headers: { "content-type": type } });
  const metadata = (await response.formData()).get("metadata");
  return metadata instanceof File ? await metadata.text() : metadata;
}

function send(res: ServerResponse, outcome: Call["outcome"]) {
  if (typeof outcome === "string") {
    res.destroy();
    return;
  }
  res.writeHead(outcome.status, { "content-type": "application/json" });
  res.end(JSON.stringify(outcome.body));
}
