import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** What the world outside knows of one effect. */
export type Effect = {
  readonly kind: string;
  readonly key: string;
  /** Its place among all effects, by the first time that it was asked for. */
  readonly order: number;
  readonly firstAt: number;
  /** How often it was asked for; it was caused once. */
  asked: number;
};

export type EffectServer = {
  readonly url: string;
  /** Every effect caused, in the order in which they were. */
  effects(): readonly Effect[];
  close(): Promise<void>;
};

type EffectServerOptions = {
  /** Awaited after an effect was counted and before it is answered: a test stops the world here. */
  onArrival?: (effect: Effect) => void | Promise<void>;
  readonly latencyMs?: number;
};

/**
 * A world outside that honours idempotency keys: `PUT /{kind}/{key}` causes the effect once and answers
 * every repetition alike. It lives outside the process that is killed, so what it counted is what happened.
 */
export async function startEffectServer(options: EffectServerOptions = {}): Promise<EffectServer> {
  const effects = new Map<string, Effect>();

  const cause = (path: string): Effect => {
    let effect = effects.get(path);
    if (!effect) {
      const [kind = "", key = ""] = path.split("/").filter(Boolean).map(decodeURIComponent);
      effect = { kind, key, order: effects.size, firstAt: performance.now(), asked: 0 };
      effects.set(path, effect);
    }
    effect.asked++;
    return effect;
  };
  const server = createServer(async (request, response) => {
    request.resume();
    const effect = cause(request.url ?? "");
    if (options.latencyMs !== undefined) await wait(options.latencyMs);
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
