import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";

import worker from "../main.ts";

/** The parts of the console's session that tests read. */
export type Session = {
  readonly projects: readonly { readonly id: string; readonly name: string }[];
  readonly operator: boolean;
  readonly signed_in_by: string | null;
  readonly expires_at: number | null;
};

type Options = {
  readonly origin?: string;
  /** Variables of the deployment that differ from those of the tests. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Headers that something between the browser and the Worker adds. */
  readonly added?: Readonly<Record<string, string>>;
};

/** A browser with the console open: it keeps cookies, and sends the headers that a browser sends by itself. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  /** The last `Set-Cookie` headers. */
  setCookies: readonly string[] = [];
  readonly #origin: string;
  readonly #env: Env;
  readonly #added: Readonly<Record<string, string>>;

  constructor({ origin = "https://edgewise.test", vars = {}, added = {} }: Options = {}) {
    this.#origin = origin;
    // A copy: what is assigned to an object that inherits from `env` changes `env` itself.
    this.#env = { ...env, ...vars };
    this.#added = added;
  }

  /** Sends a request as a page of the console does, for a project or as the operator. */
  async fetch(path: string, project: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      "x-edgewise-console": project,
      "sec-fetch-site": "same-origin",
      ...this.#added,
      ...headersOf(init),
    };
    return await this.send(path, { ...init, headers });
  }

  /** Sends a request with the cookies alone. */
  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookies = Array.from(this.cookies, ([name, value]) => `${name}=${value}`);
    if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
    const request = new Request(this.#origin + path, { ...init, headers });
    const response = await worker.fetch(request, this.#env, createExecutionContext());
    this.setCookies = response.headers.getSetCookie();
    for (const cookie of this.setCookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (cookie.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Signs in with a key or a token, and returns the session. */
  async signIn(proof: { api_key: string } | { token: string }): Promise<Session> {
    const response = await this.post("/console/session", proof);
    return await response.json();
  }

  /** Sends JSON as a page of the console that is open on no project. */
  post(path: string, body: object): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return this.fetch(path, "operator", { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** Reads the session. */
  async session(): Promise<Session> {
    return await (await this.fetch("/console/session", "operator")).json();
  }
}

const headersOf = ({ headers }: RequestInit) => Object.fromEntries(new Headers(headers));
