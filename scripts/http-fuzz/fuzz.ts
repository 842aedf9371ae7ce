import { concurrently } from "../client/concurrently.ts";
import type { Service } from "../local/service.ts";
import { Dice } from "./dice.ts";
import { type Draft, encode } from "./draft.ts";
import { exchange } from "./exchange.ts";
import { judge } from "./judge.ts";
import { BYTE_MUTATIONS } from "./mutate-bytes.ts";
import { HEAD_MUTATIONS } from "./mutate-head.ts";
import { JSON_MUTATIONS } from "./mutate-json.ts";
import { type Api, type Operation, readApi } from "./operations.ts";
import { Requests } from "./requests.ts";
import { shrink } from "./shrink.ts";
import { createWorld, type World } from "./world.ts";

/** The settings of an HTTP fuzz. */
export type FuzzOptions = {
  readonly service: Service;
  readonly seed: string;
  readonly requests: number;
  /** Only operations are fuzzed whose method and path contain this text. */
  readonly only: string;
  readonly onProgress?: (sent: number) => void;
};

/** A problem, with the number of requests that have it and the smallest of them. */
type Finding = {
  readonly operation: string;
  readonly problem: string;
  count: number;
  readonly mutations: readonly string[];
  readonly request: string;
  readonly answer: string;
};

/** The result of an HTTP fuzz: the answers, and the problems found. */
export type FuzzReport = {
  readonly operations: number;
  readonly sent: number;
  /** Number of answers by HTTP status; `none` for connections that were closed without an answer. */
  readonly statuses: ReadonlyMap<string, number>;
  readonly slowestMs: number;
  readonly findings: readonly Finding[];
};

/** Requests that share their objects: what some of them delete is there again for the next ones. */
const ROUND = 600;
const AT_ONCE = 8;
const MUTATIONS_MAX = 3;
/** The share of requests that are sent as they are, to see that they reach what is behind the checks. */
const UNCHANGED = 0.08;

/**
 * Sends randomly changed requests to every operation of a running service, and checks the answers. The same seed makes
 * the same requests.
 */
export async function fuzzHttp(options: FuzzOptions): Promise<FuzzReport> {
  const { service, requests, only, onProgress } = options;
  const api = await readApi(service.url);
  const operations = api.operations.filter(({ method, path }) =>
    `${method} ${path}`.includes(only),
  );
  const run = new FuzzRun(options, api);
  for (let first = 0; first < requests; first += ROUND) {
    const world = await createWorld(service);
    const numbers = Array.from(
      { length: Math.min(ROUND, requests - first) },
      (_none, at) => first + at,
    );
    await concurrently(numbers, AT_ONCE, async (number) => {
      const operation = operations[number % operations.length];
      if (operation) await run.send(operation, world, number);
    });
    onProgress?.(first + numbers.length);
  }
  return { operations: operations.length, sent: requests, ...run.report() };
}

class FuzzRun {
  readonly #options: FuzzOptions;
  readonly #api: Api;
  readonly #statuses = new Map<string, number>();
  readonly #findings = new Map<string, Finding>();
  #slowestMs = 0;

  constructor(options: FuzzOptions, api: Api) {
    this.#options = options;
    this.#api = api;
  }

