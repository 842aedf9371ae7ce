import { createServer } from "node:http";

import { listen } from "../local/listen.ts";
import type { Effect } from "./effect.ts";

/** A running HTTP server that counts the effects which steps cause. */
export type EffectServer = {
  readonly url: string;
  /** Lists the effects in the order of their first request. */
  effects(): readonly Effect[];
  close(): Promise<void>;
};

type EffectServerOptions = {
  /** Awaited after an effect was counted and before its answer, so that a test can delay the answer. */
  onArrival?: (effect: Effect) => void | Promise<void>;
};

/**
 * Starts a server for the effects of steps that honours idempotency keys: `PUT /{kind}/{key}?label=` causes an effect
 * once, and every repetition gets the answer of the first request. The server runs outside of the process that the
 * tests kill, so its counts are correct.
 */
export async function startEffectServer(options: EffectServerOptions = {}): Promise<EffectServer> {
  const effects = new Map<string, Effect>();

  const cause = (target: string): Effect => {
    const { pathname, searchParams } = new URL(target, "http://world");
    let effect = effects.get(pathname);
    if (!effect) {
      const [kind = "", key = ""] = pathname.slice(1).split("/").map(decodeURIComponent);
      const label = searchParams.get("label") ?? key;
      effect = { kind, key, label, order: effects.size, asked: 0 };
      effects.set(pathname, effect);
    }
    effect.asked++;
    return effect;
  };
  const server = createServer(async (request, response) => {
    request.resume();
    const effect = cause(request.url ?? "/");
    await options.onArrival?.(effect);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ order: effect.order }));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    effects: () => [...effects.values()],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
