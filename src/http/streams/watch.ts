import type { Hono } from "hono";
import { z } from "zod";

import type { Refusal } from "../../refusal.ts";
import { sha256Hex } from "../../sha256.ts";
import { EVENT_STREAM_HEADERS, streamTexts } from "../answering/event-stream.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { problem } from "../problem.ts";
import { markOwn } from "../request/own-requests.ts";
import type { Mounted } from "../route/mount.ts";
import { formatSnapshot, STREAM } from "../route/watched.ts";
import { keepAlive } from "../runs/keep-alive.ts";
import { formatRefusal } from "./stream-error.ts";

/** Pause between two looks, in milliseconds. */
const LOOK_MS = 1_000;
/**
 * Looks of one stream. Each is some calls of databases or objects, of which the platform allows a request a thousand. A
 * client that goes on reconnects, and gets nothing that it has already.
 */
const LOOKS_MAX = 120;
/** Digits of the digest that names the content of an answer. */
const ID_LENGTH = 32;
/** Tells an EventSource to reconnect soon, since the end of a stream is no failure. */
const RECONNECT_SOON = "retry: 500\n\n";

/**
 * Lets clients watch a route that is declared as `watched`: with `stream=true`, or `Accept: text/event-stream`, its
 * answer is sent as a server-sent event, and again each time that it differs. The service makes the request again every
 * second, with all checks, so a watcher whose key is revoked, or whose object is deleted, gets that refusal as the last
 * event.
 */
export function watchable(app: Hono<AppEnv>, route: Mounted): Mounted {
  if (!route.watched) return route;
  const ask = async (c: AppContext) =>
    await app.fetch(markOwn(plainRequest(c)), c.env, c.executionCtx);
  const serve = async (c: AppContext) =>
    wantsStream(c) ? await watch(c, () => ask(c), route.volatile) : await route.serve(c);
  return { ...route, serve };
}

function wantsStream(c: AppContext): boolean {
  const asked = c.req.query(STREAM);
  return asked === undefined
    ? (c.req.header("accept") ?? "").includes("text/event-stream")
    : asked === "true";
}

/** Makes the request for the answer itself, which is watched. */
function plainRequest({ req: { raw } }: AppContext): Request {
  const url = new URL(raw.url);
  url.searchParams.delete(STREAM);
  const headers = new Headers(raw.headers);
  headers.set("accept", "application/json");
  return new Request(url, { headers });
}

async function watch(
  c: AppContext,
  ask: () => Promise<Response>,
  volatile: readonly string[] = [],
): Promise<Response> {
  const first = await ask();
  if (!first.ok) return first;
  if (!isJson(first)) return problem(c, ONLY_JSON);
  const seen = c.req.header("last-event-id") ?? null;
  const identify = async (text: string) =>
    (await sha256Hex(pickStable(text, volatile))).slice(0, ID_LENGTH);
  const texts = listChanges(first, ask, identify, seen);
  return c.body(streamTexts(keepAlive(texts)), 200, EVENT_STREAM_HEADERS);
}

const isJson = ({ headers }: Response) =>
  (headers.get("content-type") ?? "").startsWith("application/json");

/** Refuses to watch another form of an answer, whose lines are no data of an event. */
const ONLY_JSON = {
  code: "invalid_request",
  message: "Only the answer as JSON can be watched. Leave out 'stream', or the other 'format'.",
  param: STREAM,
} as const satisfies Refusal;

/** Returns the part of an answer whose change is one: without the members that differ each time. */
function pickStable(text: string, volatile: readonly string[]): string {
  if (volatile.length === 0) return text;
  const members = Object.entries(z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
  return JSON.stringify(members.filter(([name]) => !volatile.includes(name)));
}

/**
 * Yields an answer as an event unless the client has seen it, and each later one that differs. Ends with an event for a
 * refusal. A failure of the service is none: the next look may succeed.
 */
async function* listChanges(
  first: Response,
  ask: () => Promise<Response>,
  identify: (text: string) => Promise<string>,
  seen: string | null,
): AsyncGenerator<string, void, undefined> {
  yield RECONNECT_SOON;
  let answer = first;
  let last = seen;
  for (let looks = 1; ; looks++) {
    const text = await answer.text();
    if (answer.ok) {
      const id = await identify(text);
      if (id !== last) yield formatSnapshot(id, text);
      last = id;
    } else if (answer.status < 500) {
      yield formatRefusal(text);
      return;
    }
    if (looks === LOOKS_MAX) return;
    await scheduler.wait(LOOK_MS);
    answer = await ask();
  }
}
