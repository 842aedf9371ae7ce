/** `npm run dev`: the whole service on this machine, with a project and a key to use it with. */
import { readFileSync } from "node:fs";

import { LOG_LEVELS, type LogLevel } from "../src/env.ts";
import { errorStyle, outputStyle, readCommandLine } from "./local/command-line.ts";
import { DEV, PORT_DEFAULT } from "./local/commands.ts";
import { startConsoleServer } from "./local/console-server.ts";
import { type Given, readNumber } from "./local/flags.ts";
import { PORT_RANGE } from "./local/port.ts";
import { type Service, startService } from "./local/service.ts";
import { readLocalSettings } from "./local/settings.ts";
import { stateFolder } from "./local/state-folder.ts";
import { welcome } from "./local/welcome.ts";
import { ServiceLines } from "./terminal/service-lines.ts";
import type { Style } from "./terminal/style.ts";

const startedAt = performance.now();
/** Interval of the check for npm, which may be killed without a signal to this process. */
const PARENT_CHECK_MS = 200;

const ancestors = parents();

let ending = false;

try {
  await serve(readCommandLine(DEV, readOptions));
} catch (error) {
  console.error(errorStyle.red(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
}
process.exit();

type Options = {
  readonly port: number;
  readonly ip: string | undefined;
  readonly folder: string;
  readonly isQuiet: boolean;
  readonly wranglerFlags: readonly string[];
};

function readOptions(given: Given): Options {
  return {
    port: readNumber(given, "port", PORT_RANGE) ?? PORT_DEFAULT,
    ip: given.values.get("ip"),
    folder: stateFolder(given),
    isQuiet: given.values.has("quiet"),
    wranglerFlags: given.passedOn,
  };
}

async function serve({ port, ip, folder, isQuiet, wranglerFlags }: Options): Promise<void> {
  process.on("SIGINT", stopEarly).on("SIGTERM", stopEarly).on("SIGHUP", stopEarly);
  // Requests are logged at `debug`, which is too much for a deployment but useful here.
  const environment = { LOG_LEVEL: "debug", ...process.env };
  const settings = readLocalSettings(environment);
  const level = isQuiet ? leastSerious(settings.LOG_LEVEL, "warn") : settings.LOG_LEVEL;
  if (!isQuiet) console.log(outputStyle.dim(`Starting Edgewise on port ${port} …`));
  const keepsChatter = wranglerFlags.some((flag) => flag.startsWith("--log-level"));
  const names = new Map<string, string>();
  const show = (style: Style, print: (text: string) => void) => {
    const lines = new ServiceLines({ style, level, keepsChatter, names, now: () => new Date() });
    return (line: string) => {
      const shown = lines.show(line);
      if (shown !== null) print(shown);
    };
  };
  const consoleServer = await startConsoleServer((error) =>
    console.error(errorStyle.red(`The console was not built: ${error}`)),
  );
  const service = await startService({
    folder,
    port,
    ...(ip === undefined ? {} : { ip }),
    wranglerFlags,
    vars: { LOG_LEVEL: level, CONSOLE_URL: consoleServer.url },
    output: {
      stdout: show(outputStyle, (text) => console.log(text)),
      stderr: show(errorStyle, (text) => console.error(text)),
    },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.off(signal, stopEarly);
    process.on(signal, () => void end(service));
  }
  endWithNpm(service);
  const seconds = (performance.now() - startedAt) / 1_000;
  const token = consoleServer.createToken(service.secrets);
  const buildSeconds = (await consoleServer.built) / 1_000;
  const shown = { service, token, folder, settings, seconds, buildSeconds, style: outputStyle };
  if (!isQuiet) console.log(welcome(shown));
  const code = await service.ended;
  consoleServer.close();
  process.exitCode = ending ? 0 : code;
}

function leastSerious(level: LogLevel, least: LogLevel): LogLevel {
  return LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(least) ? level : least;
}

/** Ends the process before the service is ready. The guard then ends the process group. */
function stopEarly(): void {
  process.exit(130);
}

async function end(service: Service): Promise<void> {
  ending = true;
  await service.stop();
}

function endWithNpm(service: Service): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const check = setInterval(() => {
    if (parents() !== ancestors) void end(service);
  }, PARENT_CHECK_MS);
  check.unref();
}

/** Identifies the parent process and, if /proc exists, its parent: npm starts scripts through a shell. */
function parents(): string {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    // After the name in brackets: the state, then the parent's id.
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(")")).split(" ")[2]}`;
  } catch {
    return String(process.ppid);
  }
}