  report(): Pick<FuzzReport, "statuses" | "slowestMs" | "findings"> {
    const findings = [...this.#findings.values()].toSorted((a, b) => b.count - a.count);
    return { statuses: this.#statuses, slowestMs: this.#slowestMs, findings };
  }

  /** Sends request `number` of the fuzz, and keeps what is wrong with its answer. */
  async send(operation: Operation, world: World, number: number): Promise<void> {
    const dice = new Dice(`${this.#options.seed}:${number}`);
    const draft = new Requests(this.#api, world, dice).make(operation);
    const mutations = dice.chance(UNCHANGED) ? [] : mutate(draft, dice);
    const { problems, status, ms } = await this.#try(operation, draft);
    this.#slowestMs = Math.max(this.#slowestMs, ms);
    // The local proxy answers 500 to a body that ends too early.
    const kind = draft.isForPlatform ? `${status}, of a broken body` : status;
    this.#statuses.set(kind, (this.#statuses.get(kind) ?? 0) + 1);
    for (const problem of problems) await this.#keep({ operation, draft, mutations, problem });
  }

  async #keep(found: {
    readonly operation: Operation;
    readonly draft: Draft;
    readonly mutations: readonly string[];
    readonly problem: string;
  }): Promise<void> {
    const { operation, draft, mutations, problem } = found;
    const name = `${operation.method} ${operation.path}`;
    const known = this.#findings.get(`${name} ${problem}`);
    if (known) {
      known.count++;
      return;
    }
    const finding = { operation: name, problem, mutations, request: "", answer: "", count: 1 };
    this.#findings.set(`${name} ${problem}`, finding);
    const smallest = await shrink(draft, async (smaller) => {
      const { problems } = await this.#try(operation, smaller);
      return problems.includes(problem);
    });
    const { answer } = await this.#try(operation, smallest);
    const request = showRequest(smallest);
    this.#findings.set(`${name} ${problem}`, { ...finding, count: finding.count, request, answer });
  }

  async #try(operation: Operation, draft: Draft) {
    const { port, hostname } = new URL(this.#options.service.url);
    const bytes = encode(draft, `${hostname}:${port}`);
    const exchanged = await exchange({
      port: Number(port),
      bytes,
      isHalf: draft.framing === "short",
    });
    const isSame = draft.method === operation.method && matches(operation.path, draft.path);
    const { method, isForPlatform } = draft;
    const codes = isSame ? operation.codes : null;
    const problems = judge({ text: bytes.toString(), method, codes, isForPlatform }, exchanged);
    const status = exchanged.answer ? String(exchanged.answer.status) : "none";
    return {
      problems,
      status,
      ms: exchanged.ms,
      answer: `${status} ${exchanged.answer?.body ?? ""}`,
    };
  }
}

/** Changes a request up to three times. Returns the names of the changes. */
function mutate(draft: Draft, dice: Dice): string[] {
  const kinds = draft.body
    ? [JSON_MUTATIONS, JSON_MUTATIONS, BYTE_MUTATIONS, HEAD_MUTATIONS]
    : [HEAD_MUTATIONS];
  const names: string[] = [];
  const wanted = dice.chance(0.6) ? 1 : 1 + dice.below(MUTATIONS_MAX);
  for (let attempt = 0; names.length < wanted && attempt < 20; attempt++) {
    const mutation = dice.pick(dice.pick(kinds));
    if (mutation.apply(draft, dice)) names.push(mutation.name);
  }
  return names;
}

/** Tests whether a path that was sent leads to the operation alone. */
function matches(template: string, path: string): boolean {
  const source = template.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[\\w-]+");
  return new RegExp(`^${source}$`).test(path);
}

const SHOWN_MAX = 600;

/** Shows a request, with the middle of long texts left out and without its key. */
function showRequest({ method, path, query, headers, body, framing }: Draft): string {
  const search = query.map(([name, value]) => `${name}=${value}`).join("&");
  const shown = headers.map(([name, value]) =>
    name === "authorization" ? `${name}: ${value.slice(0, 12)}…` : `${name}: ${value}`,
  );
  const lines = [`${method} ${path}${search ? `?${search}` : ""}`, ...shown];
  if (framing !== "length") lines.push(`(framing: ${framing})`);
  return [...lines, ...(body ? ["", body.toString()] : [])].map((line) => shorten(line)).join("\n");
}

const shorten = (text: string): string =>
  text.length > SHOWN_MAX
    ? `${text.slice(0, SHOWN_MAX / 2)} … ${text.slice(-SHOWN_MAX / 2)}`
    : text;
