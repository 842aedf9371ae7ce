import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

import { unstable_readConfig } from "wrangler";

/** The settings of a workerd process. */
export type WorkerdOptions = {
  /** The folder with its configuration and, in `state`, its storage, which is kept when the process ends. */
  readonly folder: string;
  readonly module: string;
  readonly bindings: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
};

/** A workerd process without wrangler. It starts in about 50 ms, and a SIGKILL ends it like a power cut. */
export class Workerd {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(child: ChildProcess, ended: Promise<void>, url: string) {
    this.#child = child;
    this.#ended = ended;
    this.url = url;
  }

  /** Starts a workerd and waits until it listens. Rejects with its output if it ends before. */
  static async start({ folder, module, bindings, onLine }: WorkerdOptions): Promise<Workerd> {
    mkdirSync(join(folder, "state"), { recursive: true });
    writeFileSync(join(folder, "worker.js"), module);
    writeFileSync(join(folder, "config.capnp"), configuration(folder, bindings));
    const child = spawn(binary(), ["serve", join(folder, "config.capnp"), "--control-fd=3"], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const errors: string[] = [];
    const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
    const [, stdout, stderr, control] = child.stdio;
    for (const output of [stdout, stderr]) {
      readLines(output).on("line", (line) => {
        errors.push(line);
        onLine?.(line);
      });
    }
    const port = new Promise<number>((resolve) => {
      readLines(control).on("line", (line) => {
        const event: { event?: string; port?: number } = JSON.parse(line);
        if (event.event === "listen" && event.port !== undefined) resolve(event.port);
      });
    });
    const failed = ended.then(() => {
      throw new Error(`workerd did not start:\n${errors.join("\n")}`);
    });
    const url = `http://127.0.0.1:${await Promise.race([port, failed])}`;
    failed.catch(() => {});
    return new Workerd(child, ended, url);
  }

  /** Kills the process with SIGKILL and waits until it has ended. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}

/**
 * Finds the executable. The package's own `workerd` is a script, and a SIGKILL would not reach the process that it
 * starts.
 */
function binary(): string {
  const ofWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler/package.json"));
  const { default: path }: { default: string } = ofWrangler("workerd");
  return path;
}

function readLines(stream: unknown) {
  // The options of spawn() make pipes of all streams that are read here.
  if (!(stream instanceof Readable)) throw new Error("workerd was started without a pipe.");
  return createInterface({ input: stream });
}

function configuration(folder: string, bindings: Readonly<Record<string, string>>): string {
  const date = unstable_readConfig({ config: "wrangler.toml" }).compatibility_date;
  const texts = Object.entries(bindings).map(
    ([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)}),`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .harness),
    (name = "internet", network = (allow = ["public", "private"])),
    (name = "storage", disk = (path = ${JSON.stringify(join(folder, "state"))}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const harness :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "${date}",
  durableObjectNamespaces = [(className = "FuzzObject", uniqueKey = "fuzz", enableSql = true)],
  durableObjectStorage = (localDisk = "storage"),
  bindings = [
    (name = "OBJECTS", durableObjectNamespace = "FuzzObject"),
    ${texts.join("\n    ")}
  ],
);
`;
}
