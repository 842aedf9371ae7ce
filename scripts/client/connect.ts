import OpenAI from "openai";

import { freePort } from "../local/port.ts";
import { startService } from "../local/service.ts";

/** An official OpenAI client that is connected to a running service. */
export type Connection = {
  readonly client: OpenAI;
  readonly url: string;
  /** Stops the service if `connect` has started it. */
  readonly close: () => Promise<void>;
};

/**
 * Connects to the service at EDGEWISE_URL with the key EDGEWISE_API_KEY, two environment variables. Without
 * EDGEWISE_URL, starts a service on a free port with its state in `folder`. Throws if only EDGEWISE_URL is set.
 */
export async function connect(folder: string): Promise<Connection> {
  const url = process.env["EDGEWISE_URL"]?.replace(/\/(v1\/?)?$/, "");
  if (url !== undefined && url !== "") {
    const apiKey = process.env["EDGEWISE_API_KEY"];
    if (apiKey === undefined) throw new Error("EDGEWISE_URL is set; set EDGEWISE_API_KEY too.");
    return { client: openAI(url, apiKey), url, close: async () => {} };
  }
  const service = await startService({ folder, port: await freePort(), output: "file" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void service.stop().then(() => process.exit(130)));
  }
  return {
    client: openAI(service.url, service.secrets.apiKey),
    url: service.url,
    close: service.stop,
  };
}

/** Makes an official OpenAI client for a service at `url`. */
export function openAI(url: string, apiKey: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 5 });
}

/** Makes an official OpenAI client that repeats nothing by itself, for a service that is killed on purpose. */
export function openAIOnce(url: string, apiKey: string, timeout = 10_000): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0, timeout });
}
