import { type ChildProcess, fork } from "node:child_process";
import { join, resolve } from "node:path";

import { z } from "zod";

/** A request to the child process that runs a build of this project. */
export type Ask =
  | { readonly what: "serve"; readonly collection: string; readonly documents: number }
  | { readonly what: "rows"; readonly collection: string }
  | {
      readonly what: "run";
      readonly engine: "kernel" | "kernel-shared";
      readonly caseName: string;
    }
  | { readonly what: "stop" };

/** The answer of the child process to a request. */
export type Reply = { readonly value: unknown } | { readonly error: string };

const Reply = z.union([z.object({ error: z.string() }), z.object({ value: z.unknown() })]);

const Served = z.object({
  url: z.string(),
  apiKey: z.string(),
  storeId: z.string(),
  seconds: z.number(),
});
const Writes = z.object({
  rowsPerChunk: z.number(),
  d1RowsPerChunk: z.number(),
  rowsPerAnswer: z.number(),
  rowsPerUnstoredAnswer: z.number(),
  d1QueriesPerWarmSearch: z.number(),
  d1QueriesPerWarmAnswer: z.number(),
});

type Pending = { resolve(value: unknown): void; reject(error: Error): void };

/** A build of this project in another folder (with `npm ci` done), for comparisons. It runs in a child process. */
export class Build {
  readonly folder: string;
  readonly #child: ChildProcess;
  #pending: Pending | null = null;

  constructor(folder: string) {
    this.folder = resolve(folder);
    this.#child = fork(join(import.meta.dirname, "child.ts"), { cwd: this.folder });
    this.#child.on("message", (message) => this.#settle(message));
    this.#child.on("exit", (code) =>
      this.#settle({ error: `the process of this build ended with ${code}` }),
    );
  }

  /**
   * Starts the service of the build, and fills a vector store with the first `documents` documents of a test
   * collection.
   */
  async serve(collection: string, documents: number) {
    return Served.parse(await this.#ask({ what: "serve", collection, documents }));
  }

  /**
   * Counts the database rows that the service of the build writes for each indexed chunk and each answer, and the
   * database queries that it makes for each search and each answer.
   */
  async countRows(collection: string) {
    return Writes.parse(await this.#ask({ what: "rows", collection }));
  }

  /** Runs a workflow of `npm run bench:workflow` once in the build. Returns its time in milliseconds. */
  async run(engine: "kernel" | "kernel-shared", caseName: string): Promise<number> {
    return z.number().parse(await this.#ask({ what: "run", engine, caseName }));
  }

  /** Stops the services of the build and deletes their state. */
  async stop(): Promise<void> {
    await this.#ask({ what: "stop" });
    this.#child.kill();
  }

  /** Sends one request and waits for its reply. There is one at a time. */
  async #ask(ask: Ask): Promise<unknown> {
    return await new Promise((resolvePending, reject) => {
      this.#pending = { resolve: resolvePending, reject };
      this.#child.send(ask);
    });
  }

  #settle(message: unknown): void {
    const reply = Reply.parse(message);
    if ("value" in reply) this.#pending?.resolve(reply.value);
    else this.#pending?.reject(new Error(`${this.folder}: ${reply.error}`));
  }
}
