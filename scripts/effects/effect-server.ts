import { createServer } from "node:http";

import type { Effect } from "./effect.ts";

export type EffectServer = {
  readonly url: string;
  /** Every effect caused, in the order in which they were. */
  effects(): readonly Effect[];
  close(): Promise<void>;
};

type EffectServerOptions = {
  /** Awaited after an effect was counted and before it is answered: a test can stop the world here. */
  onArrival?: (effect: Effect) => void | Promise<void>;
};

/**
 * A world outside that honours idempotency keys: `PUT /{kind}/{key}?label=` causes the effect once and answers
 * every repetition alike. It lives outside the process that is killed, so what it counted is what happened.
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
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    effects: () => [...effects.values()],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
